"""The sweep of one model: what died, what is due, and what was abandoned."""

from dataclasses import replace

import pytest

from finetuning.lifecycle.outcome import bought
from finetuning.lifecycle.retrying import stop_billing
from lambdas.sweep.models import MAX_NAMES_SPENT
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import MODEL, Story, job_properties, name_of, wanted

DAY = 86_400


def sweep(story: Story) -> dict[str, str]:
    """Sweep, and let the drivers run."""
    done = story.sweep.run()
    story.machine.run()
    return done


@pytest.mark.parametrize(("seconds", "looks"), [(DAY - 1, False), (DAY, True), (3 * DAY, True)])
def test_settled_model_is_looked_at_once_a_day(seconds: float, looks: bool) -> None:
    """What a human changed is noticed within a day (fault C12)."""
    story = Story()
    story.serve()
    story.clock.sleep(seconds - (story.clock.epoch() - story.record.looked_at))
    assert sweep(story) == ({MODEL: "started"} if looks else {})
    assert story.record.settled
    assert sweep(story) == {}


def test_model_of_which_nothing_is_left_is_not_looked_at() -> None:
    """There is nothing to drift."""
    story = Story()
    story.serve()
    story.stack.destroy()
    story.machine.run()
    before = story.throughput.looks
    story.clock.sleep(9 * DAY)
    assert sweep(story) == {}
    assert story.throughput.looks == before


def test_look_of_the_day_is_noted_although_nothing_changed() -> None:
    """Or the sweep would look at it every time."""
    story = Story()
    story.serve()
    story.clock.sleep(2 * DAY)
    sweep(story)
    assert story.record.looked_at == story.clock.epoch()


def at_rest(story: Story, status: str = "UPDATE_COMPLETE") -> None:
    """The stack is done."""
    story.stacks.at_rest[STACK] = status


@pytest.mark.parametrize("status", ["", "DELETE_COMPLETE"])
def test_model_whose_stack_is_gone_is_removed(status: str) -> None:
    """No Delete will ever come for it (fault A07)."""
    story = Story()
    story.serve()
    at_rest(story, status)
    assert sweep(story) == {MODEL: "started"}
    assert (story.alive, bought(story.record), story.record.settled) == (([], [], []), (), True)


@pytest.mark.parametrize("logical_id", ["Job", "Endpoint"])
def test_resource_that_is_gone_from_a_stack_at_rest_is_removed(logical_id: str) -> None:
    """Its stack went on without it."""
    story = Story()
    story.serve()
    at_rest(story)
    story.stacks.doing[STACK, logical_id] = "DELETE_COMPLETE"
    sweep(story)
    removed = (story.record.training.removed, story.record.endpoint.removed)
    assert removed == (logical_id == "Job", logical_id == "Endpoint")


