"""What tests need of an AWS account: clients, roles, functions and stacks."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import boto3
from botocore.config import Config

ANYTHING = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
ROOT_SECRET = "test"
_CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
Seen = TypeVar("Seen")
_ENDED = ("_COMPLETE", "_FAILED")


class Account:
    """An AWS account seen with certain credentials."""

    def __init__(
        self,
        endpoint_url: str,
        region: str,
        key: str = "000000000000",
        secret: str = ROOT_SECRET,
        token: str | None = None,
    ):
        """See the account as the holder of these credentials (by default its root)."""
        self._session = boto3.Session(key, secret, token, region_name=region)
        self.endpoint_url = endpoint_url
        self.region = region

    def client(self, service: str) -> Any:
        """A client of one service."""
        return cast(Any, self._session).client(service, endpoint_url=self.endpoint_url, config=_CONFIG)

    def role(self, name: str, statements: Iterable[dict[str, Any]] = ANYTHING, trusted: object = "*") -> str:
        """Create a role with an inline policy; returns its ARN."""
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}],
        }
        iam = self.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document)
        return arn

    def assume(self, role_arn: str) -> "Account":
        """The account as seen by a session of a role."""
        granted = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        return Account(
            self.endpoint_url, self.region, granted["AccessKeyId"], granted["SecretAccessKey"], granted["SessionToken"]
        )

    def function(self, name: str, source: str, role: str | None = None, timeout: int = 10) -> str:
        """Create a Python function with `handler(event, context)`; returns its ARN."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("index.py", source)
        arn: str = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.14",
            Handler="index.handler",
            Role=role or self.role(f"{name}-role"),
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
        )["FunctionArn"]
        return arn

    def deploy(self, name: str, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Create or update a stack and wait until it has ended; returns its description."""
        cloudformation = self.client("cloudformation")
        template = json.dumps({"Resources": resources, "Outputs": outputs or {}})
        exists = any(name == stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"])
        change = cloudformation.update_stack if exists else cloudformation.create_stack
        change(StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
        return self.ended_stack(name)

    def ended_stack(self, name: str) -> dict[str, Any]:
        """The description of a stack once no operation is in progress."""
        cloudformation = self.client("cloudformation")

        def ended() -> dict[str, Any] | None:
            stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            return stack if stack["StackStatus"].endswith(_ENDED) else None

        return eventually(ended)

    def delete(self, name: str) -> str:
        """Delete a stack; returns the status it ends in."""
        cloudformation = self.client("cloudformation")
        identity = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=name)
        return str(self.ended_stack(identity)["StackStatus"])

    def reasons(self, name: str) -> str:
        """All status reasons of a stack's events, in one text."""
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)


def eventually(look: Callable[[], Seen | None], seconds: float = 20) -> Seen:
    """What `look` sees once it sees something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"nothing seen within {seconds} s")


def journal(path: Path) -> list[dict[str, Any]]:
    """The lines that functions have written to a journal."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
