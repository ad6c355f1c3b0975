"""The decision, one situation at a time."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision, EndpointObservation, JobObservation, Observed, Signal, decide
from finetuning.lifecycle.claims import release
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import bought
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.records import (
    BLANK,
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

ID = "aaaaaaaaaa-1"
NEXT = "bbbbbbbbbb-1"


def test_nothing_wanted_and_nothing_there_is_settled() -> None:
    """A blank record asks for nothing."""
    assert decide(BLANK, Observed()) == Decision(Action.SETTLED)


@pytest.mark.parametrize(
    ("job", "found", "decision"),
    [
        (None, None, Decision(Action.START_JOB, ID)),
        (a_job("InProgress"), None, Decision(Action.AWAIT_JOB, ID, 86_400)),
        (a_job("Stopping"), None, Decision(Action.AWAIT_JOB, ID, 86_400)),
        (a_job("Archived"), None, Decision(Action.AWAIT_JOB, ID, 86_400)),
        (a_job(model_status=None), None, Decision(Action.AWAIT_CHANGE, ID, 60)),
        (a_job(model_status="Creating"), None, Decision(Action.AWAIT_CHANGE, ID, 60)),
        (a_job(model_status="Archived"), None, Decision(Action.AWAIT_CHANGE, ID, 60)),
        (a_job(), None, Decision(Action.CREATE_ENDPOINT, ID)),
        (a_job(), an_endpoint("Creating"), Decision(Action.AWAIT_CHANGE, ID, 600)),
        (a_job(), an_endpoint("Updating"), Decision(Action.AWAIT_CHANGE, ID, 600)),
        (a_job(), an_endpoint("Archived"), Decision(Action.AWAIT_CHANGE, ID, 600)),
        (a_job(), an_endpoint("Failed"), Decision(Action.DELETE_ENDPOINT, ID)),
        (a_job(), an_endpoint(model="model-before"), Decision(Action.SWAP_MODEL, ID)),
        (a_job(), an_endpoint(), Decision(Action.PUBLISH_POINTER, ID)),
    ],
)
def test_first_deployment_moves_step_by_step(
    job: JobObservation | None, found: EndpointObservation | None, decision: Decision
) -> None:
    """Start, wait, serve, publish; an unknown status waits."""
    assert decide(wanted(), seen(job, found)) == decision


def test_model_in_service_and_published_is_settled() -> None:
    """Nothing is left to do, and nothing is wrong."""
    assert decide(*serving()) == Decision(Action.SETTLED)


def test_on_demand_endpoint_is_looked_at_sooner() -> None:
    """A deployment takes minutes where throughput takes half an hour."""
    record = want_training(BLANK, claim(1), training())
    record = intended(want_endpoint(record, claim(2, resource="Endpoint"), endpoint(serving="on_demand")))
    assert decide(record, seen(a_job(), an_endpoint("Creating"))) == Decision(Action.AWAIT_CHANGE, ID, 240)


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (
            JobObservation("arn", "Failed", "bad data"),
            "customization job finetuning-dev-faq-aaaaaaaaaa-1 failed: bad data",
        ),
        (JobObservation("arn", "Stopped"), "customization job finetuning-dev-faq-aaaaaaaaaa-1 stopped: no message"),
        (a_job(model_status="Failed"), "custom model finetuning-dev-faq-aaaaaaaaaa-1 failed after its job completed"),
    ],
)
def test_training_that_failed_settles_with_its_reason(job: JobObservation, reason: str) -> None:
    """Nothing is bought for it."""
    assert decide(wanted(), seen(job)) == Decision(Action.SETTLED, reason=reason)


def test_model_deleted_by_hand_is_told_and_not_trained_again() -> None:
    """It was seen before, so its absence is somebody's doing."""
    record, _ = serving()
    look = seen(a_job(model_status=None), an_endpoint())
    reason = "custom model finetuning-dev-faq-aaaaaaaaaa-1 was deleted outside this stack"
    assert decide(record, look) == Decision(Action.SETTLED, reason=reason)


