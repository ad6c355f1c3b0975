"""What CloudFormation is doing with a resource and its stack."""

from datetime import UTC, datetime
from typing import Any

import pytest

from finetuning.lifecycle.asking import Stage
from lambdas.gateways.stacks import StacksGateway
from tests.contract.service import Answer, Service

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/finetuning-dev-Model-faq/1"
NOW = datetime(2026, 1, 15, tzinfo=UTC)
NO_STACK = "ValidationError: Stack with id finetuning-dev-Model-faq does not exist"
NO_RESOURCE = "ValidationError: Resource Job does not exist for stack finetuning-dev-Model-faq"


def stacks(*answers: Answer) -> tuple[StacksGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("cloudformation", *answers)
    return StacksGateway(service.client), service


def a_resource(status: str, **changes: Any) -> dict[str, Any]:
    """DescribeStackResource's answer."""
    detail = {
        "LogicalResourceId": "Job",
        "ResourceType": "Custom::BedrockModelCustomizationJob",
        "LastUpdatedTimestamp": NOW,
        "ResourceStatus": status,
        **changes,
    }
    return {"StackResourceDetail": detail}


def a_stack(status: str) -> dict[str, Any]:
    """DescribeStacks' answer."""
    return {"Stacks": [{"StackName": "finetuning-dev-Model-faq", "CreationTime": NOW, "StackStatus": status}]}


def test_stage_is_the_status_of_resource_and_stack_and_the_id_that_cloudformation_knows() -> None:
    """Asked for by the stack's id, which a stack of the same name does not have."""
    gateway, service = stacks(
        a_resource("UPDATE_IN_PROGRESS", PhysicalResourceId="Job-1"), a_stack("UPDATE_ROLLBACK_IN_PROGRESS")
    )
    assert gateway.stage(STACK, "Job") == Stage("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "Job-1")
    assert service.calls == [
        ("DescribeStackResource", {"StackName": STACK, "LogicalResourceId": "Job"}),
        ("DescribeStacks", {"StackName": STACK}),
    ]


def test_resource_that_is_being_created_has_no_id_yet() -> None:
    """It gets it with our answer."""
    gateway, _ = stacks(a_resource("CREATE_IN_PROGRESS"), a_stack("CREATE_IN_PROGRESS"))
    assert gateway.stage(STACK, "Job") == Stage("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "")


def test_resource_and_stack_that_are_not_there_have_no_status() -> None:
    """CloudFormation answers both with the same code."""
    assert stacks(NO_RESOURCE, a_stack("UPDATE_COMPLETE"))[0].stage(STACK, "Job") == Stage("", "UPDATE_COMPLETE")
    assert stacks(NO_STACK)[0].stage(STACK, "Job") == Stage("", "")


@pytest.mark.parametrize("answers", [("AccessDenied: no",), (a_resource("CREATE_COMPLETE"), "AccessDenied: no")])
def test_look_that_fails_is_not_taken_for_nothing_there(answers: tuple[Answer, ...]) -> None:
    """A stack that is taken for gone is removed."""
    gateway, service = stacks(*answers)
    with pytest.raises(service.client.exceptions.ClientError, match="AccessDenied"):
        gateway.stage(STACK, "Job")


def test_signal_that_cannot_be_sent_is_an_error() -> None:
    """Step Functions tries again."""
    gateway, service = stacks("AccessDenied: no")
    with pytest.raises(service.client.exceptions.ClientError, match="AccessDenied"):
        gateway.signal(STACK, "Wait1", success=True, unique_id="x")


@pytest.mark.parametrize(
    ("status", "now", "lately"),
    [
        ("UPDATE_ROLLBACK_IN_PROGRESS", True, True),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True, True),
        ("UPDATE_ROLLBACK_COMPLETE", False, True),
        ("UPDATE_ROLLBACK_FAILED", False, True),
        ("UPDATE_IN_PROGRESS", False, False),
        ("ROLLBACK_IN_PROGRESS", False, False),
    ],
)
def test_rollback_is_told_while_it_lasts_and_afterwards(status: str, now: bool, lately: bool) -> None:
    """A purchase waits for its end; a clean-up of it may be delivered after its end."""
    gateway, _ = stacks(a_stack(status), a_stack(status))
    assert (gateway.is_rolling_back(STACK), gateway.rolls_back(STACK)) == (now, lately)
