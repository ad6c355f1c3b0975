"""No role may do more than its function does, nor to anything but what this environment owns."""

import pytest

from lambdas.gateways import answers_table
from stacks.constructs import registry_access
from tests.infrastructure.expected_actions import (
    DRIVER_ACTIONS,
    EVERY_FUNCTION,
    KEEPS_FAILED_EVENTS,
    OWN_ACTIONS,
    UNDELIVERED_ACTIONS,
    WITHOUT_RESOURCE,
)
from tests.infrastructure.rights import STACKS
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import Statement, actions_of, as_list, statement_with, statements

BUYS_OR_DELETES = ("bedrock:Delete", "bedrock:CreateProvisioned", "bedrock:CreateCustomModelDeployment")


@pytest.mark.parametrize("function", OWN_ACTIONS)
def test_function_has_exactly_the_actions_that_it_calls(dev: Synthesis, function: str) -> None:
    """One action more is a right that nobody needs; one less fails at run time."""
    expected = OWN_ACTIONS[function] | EVERY_FUNCTION | KEEPS_FAILED_EVENTS
    assert actions_of(dev.resources("Control"), function) == expected


def test_only_the_driver_buys_and_deletes(dev: Synthesis) -> None:
    """No other function may create or delete an endpoint, or delete a model."""
    assert actions_of(dev.resources("Control"), "DriverFunction") == DRIVER_ACTIONS
    for function, actions in OWN_ACTIONS.items():
        assert not {a for a in actions if a.startswith(BUYS_OR_DELETES)}, function


def test_no_statement_has_a_wildcard_action(each: Synthesis) -> None:
    """Neither `*` nor `service:*` nor `service:Verb*` (control S04)."""
    for stack in STACKS:
        for role, statement in statements(each.resources(stack)):
            assert not [action for action in as_list(statement["Action"]) if "*" in action], role
            assert "NotAction" not in statement
            assert statement["Effect"] == "Allow"


def test_every_resource_is_named_unless_the_action_has_none(each: Synthesis) -> None:
    """`Resource: *` is for actions without a resource type only (control S04)."""
    for stack in STACKS:
        for role, statement in statements(each.resources(stack)):
            if "*" in as_list(statement["Resource"]):
                assert set(as_list(statement["Action"])) <= WITHOUT_RESOURCE, role


def test_undelivered_events_are_settled_with_the_fewest_rights(dev: Synthesis) -> None:
    """It receives from one queue, reads and keeps answers in one partition, and nothing else."""
    for stack in ("Foundation", "Control"):
        resources = dev.resources(stack)
        assert actions_of(resources, "UndeliveredFunction") == UNDELIVERED_ACTIONS
        (table,) = statement_with(resources, "UndeliveredFunction", "dynamodb:PutItem")
        assert table["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["#answers"]}}
        (received,) = statement_with(resources, "UndeliveredFunction", "sqs:ReceiveMessage")
        queue = dev.logical_id(stack, "AWS::SQS::Queue", "DeadLetterQueue", without="Unanswered")
        assert received["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_answers_are_where_the_code_keeps_them() -> None:
    """Stacks and code do not import each other, so the partition's name stands twice."""
    assert registry_access.ANSWERS == answers_table.PARTITION


def test_the_key_is_used_through_services_only(each: Synthesis) -> None:
    """Every KMS statement of every role says through which service; looking at a key uses nothing.

    Manifests are signed and verified by no service: see test_manifest_key.py.
    """
    for stack in STACKS:
        for role, statement in statements(each.resources(stack)):
            used = {action for action in as_list(statement["Action"]) if action.startswith("kms:")}
            if used - {"kms:DescribeKey", "kms:Sign", "kms:Verify"}:
                assert list(statement["Condition"]["StringEquals"]) == ["kms:ViaService"], role


def test_pointers_and_signals_stay_within_the_environment(dev: Synthesis) -> None:
    """Parameters and stacks are named by project and environment."""
    control = dev.resources("Control")
    (pointer,) = statement_with(control, "DriverFunction", "ssm:PutParameter")
    assert pointer["Resource"] == f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/finetuning/dev/*"
    (signal,) = statement_with(control, "DriverFunction", "cloudformation:SignalResource")
    assert signal["Resource"] == f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/finetuning-dev-Model-*/*"


def test_state_machine_may_invoke_the_driver_only(dev: Synthesis) -> None:
    """One function, no version of another."""
    invoked = statement_with(dev.resources("Control"), "DriverRole", "lambda:InvokeFunction")
    (driver,) = [i for i in dev.resources("Control", "AWS::Lambda::Function") if i.startswith("DriverFunction")]
    assert [s["Resource"] for s in invoked] == [{"Fn::GetAtt": [driver, "Arn"]}]


def test_emptying_function_may_touch_only_the_buckets_of_its_stack(dev: Synthesis) -> None:
    """Three buckets, named one by one."""
    deletions: list[Statement] = statement_with(
        dev.resources("Foundation"), "BucketEmptyingFunction", "s3:DeleteObjectVersion"
    )
    buckets = sorted(dev.resources("Foundation", "AWS::S3::Bucket"))
    assert sorted(s["Resource"]["Fn::Join"][1][0]["Fn::GetAtt"][0] for s in deletions) == buckets
