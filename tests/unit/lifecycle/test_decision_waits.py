"""Decisions that wait, and those that must not be taken too early: what does not show, and what nobody is sure of."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, JobObservation, ModelRecord, Observed, decide
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.learning import SETTLE_SECONDS
from finetuning.lifecycle.record import UNCERTAIN
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.records import (
    B,
    a_job,
    an_endpoint,
    claim,
    endpoint,
    intended,
    seen,
    serving,
    training,
    wanted,
)

ID, NEXT = "aaaaaaaaaa-1", "bbbbbbbbbb-1"
T0 = 1_780_000_000.0


def place(number: int, replaces: int = 0) -> Any:
    """The claim of the endpoint resource's request with this number."""
    return claim(number, replaces, resource="Endpoint")


def with_slot(record: ModelRecord, **changes: Any) -> ModelRecord:
    """The record with changes of its endpoint slot."""
    return replace(record, endpoint=replace(record.endpoint, **changes))


def with_endpoint(record: ModelRecord, **changes: Any) -> ModelRecord:
    """The record with changes of its first endpoint."""
    return record.with_endpoint(replace(record.endpoint.generations[0], **changes))


def with_training(record: ModelRecord, **changes: Any) -> ModelRecord:
    """The record with changes of its first training."""
    return record.with_training(replace(record.training.generations[0], **changes))


def two_endpoints() -> ModelRecord:
    """A serves, B was tried and given up, and the endpoint went back to A."""
    record = intended(want_endpoint(serving()[0], place(3, 2), endpoint(B)))
    record = want_endpoint(record, place(4, 3), endpoint())
    return release_endpoint(record, place(3))


def test_each_endpoint_is_judged_by_itself() -> None:
    """One that stays, does not show or is committed keeps no other from being deleted."""
    other = an_endpoint(arn="endpoint-b")
    firsts = [an_endpoint(), None, replace(an_endpoint(), committed_until=T0 + 1)]
    for first in firsts:
        look = Observed(jobs={ID: a_job()}, endpoints={ID: first, NEXT: other}, now=T0)
        assert decide(two_endpoints(), look) == Decision(Action.DELETE_ENDPOINT, NEXT)


def test_endpoint_that_may_be_published_is_not_deleted_before_its_successor_serves() -> None:
    """Nobody knows what the pointer says."""
    record = intended(want_endpoint(serving()[0], place(3, 2), endpoint(B)))
    record = with_slot(release_endpoint(record, place(2)), published_arn=UNCERTAIN, published_at=T0)
    creating = an_endpoint("Creating", arn="endpoint-b")
    look = Observed(jobs={ID: a_job()}, endpoints={ID: an_endpoint(), NEXT: creating}, now=T0)
    assert decide(record, look) == Decision(Action.AWAIT_CHANGE, NEXT, 600)


@pytest.mark.parametrize(("age", "settled"), [(0, False), (SETTLE_SECONDS - 1, False), (SETTLE_SECONDS, True)])
def test_uncertain_pointer_of_a_removed_endpoint_is_withdrawn_when_no_write_can_come(age: float, settled: bool) -> None:
    """A late write would bring it back."""
    record = release_endpoint(serving()[0], place(2))
    record = with_slot(record, published_arn=UNCERTAIN, published_at=T0)
    look = replace(seen(a_job()), now=T0 + age)
    expected = Decision(Action.PUBLISH_POINTER) if settled else Decision(Action.AWAIT_CHANGE, wait_seconds=60)
    assert decide(record, look) == expected


def test_pointer_that_is_certain_is_withdrawn_at_once() -> None:
    """However lately it was written."""
    record = with_slot(release_endpoint(serving()[0], place(2)), published_at=T0)
    assert decide(record, replace(seen(a_job()), now=T0)) == Decision(Action.PUBLISH_POINTER)


def test_uncertain_pointer_of_a_wanted_endpoint_is_written_again() -> None:
    """At once: it is the same that it would say."""
    record = with_slot(serving()[0], published_arn=UNCERTAIN, published_at=T0)
    look = replace(seen(a_job(), an_endpoint()), now=T0)
    assert decide(record, look) == Decision(Action.PUBLISH_POINTER, ID)


def test_model_of_a_removed_job_that_is_not_at_rest_is_not_deleted() -> None:
    """Whatever Bedrock shows of it already (fault B13)."""
    record = release_training(wanted(), claim(1))
    job = JobObservation("job", "Stopping", "", "model-a", "Active")
    assert decide(record, Observed(jobs={ID: job})) == Decision(Action.AWAIT_CHANGE, ID, 60)


def test_job_and_endpoint_that_were_bought_and_do_not_show_are_waited_for() -> None:
    """Their ARNs are noted (fault A04)."""
    noted = with_training(wanted(), job_arn="job")
    assert decide(noted, seen()) == Decision(Action.AWAIT_CHANGE, ID, 60)
    noted = with_endpoint(wanted(), arn="endpoint-a", intended_at=T0)
    assert decide(noted, replace(seen(a_job()), now=T0 + 1)) == Decision(Action.AWAIT_CHANGE, ID, 60)


