"""`leftovers`: what is still there of an environment, by name and tag: nothing, after `cdk destroy --all`."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import typer
from botocore.exceptions import ClientError
from rich.text import Text

from finetuning import names
from lambdas.gateways.clients import code_of
from ops import console
from ops.errors import WRONG
from ops.options import EnvironmentOption, JsonOption
from ops.session import Session, open_session

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient
    from mypy_boto3_s3 import S3Client

#: CloudFormation shortens the stack's name in the names it makes up, so a bucket may show only this much of it.
_SHORTENED = 12
_RUNNING = frozenset({"InProgress", "Stopping"})


@dataclass(frozen=True)
class Leftover:
    """Something that is still there."""

    kind: str
    name: str
    status: str
    arn: str


def leftovers(env: EnvironmentOption = None, as_json: JsonOption = False) -> None:
    """List jobs in progress, custom models, endpoints and buckets of an environment; exit code 1 if there are any."""
    session = open_session(env)
    prefix = names.job_name_prefix(session.project, session.environment.name)
    found = [*in_bedrock(session.client("bedrock"), prefix), *buckets(session.client("s3"), session, prefix)]
    if as_json:
        console.print_json({"prefix": prefix, "leftovers": [asdict(leftover) for leftover in found]})
    else:
        _print(found, prefix, keeps_data=session.environment.removal_policy == "retain")
    if found:
        raise typer.Exit(WRONG)


def _print(found: list[Leftover], prefix: str, *, keeps_data: bool) -> None:
    out = console.stdout()
    if not found:
        out.print(
            f"nothing is left of {prefix}*: no customization job in progress, no custom model, no provisioned "
            "throughput, no deployment, no bucket",
            soft_wrap=True,
        )
        return
    for leftover in found:
        out.print(line(leftover), soft_wrap=True)
    if keeps_data and any(leftover.kind == "bucket" for leftover in found):
        out.print("buckets are kept on purpose in this environment: its removal_policy is retain")


def line(leftover: Leftover) -> Text:
    """A leftover as a line."""
    status = f" ({leftover.status})" if leftover.status else ""
    return Text.assemble(f"{leftover.kind:<23} {leftover.name}{status}  ", (leftover.arn, "dim"))


def in_bedrock(bedrock: "BedrockClient", prefix: str) -> Iterator[Leftover]:
    """Everything whose name begins with the prefix; a job at rest is a record that Bedrock keeps for ever."""
    for job in _pages(bedrock, "list_model_customization_jobs", "modelCustomizationJobSummaries", prefix):
        if job["jobName"].startswith(prefix) and job["status"] in _RUNNING:
            yield Leftover("customization job", job["jobName"], job["status"], job["jobArn"])
    for model in _pages(bedrock, "list_custom_models", "modelSummaries", prefix):
        if model["modelName"].startswith(prefix):
            yield Leftover("custom model", model["modelName"], model.get("modelStatus", "Active"), model["modelArn"])
    for item in _pages(bedrock, "list_provisioned_model_throughputs", "provisionedModelSummaries", prefix):
        if item["provisionedModelName"].startswith(prefix):
            yield Leftover(
                "provisioned throughput", item["provisionedModelName"], item["status"], item["provisionedModelArn"]
            )
    for item in _pages(bedrock, "list_custom_model_deployments", "modelDeploymentSummaries", prefix):
        name = item["customModelDeploymentName"]
        if name.startswith(prefix):
            yield Leftover("custom model deployment", name, item["status"], item["customModelDeploymentArn"])


def _pages(bedrock: "BedrockClient", operation: str, key: str, prefix: str) -> Iterator[Mapping[str, Any]]:
    any_client: Any = bedrock  # the stubs know one overload per literal name
    for page in any_client.get_paginator(operation).paginate(nameContains=prefix):
        yield from page.get(key, [])


def buckets(s3: "S3Client", session: Session, prefix: str) -> Iterator[Leftover]:
    """Buckets whose name or tags are the environment's."""
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        if name.startswith(prefix[:_SHORTENED]) and (name.startswith(prefix) or is_ours(_tags(s3, name), session)):
            yield Leftover("bucket", name, "", f"arn:aws:s3:::{name}")


def is_ours(tags: Mapping[str, str], session: Session) -> bool:
    """Whether tags name this project and environment, or one of their stacks."""
    owner = (tags.get(names.PROJECT_TAG), tags.get(names.ENVIRONMENT_TAG))
    stack = tags.get("aws:cloudformation:stack-name", "")
    return owner == (session.project, session.environment.name) or stack.startswith(session.stack_name(""))


def _tags(s3: "S3Client", bucket: str) -> Mapping[str, str]:
    try:
        return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    except ClientError as error:
        if code_of(error) in {"NoSuchTagSet", "NoSuchBucket", "AccessDenied"}:
            return {}
        raise
