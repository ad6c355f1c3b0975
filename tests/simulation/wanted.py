"""What a user can want of a model, and the template of its stack."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from finetuning import catalog
from finetuning.fingerprint import endpoint_fingerprint
from finetuning.lifecycle.wanted import training_wanted
from tests.simulation.money import NO_MONEY, Money
from tests.simulation.requests import CANARY
from tests.simulation.template import GetAtt, Properties, Template

PROJECT, ENVIRONMENT, MODEL = "finetuning", "dev", "faq"
OUTPUT_BUCKET, DATA_BUCKET = "output", "data"
#: Bucket and key of the training file of stacks with a dataset.
SOURCE = ("source", "training.jsonl")
ROLE_ARN = "arn:aws:iam::111122223333:role/bedrock"
KEY_ARN = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
#: One that can be served by provisioned throughput, and one on demand.
BASE_MODELS = {
    "provisioned": "anthropic.claude-3-haiku-20240307-v1:0:200k",
    "on_demand": "amazon.nova-lite-v1:0:300k",
}
#: After which an evaluation is given up.
EVALUATION_HOURS = 6


@dataclass(frozen=True)
class Wanted:
    """The configuration of one model, as far as it changes in a life.

    Attributes:
        epochs: as it is written; another number is another training, another spelling is not.
        units: model units; another number is another endpoint.
        commitment: `none`, `one_month` or `six_months`.
        approval: id of the commitment's approval, or "".
        approved_until: epoch seconds, or "".
        serves: whether there is an endpoint; else the model is only trained.
        needs_approval: whether somebody has to approve each model before it serves.
        waits: whether CloudFormation waits until the model serves.
        other: seconds that an unrelated resource of the stack takes; "" for none.
        other_fails: whether that resource fails.
        dataset: whether the stack checks and stages its training file, whose texts are secret.
        money: prices and caps.
        idle_days: days without an invocation after which provisioned throughput is idle; 0 for never.
        removes_idle: whether it goes then.
        gate: mode of the quality gate; "" for no evaluation.
    """

    model: str = MODEL
    serving: str = "provisioned"
    epochs: str = "2"
    units: str = "1"
    commitment: str = "none"
    approval: str = ""
    approved_until: str = ""
    keep_previous: str = "1"
    tags: tuple[tuple[str, str], ...] = (("team", "support"),)
    serves: bool = True
    needs_approval: bool = False
    waits: bool = False
    other: str = ""
    other_fails: bool = False
    dataset: bool = False
    money: Money = NO_MONEY
    idle_days: str = "0"
    removes_idle: bool = False
    gate: str = ""

    @property
    def stack(self) -> str:
        """Name of the model's stack."""
        return f"{PROJECT}-{ENVIRONMENT}-Model-{self.model}"

    @property
    def template(self) -> Template:
        """The stack's template."""
        template: dict[str, Properties] = {"Job": self.job}
        if self.serves:
            template["Endpoint"] = self.endpoint
        if self.dataset:
            source = f"s3://{SOURCE[0]}/{SOURCE[1]}"
            template["Dataset"] = {"Model": self.model, "BaseModel": BASE_MODELS[self.serving], "Training": source}
        if self.waits and self.serves:
            template[self.wait_condition] = {}
        if self.other:
            template["Other"] = {"Seconds": self.other, "Fails": self.other_fails}
        return template

    @property
    def job(self) -> dict[str, Any]:
        """Properties of the customization job."""
        digests = f"s3://{DATA_BUCKET}/datasets/{self.model}"
        training: Any = f"{digests}/{'a' * 64}/training.jsonl"
        validation: Any = f"{digests}/{'b' * 64}/validation.jsonl"
        if self.dataset:
            training, validation = GetAtt("Dataset", "TrainingUri"), GetAtt("Dataset", "ValidationUri")
        return {
            "Model": self.model,
            "BaseModel": BASE_MODELS[self.serving],
            "CustomizationType": "FINE_TUNING",
            "Hyperparameters": {"epochCount": self.epochs},
            "TrainingUri": training,
            "ValidationUri": validation,
            "KeepPrevious": self.keep_previous,
            "Tags": dict(self.tags),
            **self.money.of_job(self.epochs, self.hourly_usd),
            **self._evaluation,
        }

    @property
    def _evaluation(self) -> dict[str, str]:
        """How its model is judged, as `configuration.evaluated` writes it."""
        if not self.gate:
            return {}
        settings = {
            "evaluation": {"preset": "knowledge"},
            "gate": {"curve": {"max_overfit": 0.5, "require_improvement": True}},
            "base_model": BASE_MODELS[self.serving],
        }
        own_endpoint = self.serving == "on_demand"
        asked = {"mode": self.gate, "hours": EVALUATION_HOURS, "own_endpoint": own_endpoint, "settings": settings}
        return {
            "Evaluation": json.dumps(asked),
            "TestUri": f"s3://{DATA_BUCKET}/datasets/{self.model}/{'c' * 64}/test.jsonl",
        }

    @property
    def endpoint(self) -> dict[str, Any]:
        """Properties of the endpoint."""
        waiting = {"WaitConditionLogicalId": self.wait_condition} if self.waits else {}
        return {
            "Model": self.model,
            "BaseModel": BASE_MODELS[self.serving],
            "Serving": self.serving,
            "ModelUnits": self.units,
            "Commitment": self.commitment,
            "CommitmentApproval": self.approval,
            "CommitmentApprovedUntil": self.approved_until,
            "NeedsApproval": "true" if self.needs_approval else "false",
            "Tags": dict(self.tags),
            "IdleDays": self.idle_days,
            "RemoveIdle": "true" if self.removes_idle else "false",
            **self.money.of_endpoint(self.units, self.commitment),
            **waiting,
        }

    @property
    def hourly_usd(self) -> str:
        """What the endpoint costs an hour; "" if that is unknown."""
        if not self.serves or self.serving != "provisioned":
            return "0.0"
        return self.money.hourly_usd(self.units, self.commitment)

    @property
    def wait_condition(self) -> str:
        """Its logical id changes when another model or endpoint is wanted."""
        decides = (self.model, self.serving, self.epochs, self.units, self.commitment)
        return f"Wait{sha256(repr(decides).encode()).hexdigest()[:16]}"


@cache
def examples() -> bytes:
    """A training file of good records; every text is secret."""
    records = ({"prompt": f"{CANARY} question {i}?", "completion": f"{CANARY} answer {i}."} for i in range(40))
    return "\n".join(map(json.dumps, records)).encode()


def training_fingerprint(job: Properties) -> str:
    """What tells one training from another."""
    return training_wanted(job, service_role_arn=ROLE_ARN, key_arn=KEY_ARN).fingerprint


def serving_fingerprint(endpoint: Properties) -> str:
    """What tells one endpoint from another."""
    return endpoint_fingerprint(
        base_model=catalog.find(endpoint["BaseModel"]),
        serving=endpoint["Serving"],
        model_units=int(endpoint["ModelUnits"]),
        commitment=endpoint["Commitment"],
    )
