"""What can be asked of an environment before anything of it is there: the bootstrap, and the stacks' names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from configuration import Selection
from finetuning.preflight import Finding
from finetuning.preflight.deployment import Stack, judge_bootstrap, judge_stack
from finetuning.preflight.finding import Unreadable
from lambdas.gateways.reading import read
from ops.session import Session

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ssm import SSMClient

#: Source: AWS CDK Developer Guide, 'Bootstrap your environment', with the default qualifier, which the app uses.
VERSION_PARAMETER = "/cdk-bootstrap/hnb659fds/version"


def judge(session: Session, selection: Selection) -> Iterator[Finding]:
    """Yield the findings."""
    environment = selection.environment
    yield judge_bootstrap(_bootstrap(session), environment.account, environment.region)
    for stack in ("Foundation", "Control", *(f"Model-{model}" for model in selection.models)):
        name = session.stack_name(stack)
        yield judge_stack(name, _stack(session, name), selection.project, environment.name, environment.region)


def _bootstrap(session: Session) -> str | Unreadable | None:
    ssm: SSMClient = session.client("ssm")
    return read(
        "ssm:GetParameter",
        lambda: ssm.get_parameter(Name=VERSION_PARAMETER)["Parameter"]["Value"],
        "ParameterNotFound",
    )


def _stack(session: Session, name: str) -> Stack | Unreadable | None:
    cloudformation: CloudFormationClient = session.client("cloudformation")

    def look() -> Stack:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return Stack(stack["StackStatus"], {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])})

    return read("cloudformation:DescribeStacks", look, "ValidationError")
