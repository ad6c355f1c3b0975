"""Whether CloudFormation still asks: every kind of request against every status that it may find."""

import pytest

from finetuning.lifecycle.asking import Stage, still_asks

KINDS = ("CREATE", "UPDATE", "DELETE")
RESOURCE_STATUSES = ("", *(f"{kind}_{how}" for kind in KINDS for how in ("IN_PROGRESS", "COMPLETE", "FAILED")))
STACK_STATUSES = (
    *RESOURCE_STATUSES,
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
)
#: The stack is being taken away, or was.
GOING = {
    "DELETE_IN_PROGRESS",
    "DELETE_COMPLETE",
    "DELETE_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
}


@pytest.mark.parametrize("resource", RESOURCE_STATUSES)
def test_create_and_update_are_asked_for_only_while_they_are_in_progress(resource: str) -> None:
    """The resource's own status says what CloudFormation is about; its stack's does not (faults A21, A22)."""
    for stack in STACK_STATUSES:
        stage = Stage(resource, stack)
        assert still_asks("Create", stage) is (resource == "CREATE_IN_PROGRESS")
        assert still_asks("Update", stage) is (resource == "UPDATE_IN_PROGRESS")


@pytest.mark.parametrize("resource", RESOURCE_STATUSES)
def test_delete_of_a_known_id_is_always_asked_for(resource: str) -> None:
    """It concerns what has that id and nothing else, and a clean-up does not show in the resource's status."""
    for stack in STACK_STATUSES:
        assert still_asks("Delete", Stage(resource, stack))


@pytest.mark.parametrize("resource", RESOURCE_STATUSES)
def test_delete_of_an_unknown_id_is_asked_for_only_when_the_resource_goes(resource: str) -> None:
    """It might otherwise take down what the resource has by now (faults A20, A23)."""
    for stack in STACK_STATUSES:
        goes = resource in {"", "DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED"} or stack in GOING
        assert still_asks("Delete", Stage(resource, stack), is_known=False) is goes


@pytest.mark.parametrize("resource", RESOURCE_STATUSES)
def test_resource_is_given_up_when_it_goes_and_never_once_it_is_complete(resource: str) -> None:
    """A complete one was created by another delivery of the same request (fault A06)."""
    for stack in STACK_STATUSES:
        gone = {"", "DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED", "CREATE_FAILED"}
        assert Stage(resource, stack).gives_up is (resource in gone or stack in GOING)


def test_only_the_rollback_of_an_update_rolls_back() -> None:
    """The rollback of a creation has nothing to return to (fault A18)."""
    expected = {
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    }
    assert {stack for stack in STACK_STATUSES if Stage("UPDATE_IN_PROGRESS", stack).rolls_back} == expected


@pytest.mark.parametrize("resource", RESOURCE_STATUSES)
def test_resource_is_gone_with_its_stack_or_when_the_stack_is_at_rest_without_it(resource: str) -> None:
    """While a stack is busy, nothing is taken for gone: what a status means is not settled."""
    for stack in STACK_STATUSES:
        without_it = resource in {"", "DELETE_COMPLETE"} and not stack.endswith("_IN_PROGRESS")
        assert Stage(resource, stack).is_gone is (stack in {"", "DELETE_COMPLETE"} or without_it)
