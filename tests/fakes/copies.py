"""Copies of other environments' custom models: names are taken for ever, and the same request twice makes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from finetuning.fingerprint import request_token
from finetuning.lifecycle import JobObservation
from lambdas.gateways.copies import SourceNotVisibleError
from lambdas.gateways.refusals import NameTakenError

ARN = "arn:aws:bedrock:us-west-2:111122223333"


@dataclass
class FakeCopy:
    """A copy job."""

    arn: str
    request: Mapping[str, Any]
    status: str = "InProgress"
    failure: str = ""
    model_arn: str = ""


@dataclass
class FakeCopies:
    """Has the methods of `CopiesGateway`.

    Attributes:
        models: status of each custom model of this environment; copies come to them.
        shared: models that may be copied.
        lost_replies: how many creations still take effect without an answer.
    """

    models: dict[str, str]
    shared: set[str] = field(default_factory=set)
    copies: dict[str, FakeCopy] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    lost_replies: int = 0

    def find(self, model_name: str) -> JobObservation | None:
        """The job that makes a model of this name."""
        copy = self.copies.get(model_name)
        if copy is None:
            return None
        return JobObservation(copy.arn, copy.status, copy.failure, copy.model_arn, self.models.get(copy.model_arn))

    def create(self, request: Mapping[str, Any]) -> str:
        """Start a copy."""
        token, name = request_token(request), request["targetModelName"]
        if token in self.tokens:
            return self.tokens[token]
        if request["sourceModelArn"] not in self.shared:
            raise SourceNotVisibleError("not found")
        if name in self.copies:
            raise NameTakenError("The provided model name is currently in use.")
        arn = f"{ARN}:model-copy-job/{len(self.copies) + 1:012d}"
        self.copies[name] = FakeCopy(arn, request)
        self.tokens[token] = arn
        if self.lost_replies:
            self.lost_replies -= 1
            raise ConnectionError("reply lost")
        return arn

    def tags(self, arn: str) -> dict[str, str]:
        """Those that the model gets."""
        copy = next(copy for copy in self.copies.values() if copy.arn == arn)
        return {tag["key"]: tag["value"] for tag in copy.request["targetModelTags"]}

    def end(self, status: str = "Completed", failure: str = "") -> str:
        """Let the running copy end; return the ARN of its model, or ""."""
        [(name, copy)] = [(n, c) for n, c in self.copies.items() if c.status == "InProgress"]
        copy.status, copy.failure = status, failure
        if status == "Completed":
            copy.model_arn = f"{ARN}:custom-model/base/{name}"
            self.models[copy.model_arn] = "Active"
        return copy.model_arn