@pytest.mark.parametrize("stack", ["UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_nothing_is_abandoned_while_the_stack_is_busy(stack: str) -> None:
    """A Delete may be on its way, and a Create not show yet."""
    story = Story()
    story.serve()
    at_rest(story, stack)
    for logical_id in ("Job", "Endpoint"):
        story.stacks.doing[STACK, logical_id] = ""
    assert sweep(story) == {}
    assert not story.record.training.removed


def test_replaced_generation_whose_clean_up_was_lost_is_let_go_of() -> None:
    """A lost clean-up Delete fails no stack and is not sent again (fault A07)."""
    story = Story()
    story.serve("2")
    story.stack.update(wanted("3", units="2"))
    story.machine.run()
    story.train("3")
    assert len(story.throughput.alive) == 2
    at_rest(story)
    for logical_id, resource in story.stack.resources.items():
        story.stacks.known_as[STACK, logical_id] = resource.physical_id
    sweep(story)
    assert len(story.throughput.alive) == 1
    assert [g.released for g in story.record.training.generations] == [True, False]
    assert sweep(story) == {}


def test_record_is_read_once_where_nothing_is_let_go_of() -> None:
    """Two resources are asked about, every fifteen minutes, and almost always nothing follows."""
    story = Story()
    story.serve()
    at_rest(story)
    for logical_id, resource in story.stack.resources.items():
        story.stacks.known_as[STACK, logical_id] = resource.physical_id
    before = story.table.reads
    assert story.sweep.run() == {}
    assert story.table.reads == before + 1


def test_abandoned_job_is_stopped() -> None:
    """It would run to its end for nobody."""
    story = Story()
    story.deploy()
    at_rest(story, "DELETE_COMPLETE")
    assert sweep(story) == {MODEL: "started"}
    assert story.jobs.stopped == [name_of(job_properties())]


def test_names_of_executions_that_were_spent_before_are_passed_by() -> None:
    """A registry that was lost counts its drivers from one again (fault D07)."""
    story = Story()
    story.deploy()
    prefix = story.record.in_charge.removesuffix("1")
    for attempt in range(2, 6):
        story.machine.start(MODEL, f"{prefix}{attempt}")
    for name in list(story.machine.executions):
        story.machine.abort(name)
    assert story.sweep.run() == {MODEL: "restarted"}
    assert story.record.in_charge == f"{prefix}6"
    story.machine.run()
    story.train()
    assert story.record.settled


def test_search_for_a_free_name_is_bounded() -> None:
    """The next sweep goes on with it."""
    story = Story()
    story.deploy()
    prefix = story.record.in_charge.removesuffix("1")
    for attempt in range(2, 2 * MAX_NAMES_SPENT + 9):
        story.machine.start(MODEL, f"{prefix}{attempt}")
    for name in list(story.machine.executions):
        story.machine.abort(name)
    story.sweep.run()
    assert story.record.in_charge == f"{prefix}{1 + MAX_NAMES_SPENT}"


def test_execution_that_runs_without_a_token_is_left_to_itself() -> None:
    """It is between two looks."""
    story = Story()
    story.stack.deploy(wanted())
    assert story.machine.status(story.record.in_charge) == "RUNNING"
    story.jobs.end(name_of(job_properties()))
    assert story.sweep.run() == {MODEL: "waiting"}
    assert story.machine.woken == []


@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_parked_execution_is_woken_only_when_the_job_is_at_rest(status: str) -> None:
    """Else it would park again at once."""
    story = Story()
    story.deploy()
    job = story.jobs.jobs[name_of(job_properties())]
    job.status, job.stops_at = status, 1e9
    assert story.sweep.run() == {MODEL: "waiting"}
    job.status = "Failed"
    assert story.sweep.run() == {MODEL: "woken"}


def test_model_that_changes_while_the_sweep_decides_is_not_handed_over() -> None:
    """Somebody else has put a driver in charge just now."""
    story = Story()
    story.serve()
    story.clock.sleep(2 * DAY)
    story.table.interruptions = [lambda: story.stack.deploy(wanted(KeepPrevious="2"))]
    assert story.sweep.run() == {MODEL: "waiting"}
    assert story.record.driver_attempt == 2


def test_removed_model_with_a_driver_that_was_parked_is_waited_for() -> None:
    """There is no job any more whose end could be looked for."""
    story = Story()
    story.deploy()
    story.stack.destroy()
    assert story.machine.status(story.record.in_charge) == "RUNNING"
    assert story.sweep.run() == {MODEL: "waiting"}


def test_endpoint_that_was_never_bought_is_not_due() -> None:
    """The bill was stopped before: there is nothing to look after."""
    story = Story()
    story.deploy()
    story.registry.update(MODEL, stop_billing)
    story.sweep.run()
    story.machine.run()
    story.train()
    assert (story.throughput.bought, story.record.settled) == ([], True)
    assert sweep(story) == {}


def test_driver_that_never_comes_to_its_first_decision_is_stuck_too() -> None:
    """From when the sweep first saw it; what the driver notes itself counts more."""
    story = Story()
    story.stack.deploy(wanted())
    story.clock.sleep(50)
    story.sweep.run()
    assert story.record.progress_at == story.clock.epoch()
    story.clock.sleep(6 * 3600)
    story.sweep.run()
    assert [subject for subject, _ in story.notices.published] == ["finetuning dev faq: stuck"]
    assert story.record.progress_at == story.clock.epoch() - 6 * 3600


def test_progress_that_the_driver_notes_meanwhile_counts() -> None:
    """It was faster."""
    story = Story()
    story.stack.deploy(wanted())
    story.clock.sleep(50)
    story.table.interruptions = [
        lambda: story.registry.update(MODEL, lambda r: replace(r, progress_at=7.0, doing="Decide:"))
    ]
    story.sweep.run()
    assert story.record.progress_at == 7.0


def test_what_was_told_before_is_kept() -> None:
    """The sweep adds to it."""
    story = Story()
    story.deploy()
    story.registry.update(MODEL, lambda r: replace(r, notified=("unknown:x",)))
    story.clock.sleep(6 * DAY)
    story.sweep.run()
    assert story.record.notified == ("unknown:x", f"stuck:{story.record.doing}")
