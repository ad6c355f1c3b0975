"""A model's stack as CloudFormation has it: what a lost record is rebuilt from."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning.lifecycle.facts import ResourceFacts, StackFacts
from lambdas.gateways.clients import code_of
from ops.session import NotDeployedError, Session

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

JOB, ENDPOINT = "Custom::BedrockModelCustomizationJob", "Custom::BedrockModelEndpoint"
PROMOTED = "Custom::BedrockPromotedModel"
#: A first deployment that failed. Source: CloudFormation User Guide, 'Stack status codes'.
_NEVER_STOOD = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_COMPLETE"})


def standing(session: Session, model: str) -> str:
    """The status of a model's stack whose deployment ended with something in it; "" without such a stack."""
    cloudformation: CloudFormationClient = session.client("cloudformation")
    try:
        stack = cloudformation.describe_stacks(StackName=session.stack_name(f"Model-{model}"))["Stacks"][0]
    except ClientError as error:
        if code_of(error) == "ValidationError":
            return ""
        raise
    status: str = stack["StackStatus"]
    return "" if status in _NEVER_STOOD or status.endswith("_IN_PROGRESS") else status


def read(session: Session, model: str) -> StackFacts:
    """The stack of a model.

    Raises:
        NotDeployedError: there is no such stack, so nothing is wanted.
    """
    cloudformation: CloudFormationClient = session.client("cloudformation")
    name = session.stack_name(f"Model-{model}")
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if code_of(error) == "ValidationError":
            fix = "what is left of it is listed by: python -m ops orphans"
            raise NotDeployedError(f"stack {name} does not exist, so nothing of it is wanted; {fix}") from error
        raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    template = _template(cloudformation, name)
    resources = {
        resource["ResourceType"]: ResourceFacts(
            resource["LogicalResourceId"],
            resource.get("PhysicalResourceId", ""),
            template.get(resource["LogicalResourceId"], {}).get("Properties", {}),
        )
        for resource in cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        if resource["ResourceStatus"] != "DELETE_COMPLETE"
    }
    return StackFacts(
        stack_id=stack["StackId"],
        status=stack["StackStatus"],
        generation=outputs.get("Generation", ""),
        job=resources.get(JOB),
        endpoint=resources.get(ENDPOINT),
        promoted=resources.get(PROMOTED),
    )


def _template(cloudformation: "CloudFormationClient", name: str) -> Mapping[str, Any]:
    """The resources of the template as CloudFormation runs it."""
    body: Any = cloudformation.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    document = json.loads(body) if isinstance(body, str) else body
    resources: Mapping[str, Any] = document["Resources"]
    return resources
