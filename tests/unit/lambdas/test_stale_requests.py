"""Requests that CloudFormation does not wait for any more: they change nothing, and what they began is undone."""

from collections.abc import Callable
from typing import Any

import pytest

from finetuning.lifecycle.claims import StaleRequestError
from lambdas.registry.claiming import Asked, claim_to_delete
from lambdas.responder import CustomResourceRequest
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import STACK, FakeStacks
from tests.unit.lambdas.story import Story, endpoint_properties, job_properties, name_of, wanted

JOB, ENDPOINT = "Job", "Endpoint"
BOTH = pytest.mark.parametrize("logical_id", [JOB, ENDPOINT])
OTHER_STATUSES = ["CREATE_COMPLETE", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE", "UPDATE_COMPLETE"]


def properties_of(logical_id: str, change: str = "2") -> dict[str, Any]:
    """What either resource is asked for."""
    return job_properties(change) if logical_id == JOB else endpoint_properties(change)


def ask(story: Story, kind: str, logical_id: str, **changes: Any) -> object:
    """Send either resource a request."""
    request = a_request(kind, **{"properties": properties_of(logical_id), "logical_id": logical_id, **changes})
    resource = story.job if logical_id == JOB else story.endpoint
    return resource.delete(request) if kind == "Delete" else resource.apply(request)


def is_removed(story: Story, logical_id: str) -> bool:
    """Whether nothing is wanted of either resource."""
    return story.record.training.removed if logical_id == JOB else story.record.endpoint.removed


@BOTH
@pytest.mark.parametrize("status", ["", "UPDATE_IN_PROGRESS", *OTHER_STATUSES])
def test_create_that_runs_too_late_writes_nothing(logical_id: str, status: str) -> None:
    """It waited in the queue until CloudFormation had given up (faults A21, A22)."""
    story = Story()
    story.stacks.otherwise = status
    with pytest.raises(StaleRequestError) as refusal:
        ask(story, "Create", logical_id)
    assert str(refusal.value) == (
        f"Create of {logical_id} comes too late: the resource is {status or 'not there'}; deploy again if it is still "
        "wanted"
    )
    assert (story.table.items, story.jobs.jobs, story.machine.executions) == ({}, {}, {})


@BOTH
@pytest.mark.parametrize("status", ["", "CREATE_IN_PROGRESS", *OTHER_STATUSES])
def test_update_that_runs_too_late_writes_nothing(logical_id: str, status: str) -> None:
    """Likewise."""
    story = Story()
    story.serve()
    before = story.record
    story.stacks.doing[STACK, logical_id] = status
    physical_id = story.stack.resources[logical_id].physical_id
    with pytest.raises(StaleRequestError, match=f"Update of {logical_id} comes too late"):
        ask(story, "Update", logical_id, properties=properties_of(logical_id, "3"), physical_id=physical_id)
    assert story.record == before


@BOTH
@pytest.mark.parametrize("stack", ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
def test_update_that_was_given_up_while_it_was_written_is_undone(logical_id: str, stack: str) -> None:
    """The rollback found nothing to go back from just before; what serves goes on (fault A22)."""
    story = Story()
    story.serve()
    known = story.stack.resources[logical_id].physical_id
    before = story.record
    story.stacks.update(logical_id)
    story.stacks.known_as[STACK, logical_id] = known
    interrupted_by(story, lambda: story.stacks.at_rest.update({STACK: stack}))
    with pytest.raises(StaleRequestError, match=f"{logical_id} was given up while it was being updated"):
        ask(story, "Update", logical_id, properties=properties_of(logical_id, "3"), physical_id=known)
    story.machine.run()
    assert (story.record.training.current_id, story.record.training.physical_id) == (
        before.training.current_id,
        before.training.physical_id,
    )
    assert (story.record.endpoint.current_id, story.record.endpoint.physical_id) == (
        before.endpoint.current_id,
        before.endpoint.physical_id,
    )
    assert (story.jobs.running, len(story.throughput.alive), story.record.settled) == ([], 1, True)


def interrupted_by(story: Story, happens: Callable[[], object]) -> None:
    """Let this happen just before the next write."""
    story.table.interruptions = [happens]


@BOTH
@pytest.mark.parametrize("status", ["", "DELETE_IN_PROGRESS", "DELETE_COMPLETE", "CREATE_FAILED"])
def test_create_that_was_given_up_while_it_was_written_is_undone(logical_id: str, status: str) -> None:
    """The Delete found nothing to remove just before, and no other will come (fault A22)."""
    story = Story()
    interrupted_by(story, lambda: story.stacks.doing.update({(STACK, logical_id): status}))
    with pytest.raises(StaleRequestError, match=f"{logical_id} was given up while it was being created"):
        ask(story, "Create", logical_id)
    assert is_removed(story, logical_id)
    assert list(story.machine.executions) == ([story.record.in_charge] if not story.record.settled else [])
    story.machine.run()
    assert (story.alive, story.record.settled) == (([], [], []), True)


@BOTH
def test_create_that_another_delivery_completed_is_not_undone(logical_id: str) -> None:
    """Two deliveries of one Create at the same time: the faster one has answered (fault A06)."""
    story = Story()
    interrupted_by(story, lambda: story.stacks.doing.update({(STACK, logical_id): "CREATE_COMPLETE"}))
    ask(story, "Create", logical_id)
    assert not is_removed(story, logical_id)


@BOTH
def test_create_in_a_stack_that_is_rolled_back_meanwhile_is_undone(logical_id: str) -> None:
    """The resource's own status may be behind."""
    story = Story()
    interrupted_by(story, lambda: story.stacks.at_rest.update({STACK: "ROLLBACK_IN_PROGRESS"}))
    with pytest.raises(StaleRequestError, match="was given up"):
        ask(story, "Create", logical_id)
    assert is_removed(story, logical_id)


@BOTH
def test_update_in_a_rollback_that_wants_something_new_is_refused(logical_id: str) -> None:
    """It is the one that was given up; a rollback wants what was there (fault A21)."""
    story = Story()
    story.serve()
    before = story.record
    physical_id = story.stack.resources[logical_id].physical_id
    story.stacks.rolling_back.add(STACK)
    story.stacks.update(logical_id)
    with pytest.raises(StaleRequestError, match="the stack rolls back, and this request is not part of it"):
        ask(story, "Update", logical_id, properties=properties_of(logical_id, "3"), physical_id=physical_id)
    assert story.record == before
    assert story.jobs.running == []


@BOTH
@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"])
def test_delete_of_a_made_up_id_spares_what_is_there_now(logical_id: str, status: str) -> None:
    """An old one, for a Create that was never answered; the resource was created anew since (fault A23)."""
    story = Story()
    story.serve()
    before = story.record
    story.stacks.doing[STACK, logical_id] = status
    for made_up in ("finetuning-dev-Model-faq-Job-1A2B3C4D5E6F", None):
        ask(story, "Delete", logical_id, physical_id=made_up)
    assert story.record == before


@BOTH
@pytest.mark.parametrize(
    ("status", "stack"), [("DELETE_IN_PROGRESS", ""), ("", ""), ("CREATE_COMPLETE", "DELETE_IN_PROGRESS")]
)
def test_delete_of_a_made_up_id_removes_a_resource_that_goes(logical_id: str, status: str, stack: str) -> None:
    """CloudFormation never learned ours (fault A20)."""
    story = Story()
    ask(story, "Create", logical_id)
    story.stacks.doing[STACK, logical_id] = status
    if stack:
        story.stacks.at_rest[STACK] = stack
    ask(story, "Delete", logical_id, physical_id="finetuning-dev-Model-faq-Job-1A2B3C4D5E6F")
    assert is_removed(story, logical_id)


def test_delete_of_an_id_that_we_gave_needs_no_look_at_the_stack() -> None:
    """A clean-up does not show in a resource's status."""
    story = Story()
    story.serve("2")
    story.stack.update(wanted("3"))
    old = story.record.training.generations[0].physical_id
    story.stacks.doing[STACK, JOB] = "UPDATE_COMPLETE"
    ask(story, "Delete", JOB, physical_id=old)
    assert [g.released for g in story.record.training.generations] == [True, False]
    assert name_of(job_properties("3")) in story.jobs.running


def a_known_id(logical_id: str = JOB) -> str:
    """An id of the form that we give."""
    return f"{logical_id}-0123456789abcdef"


def a_job_request(kind: str, physical_id: str | None = None) -> CustomResourceRequest:
    """A request of the job resource."""
    return a_request(kind, properties=job_properties(), physical_id=physical_id)


def test_claim_says_who_asks_and_whether_the_stack_rolls_back() -> None:
    """The allocated id for what is about to be, the known one for what it replaces."""
    request = a_job_request("Update", a_known_id())
    asked = Asked(request, FakeStacks(otherwise="UPDATE_IN_PROGRESS", rolling_back={STACK}))
    claim = asked.claim()
    assert (claim.stack_id, claim.logical_id, claim.physical_id) == (STACK, JOB, request.allocated_id)
    assert (claim.replaces, claim.rolls_back) == (a_known_id(), True)
    assert asked.claimed == claim
    assert not Asked(a_job_request("Create"), FakeStacks()).claim().rolls_back


def an_update(resource_status: str, stack_status: str, known_as: str, *, rolls_back: bool = False) -> bool:
    """Whether an Update counts as given up when it reads this once it is written; the slot has the id `new`."""
    stacks = FakeStacks(otherwise="UPDATE_IN_PROGRESS", rolling_back={STACK} if rolls_back else set())
    asked = Asked(a_job_request("Update", a_known_id()), stacks)
    asked.claim()
    stacks.at_rest[STACK], stacks.otherwise = stack_status, resource_status
    stacks.known_as[STACK, JOB] = known_as
    return asked.given_up("new") is not None


def test_update_is_given_up_when_its_stack_went_on_without_it() -> None:
    """CloudFormation knows another id than the slot, and is at rest or has begun to roll back."""
    for stack in ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS"):
        assert an_update("UPDATE_COMPLETE", stack, "old")
        assert not an_update("UPDATE_COMPLETE", stack, "new")


def test_update_is_not_given_up_while_its_stack_is_at_it() -> None:
    """CloudFormation learns the new id from our answer; a rollback's own Update is asked for by the rollback."""
    assert not an_update("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "old")
    assert not an_update("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "old", rolls_back=True)


def test_claim_to_delete_has_the_known_id_or_none() -> None:
    """A made-up one is nobody's."""
    known = claim_to_delete(a_job_request("Delete", a_known_id()), FakeStacks(otherwise="UPDATE_COMPLETE"))
    assert known is not None
    assert known.physical_id == a_known_id()
    made_up = claim_to_delete(a_job_request("Delete", "made-up"), FakeStacks(otherwise="DELETE_IN_PROGRESS"))
    assert made_up is not None
    assert (made_up.stack_id, made_up.logical_id, made_up.physical_id) == (STACK, JOB, "")
    assert claim_to_delete(a_job_request("Delete", "made-up"), FakeStacks(otherwise="CREATE_COMPLETE")) is None
