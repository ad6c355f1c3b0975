"""A commitment is bought once, with an approval, and kept to its end (invariant I5)."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle.outcome import bought
from finetuning.lifecycle.retrying import retry
from lambdas.guard.resource import LifecycleGuard, StillAliveError
from tests.fakes.clock import EPOCH
from tests.fakes.cloudformation import a_request
from tests.fakes.endpoints import TERM_SECONDS
from tests.unit.lambdas.story import MODEL, Story, endpoint_properties, job_properties

DAY = 86_400


def approved(approval: str = "approval-1", days: int = 7, units: str = "1") -> dict[str, Any]:
    """The endpoint's properties with a commitment of a month, approved for some days."""
    return endpoint_properties(
        units,
        Commitment="one_month",
        CommitmentApproval=approval,
        CommitmentApprovedUntil=str(int(EPOCH) + days * DAY) if approval else "",
    )


def deployed(endpoint: dict[str, Any]) -> Story:
    """A model that is trained, and whose endpoint was asked for."""
    story = Story()
    story.stack.deploy({"Job": job_properties(), "Endpoint": endpoint})
    story.machine.run()
    story.train()
    return story


def change_endpoint(story: Story, endpoint: dict[str, Any]) -> None:
    """Deploy another endpoint."""
    story.stack.deploy({"Endpoint": endpoint})
    story.machine.run()


def a_day_later(story: Story, days: int = 1) -> None:
    """Let a day pass, and the sweep and its drivers run."""
    story.clock.sleep(days * DAY)
    story.sweep.run()
    story.machine.run()


@pytest.mark.parametrize(("approval", "days"), [("", 7), ("approval-1", 0)])
def test_commitment_without_a_valid_approval_is_not_bought(approval: str, days: int) -> None:
    """Nothing is bought in its place either; the record says what is missing."""
    story = deployed(approved(approval, days))
    assert story.throughput.bought == []
    assert story.record.settled
    assert "asks for a commitment of one_month, " in story.record.problem
    assert (bought(story.record)[0].startswith("endpoint"), story.record.endpoint.approvals) == (False, {})


def test_approval_that_comes_later_buys_it() -> None:
    """It is no part of the fingerprint, so nothing is replaced."""
    story = deployed(approved(""))
    change_endpoint(story, approved())
    assert len(story.throughput.bought) == 1
    assert (story.record.problem, story.record.settled) == ("", True)


def test_approved_commitment_is_bought_and_uses_its_approval() -> None:
    """The use is written with the intent, before the purchase."""
    story = Story()
    seen: list[dict[str, str]] = []
    story.throughput.in_flight = lambda: seen.append(dict(story.record.endpoint.approvals))
    story.stack.deploy({"Job": job_properties(), "Endpoint": approved()})
    story.machine.run()
    story.train()
    assert seen == [{"approval-1": story.record.endpoint.current_id}]
    [endpoint] = story.record.endpoint.generations
    assert endpoint.committed_until == pytest.approx(story.clock.epoch() + TERM_SECONDS, abs=2 * DAY)
    assert (story.record.settled, len(story.pointer.parameters)) == (True, 1)


def test_endpoint_without_a_commitment_uses_no_approval() -> None:
    """There is nothing to approve."""
    story = deployed(endpoint_properties(CommitmentApproval="approval-1", CommitmentApprovedUntil="1"))
    assert (len(story.throughput.bought), story.record.endpoint.approvals) == (1, {})


def test_approval_is_good_for_one_purchase() -> None:
    """Another endpoint needs another."""
    story = deployed(approved())
    first = story.record.endpoint.current_id
    change_endpoint(story, approved(units="2"))
    assert len(story.throughput.bought) == 1
    assert story.record.problem.endswith(f"its approval approval-1 was used by {first}; nothing was bought")
    change_endpoint(story, approved("approval-2", units="2"))
    assert len(story.throughput.bought) == 2
    assert set(story.record.endpoint.approvals) == {"approval-1", "approval-2"}