@pytest.mark.parametrize(("age", "action"), [(0, Action.AWAIT_CHANGE), (SETTLE_SECONDS, Action.PUBLISH_POINTER)])
def test_swap_whose_outcome_is_not_known_is_waited_for(age: float, action: Action) -> None:
    """It may come after the one that is seen."""
    record = with_endpoint(wanted(), swapped_at=T0)
    look = replace(seen(a_job(), an_endpoint()), now=T0 + age)
    assert decide(record, look) == Decision(action, ID, 60 if action == Action.AWAIT_CHANGE else 0)


@pytest.mark.parametrize("tagged", [{}, {"team": "a"}])
def test_tags_are_changed_once_model_and_endpoint_are_there(tagged: dict[str, str]) -> None:
    """The model first; a model is born with the tags that its job was started with (fault A27)."""
    record, look = serving()
    both = with_endpoint(with_training(record, tagged=tagged), tagged=tagged)
    assert decide(both, look) == Decision(Action.RETAG, ID)
    assert decide(with_training(both, tagged=None), look) == Decision(Action.RETAG, ID)
    assert decide(record, look) == Decision(Action.SETTLED)


@pytest.mark.parametrize("model_status", [None, "Creating", "Failed"])
def test_tags_of_a_model_that_is_not_there_are_left(model_status: str | None) -> None:
    """There is nothing to change yet, or any more."""
    record = with_training(serving()[0], tagged={})
    decision = decide(record, seen(a_job(model_status=model_status), an_endpoint()))
    assert decision.action in {Action.AWAIT_CHANGE, Action.SETTLED}
    assert decide(record, seen(None, an_endpoint())).action != Action.RETAG


@pytest.mark.parametrize("found", [None, an_endpoint("Failed")])
def test_tags_of_an_endpoint_that_does_not_serve_are_left(found: Any) -> None:
    """Likewise."""
    record = with_endpoint(serving()[0], tagged={}, failure="no capacity")
    assert decide(record, seen(a_job(), found)).action != Action.RETAG


def test_tags_of_a_job_that_was_refused_are_left() -> None:
    """There is none."""
    record = with_training(serving()[0], tagged={}, failure="refused")
    assert decide(record, seen(None, an_endpoint())) == Decision(Action.SETTLED, reason="refused")


def test_tags_of_an_endpoint_that_is_updating_are_left_until_it_serves() -> None:
    """Also when its model's training was removed."""
    record = with_endpoint(release_training(with_training(serving()[0], gone=True), claim(1)), tagged={})
    updating = Observed(endpoints={ID: an_endpoint("Updating")})
    assert decide(record, updating) == Decision(Action.SETTLED)
    assert decide(record, Observed(endpoints={ID: an_endpoint()})) == Decision(Action.RETAG, ID)


def retrained(**jobs: JobObservation) -> tuple[ModelRecord, Observed]:
    """B serves in A's place; A's job was let go of and its model is not kept."""
    record = intended(want_training(serving()[0], claim(3, 1), training(B, keep_previous=0)))
    record = with_slot(release_training(record, claim(1)), published_model_arn="model-b")
    return record, Observed(
        jobs={ID: jobs["old"], NEXT: a_job(model="model-b")}, endpoints={ID: an_endpoint(model="model-b")}
    )


def test_superseded_model_is_kept_while_something_is_wrong() -> None:
    """It may be what is gone back to."""
    record, look = retrained(old=a_job())
    assert decide(record, look) == Decision(Action.DELETE_MODEL, ID)
    broken = with_endpoint(record, failure="no capacity")
    refused = replace(an_endpoint(model="model-other"), refused_model_arn="model-b")
    assert decide(broken, replace(look, endpoints={ID: refused})) == Decision(Action.SETTLED, reason="no capacity")


@pytest.mark.parametrize("status", ["Stopping", "Archived"])
def test_superseded_job_that_is_not_at_rest_is_waited_for(status: str) -> None:
    """It may make a model yet (fault B13)."""
    assert decide(*retrained(old=JobObservation("job", status))) == Decision(Action.AWAIT_CHANGE, ID, 60)


@pytest.mark.parametrize(("status", "gone", "waits"), [("Completed", False, True), ("Completed", True, False)])
def test_late_model_of_a_superseded_job_is_waited_for(status: str, gone: bool, waits: bool) -> None:
    """Until it is certain that none comes."""
    record, look = retrained(old=a_job(model_status=None))
    record = record.with_training(replace(record.training.generations[0], gone=gone))
    expected = Decision(Action.AWAIT_CHANGE, ID, 60) if waits else Decision(Action.SETTLED)
    assert decide(record, look) == expected


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_superseded_job_that_ended_without_a_model_is_not_waited_for(status: str) -> None:
    """Only a completed one makes a model."""
    assert decide(*retrained(old=JobObservation("job", status))) == Decision(Action.SETTLED)
