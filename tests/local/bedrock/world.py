"""The embedded Bedrock alone: real boto3 clients in front, a clock moved by hand and fakes of its neighbours behind."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config

from local.bedrock.service import Bedrock
from local.settings import Quotas, Settings
from tests.local.bedrock.fakes import ROLE, FakeNeighbours, ManualClock

ACCOUNT = "000000000000"
REGION = "us-west-2"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
NOVA_LITE = "amazon.nova-lite-v1:0:300k"
SAMPLE = Path(__file__).resolve().parents[3] / "datasets" / "bedrock-faq"


class World:
    """A Bedrock, its clock, its neighbours, and clients of it."""

    def __init__(self, **quotas: int) -> None:
        self.settings = replace(Settings(), quotas=Quotas(**quotas))
        self.clock = ManualClock()
        self.neighbours = FakeNeighbours()
        self.account, self.region = ACCOUNT, REGION
        self.service = Bedrock(self.settings, self.clock, self.neighbours, lambda: (self.account, self.region))
        self.bedrock = _client("bedrock")
        self.runtime = _client("bedrock-runtime")
        _PRESENT[:] = [self]
        self._numbers = itertools.count(1)
        self.put_dataset("training.jsonl", SAMPLE / "training.jsonl")
        self.put_dataset("validation.jsonl", SAMPLE / "validation.jsonl")

    def as_of(self, **day: int) -> None:
        """Judge base models as of another day."""
        settings = replace(self.settings, today=self.settings.today.replace(**day))
        self.service = Bedrock(settings, self.clock, self.neighbours, lambda: (self.account, self.region))

    def put_dataset(self, key: str, source: Path | Sequence[Mapping[str, Any]]) -> None:
        """Put records into the data bucket; prompt and completion become messages."""
        records = map(json.loads, source.read_text().splitlines()) if isinstance(source, Path) else source
        lines = [json.dumps(as_messages(record)) for record in records]
        self.neighbours.objects["data", key] = "\n".join(lines).encode()

    def request(self, **changes: Any) -> dict[str, Any]:
        """A valid CreateModelCustomizationJob; names are new each time; None removes a parameter."""
        number = next(self._numbers)
        valid = {
            "jobName": f"job-{number}",
            "customModelName": f"model-{number}",
            "roleArn": ROLE,
            "baseModelIdentifier": HAIKU,
            "trainingDataConfig": {"s3Uri": "s3://data/training.jsonl"},
            "validationDataConfig": {"validators": [{"s3Uri": "s3://data/validation.jsonl"}]},
            "outputDataConfig": {"s3Uri": "s3://output/here"},
            "hyperParameters": {"epochCount": "1"},
        }
        return {name: value for name, value in {**valid, **changes}.items() if value is not None}

    def start_job(self, **changes: Any) -> str:
        """Start a job and return its ARN."""
        arn: str = self.bedrock.create_model_customization_job(**self.request(**changes))["jobArn"]
        return arn

    def job(self, arn: str) -> dict[str, Any]:
        """A job as the service shows it."""
        shown: dict[str, Any] = self.bedrock.get_model_customization_job(jobIdentifier=arn)
        return shown

    def trained_model(self, **changes: Any) -> str:
        """Train a model and return its ARN."""
        job_arn = self.start_job(**changes)
        self.clock.advance(hours=13)
        arn: str = self.job(job_arn)["outputModelArn"]
        return arn

    def trained_nova_model(self, **changes: Any) -> str:
        """Train a model that can be served on demand; puts the world into Nova's Region."""
        self.region = "us-east-1"
        records = [as_conversation(json.loads(line)) for line in (SAMPLE / "training.jsonl").read_text().splitlines()]
        self.neighbours.objects["data", "nova.jsonl"] = "\n".join(map(json.dumps, records)).encode()
        return self.trained_model(
            baseModelIdentifier=NOVA_LITE,
            trainingDataConfig={"s3Uri": "s3://data/nova.jsonl"},
            validationDataConfig=None,
            **changes,
        )

    def bought(self, model: str, **changes: Any) -> str:
        """Buy provisioned throughput for a model and return its ARN."""
        request = {"provisionedModelName": f"throughput-{next(self._numbers)}", "modelUnits": 1, "modelId": model}
        arn: str = self.bedrock.create_provisioned_model_throughput(**request, **changes)["provisionedModelArn"]
        return arn

    def deployed(self, model: str, **changes: Any) -> str:
        """Deploy a model on demand and return the deployment's ARN."""
        request = {"modelDeploymentName": f"deployment-{next(self._numbers)}", "modelArn": model, **changes}
        arn: str = self.bedrock.create_custom_model_deployment(**request)["customModelDeploymentArn"]
        return arn

    def ask(self, model_id: str, question: str, max_tokens: int = 500) -> dict[str, Any]:
        """Ask a model in Anthropic's format and return the body of the answer."""
        body = {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": max_tokens,
            "messages": [{"role": "user", "content": question}],
        }
        answer: dict[str, Any] = json.loads(
            self.runtime.invoke_model(modelId=model_id, body=json.dumps(body))["body"].read()
        )
        return answer

    def answer(self, service: str, request: Any) -> AWSResponse:
        """The response to a request that botocore is about to send."""
        url = urlsplit(request.url)
        status, headers, body = self.service.handle(
            service, request.method, unquote(url.path), dict(request.headers.items()), parse_qs(url.query),
            request.body or b"",
        )  # fmt: skip
        wire_headers: Any = HeadersDict(headers)
        return AWSResponse(request.url, status, wire_headers, _Raw(body))


_PRESENT: list[World] = []


@cache
def _client(service: str) -> Any:
    """A client, made once because that takes long, whose requests the latest world answers."""
    session: Any = boto3.Session("id", "secret", region_name=REGION)
    client = session.client(service, config=Config(retries={"total_max_attempts": 1}))
    client.meta.events.register("before-send", lambda request, **_: _PRESENT[-1].answer(service, request))
    return client


def as_messages(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record in Anthropic's format."""
    if "prompt" not in record:
        return record
    turns = (("user", record["prompt"]), ("assistant", record["completion"]))
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


def as_conversation(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record in Nova's format."""
    messages = as_messages(record)["messages"]
    return {"messages": [{"role": item["role"], "content": [{"text": item["content"]}]} for item in messages]}


class _Raw:
    """What botocore needs of an HTTP response's body."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, amt: int | None = None, decode_content: bool | None = None) -> Any:
        yield self._content

    def read(self, amt: int | None = None) -> bytes:
        content, self._content = self._content, b""
        return content
