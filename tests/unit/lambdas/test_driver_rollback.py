"""Rolling back a replacement lands on what was there before, and pays for nothing twice."""

from collections.abc import Callable

import pytest

from finetuning.lifecycle.outcome import bought
from tests.fakes.cloudformation import FakeStack
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import Story, job_properties, name_of, wanted

Undo = Callable[[FakeStack], None]
VARIANTS = [
    pytest.param(FakeStack.roll_back_by_delete, id="delete only"),
    pytest.param(FakeStack.roll_back_by_update, id="update, then delete"),
]


@pytest.mark.parametrize("undo", VARIANTS)
def test_rolled_back_training_stops_the_new_job_and_keeps_the_old_model_in_service(undo: Undo) -> None:
    """The generation that was rolled back to survives (faults A17, A18)."""
    story = Story()
    first = story.serve("2")
    story.stack.update(wanted("3"))
    undo(story.stack)
    new = name_of(job_properties("3"))
    assert story.jobs.stopped == [new]
    story.jobs.end(new, "Stopped")
    story.machine.run()
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.model_arn, list(story.jobs.models), story.jobs.running) == (first, [first], [])
    assert story.record.settled


@pytest.mark.parametrize("undo", VARIANTS)
def test_rolled_back_units_keep_the_old_endpoint_and_buy_no_third(undo: Undo) -> None:
    """Provisioned throughput is paid by the hour: a rollback deletes the new one and buys nothing."""
    story = Story()
    story.serve(units="1")
    old = next(iter(story.throughput.alive))
    story.stack.update(wanted(units="2"))
    story.machine.run()
    undo(story.stack)
    story.machine.run()
    assert list(story.throughput.alive) == [old]
    assert len(story.throughput.bought) == 2
    assert list(story.pointer.parameters.values()) == [story.throughput.alive[old].arn]
    assert story.record.settled


@pytest.mark.parametrize("undo", VARIANTS)
def test_removal_after_a_rollback_leaves_nothing(undo: Undo) -> None:
    """The physical ids that CloudFormation knows after the rollback are the ones that its Deletes carry."""
    story = Story()
    story.serve("2")
    story.stack.update(wanted("3", units="2"))
    undo(story.stack)
    story.jobs.end(name_of(job_properties("3")), "Stopped")
    story.machine.run()
    story.stack.destroy()
    story.machine.run()
    assert (story.alive, bought(story.record)) == (([], [], []), ())


def test_update_that_failed_after_it_started_a_job_is_undone_by_the_rollback() -> None:
    """A failed Update is answered with the old id, so no Delete for the new one ever comes (fault A16)."""
    story = Story()
    first = story.serve("2")
    story.table.interruptions = [lambda: None, lambda: None, _break]
    with pytest.raises(RuntimeError, match="broken"):
        story.stack.update({"Job": job_properties("3")})
    new = name_of(job_properties("3"))
    assert story.jobs.running == [new]
    story.stack.roll_back_failed_update("Job")
    story.machine.run()
    assert story.jobs.stopped == [new]
    assert (list(story.jobs.models), story.record.settled) == ([first], True)


def test_endpoint_of_an_update_that_failed_is_deleted_after_the_rollback() -> None:
    """The driver may have bought what the failed Update recorded; the rollback gives it back."""
    story = Story()
    story.serve(units="1")
    old = next(iter(story.throughput.alive))
    before = story.stack.resources["Endpoint"]
    story.stack.update(wanted(units="2"))
    story.stack.resources["Endpoint"] = before
    story.machine.run()
    story.stack.roll_back_failed_update("Endpoint")
    story.machine.run()
    assert list(story.throughput.alive) == [old]
    assert len(story.throughput.bought) == 2


def _break() -> None:
    raise RuntimeError("broken")


def test_nothing_is_bought_while_its_stack_rolls_back() -> None:
    """Its resources are restored one after the other; an endpoint that only the failed update wanted is not bought."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    story.stacks.rolling_back.add(STACK)
    step = story.driver.step("Decide", "faq", story.record.in_charge)
    assert step["next"] == "CreateEndpoint"
    step = story.driver.step("CreateEndpoint", "faq", story.record.in_charge)
    assert (step["next"], step["wait_seconds"], story.throughput.bought) == ("AwaitChange", 60, [])
    story.stacks.rolling_back.clear()
    story.driver.step("CreateEndpoint", "faq", story.record.in_charge)
    assert len(story.throughput.bought) == 1


@pytest.mark.parametrize("undo", VARIANTS)
def test_rollback_goes_back_to_how_many_models_were_kept(undo: Undo) -> None:
    """The failed update's own wish to keep more must not keep its model."""
    story = Story()
    story.serve(KeepPrevious="0")
    story.stack.update(wanted("3", KeepPrevious="1"))
    undo(story.stack)
    assert story.record.training.keep_previous == 0
