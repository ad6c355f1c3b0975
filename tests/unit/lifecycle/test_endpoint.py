"""What CloudFormation asks of the endpoint slot, and what an operator's retry means."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import EndpointObservation, ModelRecord, Observed, Signal
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.endpoint import next_endpoint_attempt, release_endpoint, want_endpoint
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.retrying import retry
from tests.unit.lifecycle.records import BLANK, A, B, a_job, an_endpoint, claim, endpoint, intended, seen, wanted


def asks(number: int, replaces: int = 0) -> Claim:
    """The claim of the endpoint resource's request with this number."""
    return claim(number, replaces, resource="Endpoint")


def bought(*fingerprints: str) -> ModelRecord:
    """Wanted one after the other, each bought; requests count from 1, nothing released."""
    record = BLANK
    for number, fingerprint in enumerate(fingerprints, start=1):
        record = intended(want_endpoint(record, asks(number, number - 1), endpoint(fingerprint)))
    return record


def test_first_want_is_attempt_one_of_its_fingerprint() -> None:
    """The name has eight digits of the fingerprint."""
    [generation] = want_endpoint(BLANK, asks(1), endpoint()).endpoint.generations
    assert (generation.id, generation.name) == ("aaaaaaaaaa-1", "finetuning-dev-faq-aaaaaaaa-1")
    assert (generation.serving, generation.model_units, generation.commitment) == ("provisioned", 1, "none")


def test_same_update_again_changes_nothing() -> None:
    """The driver is not woken."""
    record = replace(bought(A), settled=True)
    noted = replace(record.endpoint, handled=("Endpoint-1", "Endpoint-2"))
    assert want_endpoint(record, asks(2, 1), endpoint(A)) == replace(record, endpoint=noted)


def test_rollback_by_update_takes_up_the_endpoint_that_still_stands() -> None:
    """A second purchase of the same endpoint would be paid for by the hour (fault A18)."""
    record = want_endpoint(bought(A, B), asks(3, 2), endpoint(A))
    assert [g.id for g in record.endpoint.generations] == ["aaaaaaaaaa-1", "bbbbbbbbbb-1"]
    assert (record.endpoint.current_id, record.endpoint.physical_id) == ("aaaaaaaaaa-1", "Endpoint-3")


@pytest.mark.parametrize("change", [{"released": True}, {"gone": True}, {"failure": "refused"}])
def test_endpoint_that_is_going_or_failed_is_not_taken_up(change: dict[str, object]) -> None:
    """It may be deleted at this moment."""
    record = bought(A, B)
    first = record.endpoint.find("aaaaaaaaaa-1")
    assert first is not None
    record = record.with_endpoint(replace(first, **change))  # type: ignore[arg-type]  # names and values belong together
    assert want_endpoint(record, asks(3, 2), endpoint(A)).endpoint.current_id == "aaaaaaaaaa-2"


def test_removal_drops_the_wait_condition() -> None:
    """Nobody waits in a stack that goes."""
    record = want_endpoint(BLANK, asks(1), endpoint(signal=Signal("stack", "Wait1")))
    removed = release_endpoint(record, asks(1))
    assert (removed.endpoint.removed, removed.endpoint.signal) == (True, None)


def test_wait_condition_that_was_told_stays_told() -> None:
    """CloudFormation may ask twice; another condition is another question."""
    record = want_endpoint(BLANK, asks(1), endpoint(signal=Signal("stack", "Wait1")))
    told = replace(record, endpoint=replace(record.endpoint, signal=Signal("stack", "Wait1", sent=True)))
    again = want_endpoint(told, asks(2, 1), endpoint(signal=Signal("stack", "Wait1")))
    other = want_endpoint(told, asks(3, 1), endpoint(signal=Signal("stack", "Wait2")))
    assert again.endpoint.signal == Signal("stack", "Wait1", sent=True)
    assert (again.settled, again.driver_attempt) == (told.settled, told.driver_attempt)
    assert other.endpoint.signal == Signal("stack", "Wait2")


def test_new_wait_condition_wakes_a_settled_model() -> None:
    """Somebody has to tell it."""
    record = replace(bought(A), settled=True)
    woken = want_endpoint(record, asks(2, 1), endpoint(signal=Signal("stack", "Wait1")))
    assert (woken.settled, woken.driver_attempt) == (False, record.driver_attempt + 1)


def test_next_attempt_has_the_same_physical_id_and_another_name() -> None:
    """CloudFormation knows nothing of attempts."""
    record = next_endpoint_attempt(bought(A))
    assert [g.name for g in record.endpoint.generations] == [
        "finetuning-dev-faq-aaaaaaaa-1",
        "finetuning-dev-faq-aaaaaaaa-2",
    ]
    assert {g.physical_id for g in record.endpoint.generations} == {"Endpoint-1"}
    assert [g.released for g in record.endpoint.generations] == [True, False]


def test_next_attempt_of_nothing_is_nothing() -> None:
    """A removed model has nothing to retry."""
    assert next_endpoint_attempt(BLANK) == BLANK


def learned(found: EndpointObservation) -> ModelRecord:
    """The record of `wanted` after one look at its endpoint."""
    return learn(wanted(), seen(a_job(), found))


def test_failure_is_never_empty() -> None:
    """A failure without a message would look like none, and be bought again."""
    record = learned(an_endpoint("Failed"))
    assert record.endpoint.generations[0].failure == "endpoint finetuning-dev-faq-aaaaaaaa-1 failed: no message"


def test_failed_endpoint_is_gone_once_it_is_deleted() -> None:
    """Its failure stays, so that nothing is bought in its place."""
    record = learn(learned(an_endpoint("Failed")), seen(a_job()))
    [generation] = record.endpoint.generations
    assert generation.gone
    assert generation.failure == "endpoint finetuning-dev-faq-aaaaaaaa-1 failed: no message"


def test_endpoint_that_serves_again_has_no_failure() -> None:
    """What is seen now counts."""
    record = learned(replace(an_endpoint(), failure="no capacity", refused_model_arn="model-b"))
    assert record.endpoint.generations[0].failure != ""
    record = learn(record, seen(a_job(), an_endpoint()))
    assert record.endpoint.generations[0].failure == ""


@pytest.mark.parametrize(
    ("status", "failure", "following"),
    [
        ("Failed", "", ("aaaaaaaaaa-2", "aaaaaaaaaa-1")),
        ("Stopped", "", ("aaaaaaaaaa-2", "aaaaaaaaaa-1")),
        ("Completed", "refused", ("aaaaaaaaaa-1", "aaaaaaaaaa-2")),
        ("Completed", "", ("aaaaaaaaaa-1", "aaaaaaaaaa-1")),
    ],
)
def test_retry_is_the_next_attempt_of_what_failed(status: str, failure: str, following: tuple[str, str]) -> None:
    """Or, when nothing failed, just another driver."""
    record = learn(wanted(), Observed(jobs={"aaaaaaaaaa-1": a_job(status)}))
    record = record.with_endpoint(replace(record.endpoint.generations[0], failure=failure))
    retried = retry(replace(record, settled=True, problem="something"))
    assert (retried.training.current_id, retried.endpoint.current_id) == following
    assert (retried.settled, retried.problem) == (False, "")
    assert retried.driver_attempt == record.driver_attempt + 1
