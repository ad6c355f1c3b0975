"""What CloudFormation may do with the execution policies: all that the templates need, and nothing besides."""

from collections.abc import Iterator
from typing import Any

import pytest

from stacks.constructs.delivery.execution_actions import CUSTOM_RESOURCE, Handled, types
from tests.infrastructure import given
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.delivered import REGION, actions, allows, delivered
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import as_list

HELP = "see stacks/constructs/delivery/execution_actions.json"
BOUNDARY = {"iam__PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/delivery/finetuning-boundary"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/finetuning-dev-Control-DriverFunctionRole-1"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/finetuning-dev-Control-DriverFunctionManifests-1"
CI_ROLE = f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-dev-ci"
READER = f"arn:aws:iam::{ACCOUNT}:role/finetuning/dev/sources/finetuning-dev-Model-faq-Reader-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
OURS, THEIRS = ({"aws__ResourceTag/finetuning__project": name} for name in ("finetuning", "payments"))


@pytest.fixture(scope="module")
def matrix(synthesize: Synthesize) -> list[Synthesis]:
    """Every environment, and what others may bring to one."""
    named = [synthesize(environment) for environment in ("local", "dev", "prod")]
    brought = [synthesize("dev", **inputs) for inputs in (given.EVERYTHING, given.EVALUATED)]
    return [*named, *brought, synthesize("local", wait="true")]


def test_every_type_and_property_is_known_and_none_besides(matrix: list[Synthesis]) -> None:
    """Another property may need another action, which CloudFormation would miss in the middle of a deployment."""
    used: dict[str, set[str]] = {}
    for resource in _resources(matrix):
        used.setdefault(resource["Type"], set()).update(resource.get("Properties", {}))
    # Subscribers are people's addresses, which no environment of the repository has.
    used["AWS::SNS::Subscription"] = {"Endpoint", "Protocol", "TopicArn"}
    known = {type_: set(handled.properties) for type_, handled in types().items()}
    custom = {type_: used.pop(type_) for type_ in list(used) if type_.startswith("Custom::")}
    assert custom, "custom resources are their functions"
    assert used == known, HELP


@pytest.mark.parametrize("type_", ["custom resource", *types()])
def test_every_action_of_a_type_is_allowed(type_: str) -> None:
    """On a resource that is called as CloudFormation would call it."""
    handled: Handled = types().get(type_, CUSTOM_RESOURCE)
    for target, needed in handled.actions.items():
        for action in needed:
            for resource, conditions in _examples(target):
                assert allows(delivered().execution(), action, resource, **conditions), (action, resource)


def test_no_action_is_superfluous() -> None:
    """Each is some type's; the version of the bootstrap is read besides."""
    needed = {
        a for handled in (CUSTOM_RESOURCE, *types().values()) for names in handled.actions.values() for a in names
    }
    allowed = set(actions(delivered().execution()))
    assert allowed == {*needed, "ssm:GetParameters"}
    assert not [action for action in allowed if "*" in action]


def test_state_machines_are_named_after_their_constructs(matrix: list[Synthesis]) -> None:
    """CloudFormation leaves the stack's name out of what has no name, so rights go by the logical id then."""
    for synthesis in matrix:
        for machine, found in synthesis.resources("Control", "AWS::StepFunctions::StateMachine").items():
            name = found["Properties"].get("StateMachineName", f"{machine}-x").replace("-local-", "-dev-")
            arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"
            assert allows(delivered().execution(), "states:CreateStateMachine", arn)


@pytest.mark.parametrize(
    ("action", "resource", "conditions"),
    [
        # Rights for itself, or for somebody without the boundary.
        ("iam:CreateRole", ROLE, {}),
        ("iam:CreateRole", ROLE, {"iam__PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/admin", BOUNDARY),
        ("iam:PutRolePolicy", ROLE, {}),
        ("iam:PutRolePolicy", CI_ROLE, BOUNDARY),
        ("iam:UpdateAssumeRolePolicy", CI_ROLE, {}),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-deploy-role", {}),
        ("iam:DeleteRolePermissionsBoundary", ROLE, BOUNDARY),
        ("iam:PutRolePermissionsBoundary", ROLE, {"iam__PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnly"}),
        ("iam:AttachRolePolicy", ROLE, BOUNDARY),
        ("iam:AttachRolePolicy", ROLE, {"iam__PolicyARN": POLICY}),
        ("iam:AttachRolePolicy", ROLE, {**BOUNDARY, "iam__PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("iam:AttachRolePolicy", CI_ROLE, {**BOUNDARY, "iam__PolicyARN": POLICY}),
        ("iam:CreatePolicyVersion", BOUNDARY["iam__PermissionsBoundary"], {}),
        ("iam:SetDefaultPolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/delivery/finetuning-execution-1", {}),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/finetuning-dev-me", BOUNDARY),
        ("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/admin", {}),
        ("iam:CreateOpenIDConnectProvider", f"arn:aws:iam::{ACCOUNT}:oidc-provider/x", {}),
        # Roles for whoever should not have them.
        ("iam:PassRole", ROLE, {"iam__PassedToService": "ec2.amazonaws.com"}),
        ("iam:PassRole", ROLE, {"iam__PassedToService": "bedrock.amazonaws.com"}),
        ("iam:PassRole", ROLE, {}),
        ("iam:PassRole", CI_ROLE, {"iam__PassedToService": "lambda.amazonaws.com"}),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {"iam__PassedToService": "lambda.amazonaws.com"}),
        ("sts:AssumeRole", ROLE, {}),
        # What is not the environments'.
        ("kms:PutKeyPolicy", KEY, THEIRS),
        ("kms:ScheduleKeyDeletion", KEY, THEIRS),
        ("kms:Decrypt", KEY, OURS),
        ("kms:CreateGrant", KEY, OURS),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:payments", {}),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:finetuningx", {}),
        (
            "lambda:UpdateEventSourceMapping",
            "*",
            {"lambda__FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:payments"},
        ),
        ("states:UpdateStateMachine", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:Payments", {}),
        ("s3:PutBucketPolicy", "arn:aws:s3:::payments", {}),
        ("s3:DeleteBucketPolicy", f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-{REGION}", {}),
        ("s3:GetObject", "arn:aws:s3:::finetuning-dev-foundation-databucket-1/datasets/faq/1/training.jsonl", {}),
        ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/payments", {}),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/finetuning-dev-Foundation-1", {}),
        ("dynamodb:DeleteTable", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/finetuning-dev-Foundation-1", {}),
        # What only the driver buys.
        ("bedrock:CreateProvisionedModelThroughput", "*", {}),
        ("bedrock:InvokeModel", "*", {}),
    ],
)
def test_cloudformation_may_not(action: str, resource: str, conditions: dict[str, Any]) -> None:
    """Give itself or anybody more than the boundary, or touch what is not the environments'."""
    assert not allows(delivered().execution(), action, resource, **conditions)


def test_environments_of_other_accounts_are_none_of_ours() -> None:
    """Rights are for the environments that are delivered here."""
    only = delivered(environments='{"prod": {"account": "444455556666"}}', workload_accounts={}, external_id=None)
    assert allows(only.execution(), "sns:CreateTopic", f"arn:aws:sns:{REGION}:{ACCOUNT}:finetuning-dev-Control-x")
    assert not allows(only.execution(), "sns:CreateTopic", f"arn:aws:sns:{REGION}:{ACCOUNT}:finetuning-prod-Control-x")


def test_another_boundary_is_asked_for_if_it_is_given() -> None:
    """The platform team's own; ours is not made then."""
    theirs = f"arn:aws:iam::{ACCOUNT}:policy/platform/boundary"
    other = delivered(permissions_boundary=theirs)
    assert other.managed("finetuning-boundary") == []
    assert allows(other.execution(), "iam:CreateRole", ROLE, iam__PermissionsBoundary=theirs)
    assert not allows(other.execution(), "iam:CreateRole", ROLE, **BOUNDARY)


def _resources(matrix: list[Synthesis]) -> Iterator[dict[str, Any]]:
    for synthesis in matrix:
        for stack in synthesis.templates:
            yield from synthesis.resources(stack).values()


def _examples(target: str) -> list[tuple[str, dict[str, str]]]:
    """Resources of a kind as CloudFormation would name them, and what it would say of the call."""
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:finetuning-dev-Control-DriverFunction-1"
    mapping = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:1"
    found: dict[str, Any] = {
        "alarm": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:finetuning-dev-Control-Alarms-1",
        "alias and key": [f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/finetuning-dev-manifest", KEY],
        "anything": "*",
        "asset": f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-{REGION}/1.zip",
        "bucket": "arn:aws:s3:::finetuning-dev-foundation-databucket-1",
        "function": function,
        "key": KEY,
        "log group": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:finetuning-dev-Control-DriverLogs-1",
        "policy": POLICY,
        "queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:finetuning-dev-Control-DeadLetterQueue-1",
        "read event source mapping": mapping,
        "role": [ROLE, READER],
        "rule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/finetuning-dev-Control-SweepRule-1",
        "state machine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:DriverC4BA1172-x",
        "table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/finetuning-dev-Foundation-RegistryTable-1",
        "topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:finetuning-dev-Control-Notices-1",
    }
    said: dict[str, tuple[Any, dict[str, str]]] = {
        "bounded role and policy": (ROLE, {**BOUNDARY, "iam__PolicyARN": POLICY}),
        "bounded role": ([ROLE, READER], BOUNDARY),
        "event source mapping": (mapping, {"lambda__FunctionArn": function}),
        "key through dynamodb": (KEY, {"kms__ViaService": f"dynamodb.{REGION}.amazonaws.com"}),
        "our key": (KEY, OURS),
        "role for lambda": (ROLE, {"iam__PassedToService": "lambda.amazonaws.com"}),
        "role for states": (ROLE, {"iam__PassedToService": "states.amazonaws.com"}),
    }
    resources, conditions = said[target] if target in said else (found[target], {})
    return [(resource, conditions) for resource in as_list(resources)]