def test_retry_of_a_commitment_whose_reply_was_lost_uses_the_same_approval() -> None:
    """It is the same purchase."""
    story = Story()
    story.throughput.lost_replies = 1
    story.stack.deploy({"Job": job_properties(), "Endpoint": approved()})
    story.machine.run()
    story.train()
    assert (len(story.throughput.bought), story.record.problem) == (1, "")
    story.registry.update(MODEL, retry)


def removed() -> Story:
    """A model with a commitment that was removed."""
    story = deployed(approved())
    story.stack.destroy()
    story.machine.run()
    return story


def test_removed_commitment_stays_with_its_model_until_its_end() -> None:
    """It cannot be cancelled; the pointer is withdrawn at once (fault C05)."""
    story = removed()
    assert (len(story.throughput.alive), len(story.jobs.models), story.throughput.deleted) == (1, 1, [])
    assert (story.pointer.parameters, story.record.settled) == ({}, True)
    a_day_later(story, 28)
    assert story.throughput.deleted == []
    a_day_later(story, 3)
    assert story.alive == ([], [], [])
    assert (bought(story.record), story.record.settled) == ((), True)


@pytest.mark.parametrize(("seconds", "deleted"), [(-1, 0), (0, 1), (1, 1)])
def test_ended_commitment_is_due_at_once(seconds: float, deleted: int) -> None:
    """Not at the next daily look: it would have renewed itself by then. Other endpoints do not matter."""
    story = deployed(approved())
    change_endpoint(story, endpoint_properties("2"))
    committed = next(e for e in story.record.endpoint.generations if e.committed_until)
    a_day_later(story, 29)
    looked_at = committed.committed_until - 3600
    story.registry.update(MODEL, lambda record: replace(record, looked_at=looked_at))
    story.clock.sleep(committed.committed_until + seconds - story.clock.epoch())
    story.sweep.run()
    story.machine.run()
    assert len(story.throughput.deleted) == deleted


def test_end_of_a_commitment_is_not_waited_for_by_an_execution() -> None:
    """The registry remembers it, and the sweep hands it over when it is due."""
    story = removed()
    ended = {e.status for e in story.machine.executions.values()}
    assert ended == {"SUCCEEDED"}
    story.clock.sleep(3600)
    assert story.sweep.run() == {}


def test_guard_refuses_while_a_commitment_runs() -> None:
    """Without the Control stack nobody would delete it at its end, and it would renew itself."""
    story = removed()
    guard = LifecycleGuard(registry=story.registry, wait_seconds=600, pause=story.clock.sleep, clock=story.clock.time)
    request = a_request("Delete", properties={}, logical_id="Guard", physical_id="Guard-1")
    with pytest.raises(StillAliveError, match=r"endpoint finetuning-dev-faq-\S+ \(provisioned, committed until 2026-"):
        guard.delete(request)


def test_commitment_that_was_replaced_serves_until_its_successor_does() -> None:
    """And stays behind until its end."""
    story = deployed(approved())
    old = next(iter(story.throughput.alive.values())).arn
    change_endpoint(story, endpoint_properties("2"))
    assert len(story.throughput.alive) == 2
    [published] = story.pointer.parameters.values()
    assert published != old
    assert (story.throughput.deleted, story.record.settled) == ([], True)
    a_day_later(story, 31)
    assert story.throughput.deleted == [old]
    assert list(story.pointer.parameters.values()) == [published]


@pytest.mark.parametrize("renewed", [False, True])
def test_term_is_read_anew_at_each_look(renewed: bool) -> None:
    """A commitment that renewed itself meanwhile is kept again."""
    story = removed()
    [endpoint] = story.throughput.alive.values()
    if renewed:
        endpoint.committed_until += TERM_SECONDS
    a_day_later(story, 31)
    assert len(story.throughput.alive) == int(renewed)
    assert story.record.settled
