"""Only an operator buys again what failed, was stopped or was deleted; nothing in flight is bought twice."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.retrying import resume, retry, stop_billing
from tests.unit.lifecycle.records import BLANK, A, a_job, wanted

FIRST, SECOND = f"{A[:10]}-1", f"{A[:10]}-2"


def record(*, stopped: bool = False, training: dict[str, Any] | None = None, **endpoint: Any) -> ModelRecord:
    """A record that bought both, with these fields of its endpoint."""
    known = wanted()
    known = known.with_training(replace(known.training.generations[0], **training or {}))
    known = known.with_endpoint(replace(known.endpoint.generations[0], **endpoint))
    return replace(known, settled=True, problem="why", endpoint=replace(known.endpoint, stopped=stopped))


def assert_handed_over(before: ModelRecord, after: ModelRecord) -> None:
    """Another execution is put in charge."""
    assert not after.settled
    assert after.in_charge != before.in_charge
    assert after.driver_attempt == before.driver_attempt + 1


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_retry_of_a_failed_training(status: str) -> None:
    """The next attempt, under the next name; the endpoint stays."""
    before = record(training={"status": status}, failure="no quota")
    after = retry(before)
    assert after.training.current_id == SECOND
    assert after.training.generations[0].released
    assert after.endpoint.current_id == FIRST
    assert after.problem == ""
    assert_handed_over(before, after)


def test_retry_of_a_job_that_was_refused() -> None:
    """It never had an ARN; a failure that is noted of a job that runs is none."""
    assert retry(record(training={"failure": "no such bucket"})).training.current_id == SECOND
    running = {"failure": "noted", "job_arn": "arn", "status": "InProgress"}
    assert retry(record(training=running)).training.current_id == FIRST


def test_retry_of_a_model_that_failed() -> None:
    """Its job completed, so only the look knows."""
    before = record(training={"status": "Completed"})
    seen = Observed(jobs={FIRST: a_job(model_status="Failed")})
    assert retry(before, seen).training.current_id == SECOND
    assert retry(before).training.current_id == FIRST
    assert retry(before, Observed(jobs={FIRST: a_job()})).training.current_id == FIRST


def test_retry_of_a_failed_endpoint() -> None:
    """The next attempt of the endpoint; the training stays."""
    after = retry(record(failure="no quota"))
    assert after.endpoint.current_id == SECOND
    assert after.endpoint.generations[0].released
    assert after.training.current_id == FIRST


def test_retry_does_not_resume() -> None:
    """What an operator stopped takes another consent."""
    before = record(stopped=True, failure="no quota")
    after = retry(before)
    assert after.endpoint == before.endpoint
    assert_handed_over(before, after)


@pytest.mark.parametrize("before", [record(), BLANK])
def test_retry_of_what_did_not_fail_starts_the_driver(before: ModelRecord) -> None:
    """The same generations under another execution."""
    after = retry(before)
    assert (after.training, after.endpoint) == (before.training, before.endpoint)
    assert_handed_over(before, after)


def test_stopping_the_bill_keeps_what_is_wanted() -> None:
    """Only the mark changes: the driver deletes, and a deployment meanwhile buys nothing."""
    before = record(status="InService")
    after = stop_billing(before)
    assert after.endpoint == replace(before.endpoint, stopped=True)
    assert after.training == before.training
    assert after.problem == "why"
    assert_handed_over(before, after)


@pytest.mark.parametrize(
    "endpoint",
    [
        {"status": "InService"},  # may be being deleted at this moment
        {"status": "", "arn": "arn"},
        {"status": ""},
        {"gone": True},
        {"committed_until": 1.0, "status": ""},  # its commitment is over and it was deleted
    ],
)
def test_resuming_what_was_stopped_buys_another(endpoint: dict[str, Any]) -> None:
    """The names and tokens of what was deleted are spent."""
    before = record(stopped=True, **endpoint)
    after = resume(before)
    assert after.endpoint.current_id == SECOND
    assert not after.endpoint.stopped
    assert after.problem == ""
    assert_handed_over(before, after)


def test_resuming_a_commitment_that_runs_buys_nothing() -> None:
    """It could not be deleted, so it is there and serves again."""
    after = resume(record(stopped=True, status="InService", committed_until=1.0))
    assert after.endpoint.current_id == FIRST
    assert not after.endpoint.stopped


def test_resuming_before_anything_was_bought() -> None:
    """The same generation goes on."""
    after = resume(record(stopped=True, intended=False))
    assert after.endpoint.current_id == FIRST
    assert not after.endpoint.stopped


@pytest.mark.parametrize(
    "endpoint",
    [{"failure": "no quota"}, {"status": "", "arn": "arn"}, {"gone": True}, {"failure": "no quota", "intended": False}],
)
def test_resuming_what_failed_or_was_deleted_by_hand(endpoint: dict[str, Any]) -> None:
    """Consent to buy it again."""
    assert resume(record(**endpoint)).endpoint.current_id == SECOND


@pytest.mark.parametrize("endpoint", [{}, {"status": "Creating"}, {"status": "InService"}, {"intended": False}])
def test_resuming_a_purchase_in_flight_buys_nothing(endpoint: dict[str, Any]) -> None:
    """One that is intended and was never seen may be under way."""
    before = record(**endpoint)
    after = resume(before)
    assert after.endpoint == before.endpoint
    assert_handed_over(before, after)


def test_resuming_after_the_model_was_deleted_by_hand() -> None:
    """Another job is started; a model that never came is waited for instead."""
    before = record(training={"status": "Completed", "model_seen": True}, status="InService")
    gone = Observed(jobs={FIRST: a_job(model_status=None)})
    after = resume(before, gone)
    assert after.training.current_id == SECOND
    assert after.endpoint.current_id == FIRST
    assert resume(before).training.current_id == FIRST
    assert resume(before, Observed(jobs={FIRST: a_job()})).training.current_id == FIRST
    assert resume(before, Observed(jobs={FIRST: None})).training.current_id == FIRST
    unseen = record(training={"status": "Completed"}, status="InService")
    assert resume(unseen, gone).training.current_id == FIRST
    running = record(training={"status": "InProgress", "model_seen": True}, status="InService")
    assert resume(running, Observed(jobs={FIRST: a_job("InProgress")})).training.current_id == FIRST


def test_resuming_a_model_that_is_not_wanted() -> None:
    """Nothing is bought for a stack that is gone."""
    after = resume(BLANK, Observed())
    assert (after.training, after.endpoint) == (BLANK.training, BLANK.endpoint)
