"""The running embedded AWS with a Bedrock so fast that jobs take as long as the learner does."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import lifetime
from local.settings import Settings
from tests.local.account import Account, eventually
from tests.local.bedrock.world import ACCOUNT, HAIKU, REGION, SAMPLE, as_messages

PREFIX = f"arn:aws:bedrock:{REGION}:{ACCOUNT}"
FOUNDATION = f"arn:aws:bedrock:{REGION}::foundation-model/{HAIKU}"
READ = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
}
WRITE = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::output/jobs/*"}
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "bedrock.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnEquals": {"aws:SourceArn": f"{PREFIX}:model-customization-job/*"},
    },
}


@dataclass(frozen=True)
class Embedded:
    """The running server, as the account's root sees it."""

    root: Account
    role: str

    def request(self, name: str, **changes: Any) -> dict[str, Any]:
        """A valid CreateModelCustomizationJob."""
        return {
            "jobName": name,
            "customModelName": name.replace(".", "-"),
            "roleArn": self.role,
            "baseModelIdentifier": HAIKU,
            "trainingDataConfig": {"s3Uri": "s3://data/training.jsonl"},
            "validationDataConfig": {"validators": [{"s3Uri": "s3://data/validation.jsonl"}]},
            "outputDataConfig": {"s3Uri": "s3://output/jobs"},
            "hyperParameters": {"epochCount": "2"},
            **changes,
        }

    def start(self, name: str, **changes: Any) -> str:
        """Start a job as root and return its ARN."""
        request = self.request(name, **changes)
        arn: str = self.root.client("bedrock").create_model_customization_job(**request)["jobArn"]
        return arn

    def ended(self, bedrock: Any, arn: str) -> dict[str, Any]:
        """A job once it has ended."""

        def look() -> dict[str, Any] | None:
            job: dict[str, Any] = bedrock.get_model_customization_job(jobIdentifier=arn)
            return None if job["status"] in ("InProgress", "Stopping") else job

        return eventually(look)


@contextmanager
def serving(state_folder: Path) -> Iterator[Account]:
    """A server on a free port, as the account's root sees it, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings = Settings(port=probe.getsockname()[1], state_folder=state_folder, clock_speed=30_000)
    lifetime.start(settings)
    try:
        yield Account(settings.endpoint_url, REGION)
    finally:
        lifetime.stop(settings.state_folder)


def furnished(root: Account) -> Embedded:
    """An account with the sample data, an output bucket and a service role as documented."""
    role = root.role("service", [READ, WRITE])
    set_trust(root, "service", TRUST)
    s3 = root.client("s3")
    for bucket in ("data", "output"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name in ("training.jsonl", "validation.jsonl"):
        s3.put_object(Bucket="data", Key=name, Body="\n".join(sample_lines(name)))
    return Embedded(root, role)


def set_trust(root: Account, role: str, statement: dict[str, Any]) -> None:
    """Replace a role's trust policy."""
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    root.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=document)


def sample_lines(name: str) -> list[str]:
    """A part of the sample dataset, in Anthropic's format."""
    return [json.dumps(as_messages(json.loads(line))) for line in (SAMPLE / name).read_text().splitlines()]
