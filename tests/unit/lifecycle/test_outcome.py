"""What a record and a look amount to."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import JobObservation, Observed
from finetuning.lifecycle.learning import SETTLE_SECONDS
from finetuning.lifecycle.outcome import (
    endpoint_failure,
    failure,
    is_drift,
    model_to_serve,
    training_failure,
    was_deleted_outside,
)
from tests.unit.lifecycle.records import BLANK, a_job, an_endpoint, seen, serving, wanted

T0 = 1_780_000_000.0


def test_nothing_wanted_cannot_fail() -> None:
    """Whatever is seen."""
    assert (training_failure(BLANK, seen(a_job("Failed"))), endpoint_failure(BLANK, Observed())) == ("", "")


def test_failed_training_is_told_before_the_endpoints_trouble() -> None:
    """It is the cause."""
    record = wanted().with_endpoint(replace(wanted().endpoint.generations[0], failure="no capacity"))
    assert failure(record, seen()) == "no capacity"
    assert failure(record, seen(JobObservation("job", "Failed", "bad data"))).endswith("failed: bad data")


def test_refused_job_that_does_not_show_has_its_refusal() -> None:
    """There is nothing to look at."""
    record = wanted().with_training(replace(wanted().training.generations[0], failure="refused"))
    assert training_failure(record, seen()) == "refused"
    assert training_failure(record, seen(a_job())) == ""


@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_model_of_a_job_that_runs_is_not_judged(status: str) -> None:
    """It is neither failed nor to be served."""
    for model_status in ("Failed", "Active", None):
        look = seen(JobObservation("job", status, "", "model-a", model_status))
        assert (training_failure(wanted(), look), model_to_serve(wanted(), look)) == ("", "")


def test_failed_endpoint_has_its_failure_and_one_that_serves_has_none() -> None:
    """A refused update counts only against the model that was refused."""
    record = wanted().with_endpoint(replace(wanted().endpoint.generations[0], failure="no capacity"))
    assert endpoint_failure(record, seen(a_job(), an_endpoint("Failed"))) == "no capacity"
    assert endpoint_failure(record, seen(a_job(), an_endpoint())) == ""
    for refused, expected in (("model-a", "no capacity"), ("model-b", "")):
        found = replace(an_endpoint(), refused_model_arn=refused)
        assert endpoint_failure(record, seen(a_job(), found)) == expected


@pytest.mark.parametrize(
    ("served", "arn", "age", "expected"),
    [
        (True, "", 0, True),
        (True, "endpoint-a", 0, True),
        (False, "endpoint-a", SETTLE_SECONDS - 1, False),
        (False, "endpoint-a", SETTLE_SECONDS, True),
        (False, "", 1e9, False),
    ],
)
def test_endpoint_was_deleted_outside_if_it_was_there(served: bool, arn: str, age: float, expected: bool) -> None:
    """One that was only asked for may never have been."""
    [endpoint] = wanted().endpoint.generations
    endpoint = replace(endpoint, seen_in_service=served, arn=arn, intended_at=T0)
    assert was_deleted_outside(endpoint, T0 + age) is expected


def test_only_a_deletion_outside_is_drift() -> None:
    """It is got back by another command."""
    record, _ = serving()
    assert is_drift(failure(record, seen(a_job())))
    assert not is_drift(failure(record, seen(JobObservation("job", "Failed"))))


def test_model_in_service_stays_when_its_successor_fails() -> None:
    """And only then: while the successor is trained, there is nothing else to serve yet."""
    record, _ = serving()
    assert model_to_serve(record, seen(JobObservation("job", "Failed"))) == "model-a"
    assert model_to_serve(record, seen(a_job("InProgress"))) == ""
    assert model_to_serve(record, seen(a_job(model="model-b"))) == "model-b"
    assert model_to_serve(record, seen(a_job(model="model-b", model_status="Creating"))) == ""
