"""The boundary of the environments' roles: wide enough for each of them, and no wider than all of them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infrastructure import given, promoted
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.delivered import REGION, actions, allows, delivered
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import as_list, statements

HELP = "see stacks/constructs/delivery/boundary.py"
#: ARNs of what the stacks make, as CloudFormation would end them; `{name}` begins with the environment's prefix.
ARNS = {
    "AWS::DynamoDB::Table": "dynamodb:{place}:table/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{place}:key/1",
    "AWS::Lambda::Function": "lambda:{place}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{place}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{bucket}",
    "AWS::SNS::Topic": "sns:{place}:{name}",
    "AWS::SQS::Queue": "sqs:{place}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{place}:stateMachine:{machine}",
}


@pytest.fixture(scope="module")
def matrix(synthesize: Synthesize, tmp_path_factory: pytest.TempPathFactory) -> list[Synthesis]:
    """The environments of the Delivery stack's account, and what else gives a role of theirs a right."""
    return [
        synthesize("dev"),
        synthesize("prod"),
        *(synthesize("dev", **inputs) for inputs in (given.EVERYTHING, given.EVALUATED)),
        # Beside a service role of the user's own, these rights would be theirs to give.
        *(synthesize("dev", **inputs) for inputs in (given.NETWORK_ALONE, given.GRADED)),
        promoted.synthesis(tmp_path_factory.mktemp("copied"), copies=True),
    ]


def test_every_role_has_its_rights_within_the_boundary(matrix: list[Synthesis]) -> None:
    """Whoever adds a right adds it there, or finds the function refused."""
    boundary = _boundary()
    refused = {
        (role, action, resource)
        for synthesis in matrix
        for role, action, resource, conditions in _needs(synthesis)
        if not allows(boundary, action, resource, **conditions)
    }
    assert not refused, HELP


def test_boundary_allows_nothing_that_no_role_does(matrix: list[Synthesis]) -> None:
    """What is in it and in no role is what an attacker would add."""
    needed = {action for synthesis in matrix for _, action, _, _ in _needs(synthesis)}
    assert set(actions(_boundary())) == needed, HELP


@pytest.mark.parametrize(
    ("action", "resource", "conditions"),
    [
        (
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/finetuning-dev-1",
            {"iam__PassedToService": "ec2.amazonaws.com"},
        ),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {"iam__PassedToService": "bedrock.amazonaws.com"}),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/finetuning-dev-1", {}),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-prod-ci", {}),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-deploy-role-{ACCOUNT}-{REGION}", {}),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:payments", {}),
        ("lambda:InvokeFunction", f"{given.GRADER}-of-others", {}),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/payments", {}),
        ("ssm:PutParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/payments/password", {}),
        ("secretsmanager:GetSecretValue", "*", {}),
        ("s3:PutBucketPolicy", "arn:aws:s3:::payments", {}),
        ("kms:PutKeyPolicy", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1", {}),
        ("bedrock:PutModelInvocationLoggingConfiguration", "*", {}),
        ("cloudformation:UpdateStack", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/finetuning-dev-Control/1", {}),
    ],
)
def test_no_role_can_ever(action: str, resource: str, conditions: dict[str, str]) -> None:
    """Whatever its own policy says."""
    assert not allows(_boundary(), action, resource, **conditions)


def _boundary() -> list[dict[str, Any]]:
    training = {"reward": {"function_arn": given.GRADER}}
    roles = json.dumps({"dev": {"service_role_arn": given.SERVICE_ROLE, "models": {"faq": {"training": training}}}})
    (policy,) = delivered(environments=roles).managed("finetuning-boundary")
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def _needs(synthesis: Synthesis) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Role, action, resource and conditions of everything that the stacks' roles may do."""
    for stack in synthesis.templates:
        for role, statement in _statements(synthesis.resources(stack)):
            passed = statement.get("Condition", {}).get("StringEquals", {}).get("iam:PassedToService")
            conditions = {"iam__PassedToService": passed} if passed else {}
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    yield role, action, _text(synthesis, stack, resource), conditions


def _statements(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of inline policies, and of those that are attached because a role's inline policies are full."""
    yield from statements(resources)
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                yield name, statement


def _text(synthesis: Synthesis, stack: str, value: Any) -> str:
    """A resource as text, with what it refers to by its ARN or name."""
    if isinstance(value, str):
        return value
    ((function, inner),) = value.items()
    if function == "Fn::Join":
        return "".join(_text(synthesis, stack, part) for part in inner[1])
    if function == "Fn::ImportValue":
        owner = inner.split(":")[0].removeprefix(f"finetuning-{synthesis.environment}-")
        outputs = synthesis.templates[owner]["Outputs"].values()
        (exported,) = [output["Value"] for output in outputs if output.get("Export", {}).get("Name") == inner]
        return _text(synthesis, owner, exported)
    if inner == "AWS::StackId":
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{synthesis.stack_name(stack)}/1"
    logical_id, attribute = inner if isinstance(inner, list) else (inner, "Arn")
    return _made(synthesis, stack, logical_id, attribute)


def _made(synthesis: Synthesis, stack: str, logical_id: str, attribute: str) -> str:
    name = f"{synthesis.stack_name(stack)}-{logical_id}-1"
    resource = synthesis.resources(stack)[logical_id]
    machine = resource.get("Properties", {}).get("StateMachineName", f"{logical_id}-x")
    shape = ARNS[resource["Type"]]
    place = f"{REGION}:{ACCOUNT}"
    arn = shape.format(place=place, account=ACCOUNT, name=name, bucket=name.lower(), machine=machine)
    return re.split(r"[:/]", arn)[-1] if attribute == "Name" else f"arn:aws:{arn}"