def test_endpoint_deleted_by_hand_is_told_and_not_bought_again() -> None:
    """Drift costs an alarm, not money (fault C12)."""
    record, _ = serving()
    reason = "endpoint finetuning-dev-faq-aaaaaaaa-1 was deleted outside this stack; it is not bought again by itself"
    assert decide(record, seen(a_job())) == Decision(Action.SETTLED, reason=reason)


def test_swap_that_was_refused_is_told_and_not_repeated() -> None:
    """Asking again would be refused again."""
    record, _ = serving()
    record = record.with_endpoint(replace(record.endpoint.generations[0], failure="no capacity"))
    found = replace(an_endpoint(model="model-before"), refused_model_arn="model-a")
    assert decide(record, seen(a_job(), found)) == Decision(Action.SETTLED, reason="no capacity")
    other = replace(found, refused_model_arn="model-other")
    assert decide(record, seen(a_job(), other)) == Decision(Action.SWAP_MODEL, ID)


def test_wait_condition_is_told_after_the_pointer() -> None:
    """And only if it was not told before."""
    record, look = serving()
    waiting = replace(record, endpoint=replace(record.endpoint, signal=Signal("stack", "Wait1")))
    assert decide(waiting, look) == Decision(Action.SIGNAL_STACK, ID)
    told = replace(record, endpoint=replace(record.endpoint, signal=Signal("stack", "Wait1", sent=True)))
    assert decide(told, look) == Decision(Action.SETTLED)


@pytest.mark.parametrize(
    ("status", "decision"),
    [
        ("InService", Decision(Action.DELETE_ENDPOINT, ID)),
        ("Failed", Decision(Action.DELETE_ENDPOINT, ID)),
        ("Creating", Decision(Action.AWAIT_CHANGE, ID, 60)),
        ("Updating", Decision(Action.AWAIT_CHANGE, ID, 60)),
        ("Archived", Decision(Action.AWAIT_CHANGE, ID, 60)),
    ],
)
def test_removal_begins_with_the_endpoint(status: str, decision: Decision) -> None:
    """Whatever the job is doing: it costs money by the hour (fault C04)."""
    record = release_endpoint(serving()[0], claim(2, resource="Endpoint"))
    record = release_training(record, claim(1))
    assert decide(record, seen(a_job(), an_endpoint(status))) == decision
    assert decide(record, seen(a_job("InProgress"), an_endpoint(status))) == decision


@pytest.mark.parametrize(
    ("job", "decision"),
    [
        (a_job("InProgress"), Decision(Action.STOP_JOB, ID)),
        (a_job("Stopping"), Decision(Action.AWAIT_CHANGE, ID, 60)),
        (a_job("Archived"), Decision(Action.AWAIT_CHANGE, ID, 60)),
        (a_job(), Decision(Action.DELETE_MODEL, ID)),
        (a_job(model_status="Failed"), Decision(Action.DELETE_MODEL, ID)),
        (a_job("Stopped"), Decision(Action.SETTLED)),
        (a_job(model_status=None), Decision(Action.AWAIT_CHANGE, ID, 60)),
        (None, Decision(Action.AWAIT_CHANGE, ID, 60)),
    ],
)
def test_removal_goes_on_with_job_and_model(job: JobObservation | None, decision: Decision) -> None:
    """Stop, wait for rest, delete (faults B12, B13, B14)."""
    record = release_training(intended(want_training(BLANK, claim(1), training())), claim(1))
    look = Observed(jobs={ID: job})
    assert decide(learn(record, look), look) == decision


def test_model_is_not_deleted_while_an_endpoint_serves_it() -> None:
    """Bedrock may not protect it, so the order is ours (fault C11); the endpoint's own removal goes on with it."""
    record = release_training(serving()[0], claim(1))
    assert decide(record, seen(a_job(), an_endpoint())) == Decision(Action.SETTLED)
    record = release_endpoint(record, claim(2, resource="Endpoint"))
    assert decide(record, seen(a_job(), an_endpoint())) == Decision(Action.DELETE_ENDPOINT, ID)
    record = replace(record, endpoint=replace(record.endpoint, published_arn=""))
    look = seen(a_job())
    assert decide(record, look) == Decision(Action.AWAIT_CHANGE, ID, 60)
    assert decide(learn(record, look), look) == Decision(Action.DELETE_MODEL, ID)


