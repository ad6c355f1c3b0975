"""What a look teaches: something that does not show is gone only when nothing can bring it any more."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import EndpointGeneration, JobObservation, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.endpoint import release_endpoint
from finetuning.lifecycle.learning import MODEL_SETTLE_SECONDS, SETTLE_SECONDS, learn, may_still_show
from finetuning.lifecycle.training import release_training
from tests.unit.lifecycle.records import a_job, an_endpoint, claim, seen, wanted

T0 = 1_780_000_000.0
HOUR = 3600.0


def bought(*, removed: bool = False) -> ModelRecord:
    """Both slots bought at T0; removed or not."""
    record = wanted()
    record = record.with_training(replace(record.training.generations[0], intended_at=T0))
    record = record.with_endpoint(replace(record.endpoint.generations[0], intended_at=T0))
    if removed:
        record = release_endpoint(release_training(record, claim(1)), claim(2, resource="Endpoint"))
    return record


def job_of(record: ModelRecord) -> TrainingGeneration:
    """The one training generation."""
    [generation] = record.training.generations
    return generation


def place_of(record: ModelRecord) -> EndpointGeneration:
    """The one endpoint generation."""
    [generation] = record.endpoint.generations
    return generation


def at(now: float, job: JobObservation | None = None, found: object = None) -> Observed:
    """A look at this time."""
    return replace(seen(job, found), now=now)  # type: ignore[arg-type]  # an observation or None


def test_purchase_may_show_for_three_minutes_after_its_intent() -> None:
    """Longer than any function that buys runs."""
    assert SETTLE_SECONDS == 180
    assert may_still_show(T0, T0 + SETTLE_SECONDS - 0.1)
    assert not may_still_show(T0, T0 + SETTLE_SECONDS)


@pytest.mark.parametrize("removed", [False, True])
@pytest.mark.parametrize("age", [0.0, SETTLE_SECONDS - 1.0, SETTLE_SECONDS, HOUR])
def test_unseen_job_is_gone_when_it_is_unwanted_and_can_come_no_more(age: float, removed: bool) -> None:
    """What is wanted is never gone, however long it does not show (faults A04, A21)."""
    record = learn(bought(removed=removed), at(T0 + age))
    assert job_of(record).gone is (removed and age >= SETTLE_SECONDS)
    assert place_of(record).gone is (removed and age >= SETTLE_SECONDS)


def test_job_that_shows_late_is_not_gone_after_all() -> None:
    """What is seen counts."""
    record = bought(removed=True)
    record = record.with_training(replace(job_of(record), gone=True))
    assert not job_of(learn(record, at(T0 + HOUR, a_job("InProgress")))).gone


def test_look_that_did_not_ask_teaches_nothing() -> None:
    """Only what was looked for can be missing."""
    record = bought(removed=True)
    assert learn(record, Observed(now=record.looked_at)) == record


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_unwanted_job_at_rest_without_a_model_is_gone_at_once(status: str) -> None:
    """Only a completed job makes a model."""
    assert job_of(learn(bought(removed=True), at(T0, a_job(status)))).gone


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Archived"])
def test_unwanted_job_that_is_not_at_rest_is_never_gone(status: str) -> None:
    """Not even one whose status nobody knows (fault B15)."""
    assert not job_of(learn(bought(removed=True), at(T0 + 100 * HOUR, a_job(status)))).gone


@pytest.mark.parametrize(("age", "gone"), [(0.0, False), (HOUR - 1, False), (HOUR, True)])
def test_model_of_a_completed_job_may_show_for_an_hour(age: float, gone: bool) -> None:
    """Counted from the first look that saw the job completed."""
    record = learn(bought(removed=True), at(T0 + 5, a_job(model_status=None)))
    assert job_of(record).ended_at == T0 + 5
    assert not job_of(record).gone
    assert job_of(learn(record, at(T0 + 5 + age, a_job(model_status=None)))).gone is gone
    assert MODEL_SETTLE_SECONDS == HOUR


@pytest.mark.parametrize("change", [{"model_seen": True}, {"condemned": True}])
def test_model_that_was_there_and_does_not_show_is_gone_at_once(change: dict[str, bool]) -> None:
    """It was deleted, by us or by somebody."""
    record = bought(removed=True)
    record = record.with_training(replace(job_of(record), **change))  # type: ignore[arg-type]  # names and values match
    assert job_of(learn(record, at(T0, a_job(model_status=None)))).gone


def test_unwanted_model_that_shows_is_not_gone() -> None:
    """It costs money."""
    learned = job_of(learn(bought(removed=True), at(T0 + 9 * HOUR, a_job())))
    assert (learned.gone, learned.model_seen) == (False, True)


def test_end_of_a_job_is_forgotten_when_it_turns_out_to_run() -> None:
    """A retried look may be older than the one before."""
    record = learn(bought(), at(T0 + 5, a_job()))
    assert job_of(record).ended_at == T0 + 5
    assert job_of(learn(record, at(T0 + 9, a_job()))).ended_at == T0 + 5
    assert job_of(learn(record, at(T0 + 9, a_job("InProgress")))).ended_at == 0.0


def test_what_a_look_sees_of_a_job_is_noted() -> None:
    """All of it."""
    learned = job_of(learn(bought(), at(T0, JobObservation("arn", "Failed", "bad data"))))
    assert (learned.job_arn, learned.status, learned.failure, learned.intended) == ("arn", "Failed", "bad data", True)
    assert (learned.model_arn, learned.model_seen, learned.gone) == ("", False, False)
    again = job_of(
        learn(bought().with_training(learned), at(T0, JobObservation("arn", "Completed", "", "m", "Active")))
    )
    assert (again.failure, again.model_arn, again.model_seen) == ("bad data", "m", True)


def test_failed_endpoint_that_does_not_show_any_more_is_gone() -> None:
    """It was seen before, so it is deleted; its failure stays."""
    record = learn(bought(), at(T0 + 1, None, an_endpoint("Failed")))
    assert not place_of(record).gone
    after = place_of(learn(record, at(T0 + 2)))
    assert (after.gone, after.status) == (True, "")
    assert after.failure != ""


def test_refused_endpoint_is_gone_only_when_nothing_can_come_any_more() -> None:
    """An earlier try whose answer was lost may have bought it (fault B06)."""
    record = bought()
    record = record.with_endpoint(replace(place_of(record), failure="refused"))
    assert not place_of(learn(record, at(T0 + SETTLE_SECONDS - 1))).gone
    assert place_of(learn(record, at(T0 + SETTLE_SECONDS))).gone


@pytest.mark.parametrize(("status", "gone"), [("InService", True), ("Failed", True), ("Creating", False)])
def test_unwanted_endpoint_that_was_seen_at_rest_is_gone_as_soon_as_it_does_not_show(status: str, gone: bool) -> None:
    """One that has just been bought may show in one look and not in the next."""
    record = learn(bought(removed=True), at(T0 + 1, None, an_endpoint(status)))
    assert not place_of(record).gone
    assert place_of(learn(record, at(T0 + 2))).gone is gone
    assert place_of(learn(record, at(T0 + SETTLE_SECONDS))).gone


def test_gone_endpoint_stays_gone() -> None:
    """It is not looked for again; a look that does so all the same changes nothing."""
    record = bought(removed=True)
    record = record.with_endpoint(replace(place_of(record), gone=True))
    assert place_of(learn(record, at(T0 + 1))).gone


def test_wanted_endpoint_that_does_not_show_is_never_gone() -> None:
    """It is waited for, or somebody deleted it."""
    record = learn(bought(), at(T0, None, an_endpoint()))
    after = place_of(learn(record, at(T0 + 99 * HOUR)))
    assert (after.gone, after.status, after.arn, after.seen_in_service) == (False, "", "endpoint-a", True)


def test_what_a_look_sees_of_an_endpoint_is_noted() -> None:
    """The end of its commitment too."""
    found = replace(an_endpoint("Creating"), committed_until=T0 + HOUR)
    learned = place_of(learn(bought(), at(T0, None, found)))
    assert (learned.arn, learned.status, learned.model_arn) == ("endpoint-a", "Creating", "model-a")
    assert (learned.committed_until, learned.intended, learned.seen_in_service) == (T0 + HOUR, True, False)
    served = place_of(learn(bought().with_endpoint(learned), at(T0, None, an_endpoint())))
    assert served.seen_in_service
    assert place_of(learn(bought().with_endpoint(served), at(T0, None, an_endpoint("Updating")))).seen_in_service


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"status": "Failed"}, "endpoint finetuning-dev-faq-aaaaaaaa-1 failed: no message"),
        ({"status": "Failed", "failure": "no room"}, "endpoint finetuning-dev-faq-aaaaaaaa-1 failed: no room"),
        (
            {"refused_model_arn": "model-b"},
            "endpoint finetuning-dev-faq-aaaaaaaa-1 could not take on another model: no message",
        ),
        ({"failure": "of an update before"}, ""),
    ],
)
def test_failure_of_an_endpoint_is_what_is_seen_now(changes: dict[str, str], failure: str) -> None:
    """Never empty for a failure, always empty without one."""
    found = replace(an_endpoint(), **changes)  # type: ignore[arg-type]  # names and values match
    record = bought()
    record = record.with_endpoint(replace(place_of(record), failure="earlier"))
    assert place_of(learn(record, at(T0, None, found))).failure == failure


@pytest.mark.parametrize(("age", "noted"), [(0.0, False), (HOUR - 1, False), (HOUR, True), (2 * HOUR, True)])
def test_looks_are_noted_once_an_hour(age: float, noted: bool) -> None:
    """A look that teaches nothing writes nothing."""
    record = replace(bought(), looked_at=T0)
    assert learn(record, Observed(now=T0 + age)).looked_at == (T0 + age if noted else T0)


def test_look_that_is_older_than_the_last_one_teaches_nothing() -> None:
    """What it saw may be gone by now; one of the same moment counts."""
    record = replace(bought(), looked_at=T0)
    assert learn(record, at(T0 - 1, a_job())) == record
    assert job_of(learn(record, at(T0, a_job()))).status == "Completed"


def test_what_is_seen_was_intended() -> None:
    """Whoever bought it: it is looked after from then on."""
    record = bought()
    record = record.with_training(replace(job_of(record), intended=False))
    record = record.with_endpoint(replace(place_of(record), intended=False))
    learned = learn(record, at(T0, a_job(), an_endpoint()))
    assert (job_of(learned).intended, place_of(learned).intended) == (True, True)