def test_pointer_without_an_endpoint_is_withdrawn_on_removal() -> None:
    """Nothing that is deleted would take it along."""
    record = release_endpoint(serving()[0], claim(2, resource="Endpoint"))
    assert decide(record, seen(a_job())) == Decision(Action.PUBLISH_POINTER)


def replaced_endpoint() -> tuple[Observed, Observed]:
    """What is seen while the new endpoint is created, and once it serves."""
    jobs = {ID: a_job()}
    old = an_endpoint()
    creating, ready = an_endpoint("Creating", arn="endpoint-b"), an_endpoint(arn="endpoint-b")
    return (
        Observed(jobs=jobs, endpoints={ID: old, NEXT: creating}),
        Observed(jobs=jobs, endpoints={ID: old, NEXT: ready}),
    )


def test_replaced_endpoint_serves_until_its_successor_is_published() -> None:
    """Blue and green (fault C09)."""
    record = intended(want_endpoint(serving()[0], claim(3, 2, resource="Endpoint"), endpoint(B)))
    record = release_endpoint(record, claim(2, resource="Endpoint"))
    creating, ready = replaced_endpoint()
    assert decide(record, creating) == Decision(Action.AWAIT_CHANGE, NEXT, 600)
    assert decide(record, ready) == Decision(Action.PUBLISH_POINTER, NEXT)
    published = replace(record, endpoint=replace(record.endpoint, published_arn="endpoint-b"))
    assert decide(published, ready) == Decision(Action.DELETE_ENDPOINT, ID)


def test_superseded_endpoint_that_was_never_published_is_deleted_at_once() -> None:
    """Nobody calls it and it is billed, also while its successor cannot be bought."""
    record = intended(want_endpoint(wanted(), claim(3, 2, resource="Endpoint"), endpoint(B)))
    record = release_endpoint(record, claim(2, resource="Endpoint"))
    refused = record.endpoint.find(NEXT)
    assert refused is not None
    record = record.with_endpoint(replace(refused, failure="refused", gone=True))
    assert decide(record, seen(a_job(), an_endpoint())) == Decision(Action.DELETE_ENDPOINT, ID)


@pytest.mark.parametrize(
    ("keep_previous", "decision"), [(0, Decision(Action.DELETE_MODEL, ID)), (1, Decision(Action.SETTLED))]
)
def test_superseded_model_is_reaped_outside_keep_previous(keep_previous: int, decision: Decision) -> None:
    """After its successor is in service."""
    record, _ = serving()
    record = intended(want_training(record, claim(3, 1), training(B, keep_previous=keep_previous)))
    record = release_training(record, claim(1))
    jobs = {ID: a_job(), NEXT: a_job(model="model-b")}
    swapping = Observed(jobs=jobs, endpoints={ID: an_endpoint()})
    assert decide(record, swapping) == Decision(Action.SWAP_MODEL, ID)
    slot = replace(record.endpoint, published_model_arn="model-b")
    swapped = Observed(jobs=jobs, endpoints={ID: an_endpoint(model="model-b")})
    assert decide(replace(record, endpoint=slot), swapped) == decision


def test_model_that_cloudformation_holds_is_never_reaped() -> None:
    """Until the clean-up Delete it may be rolled back to, whatever keep_previous says."""
    record = intended(want_training(serving()[0], claim(3, 1), training(B, keep_previous=0)))
    slot = replace(record.endpoint, published_model_arn="model-b")
    jobs = {ID: a_job(), NEXT: a_job(model="model-b")}
    look = Observed(jobs=jobs, endpoints={ID: an_endpoint(model="model-b")})
    assert decide(replace(record, endpoint=slot), look) == Decision(Action.SETTLED)


def test_bought_lists_what_may_still_exist() -> None:
    """Intended and not gone; endpoints first."""
    record, _ = serving()
    assert bought(record) == (
        "endpoint finetuning-dev-faq-aaaaaaaa-1 (provisioned)",
        "custom model or job finetuning-dev-faq-aaaaaaaaaa-1",
    )
    assert bought(want_training(BLANK, claim(1), training())) == ()
    slot = release(record.training, claim(1), rolls_back=False)
    assert len(bought(replace(record, training=slot))) == 2
