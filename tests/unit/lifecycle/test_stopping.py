"""While an operator has stopped the bill nothing serves, whatever is deployed; models stay."""

from dataclasses import replace

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.outcome import failure
from finetuning.lifecycle.retrying import stop_billing
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle.records import B, a_job, an_endpoint, claim, endpoint, intended, seen, serving, training

ID, NEXT = "aaaaaaaaaa-1", "bbbbbbbbbb-1"


def stopped() -> tuple[ModelRecord, Observed]:
    """A model that served, and the look at it."""
    record, look = serving()
    return stop_billing(record), look


def test_stopped_endpoint_is_deleted_and_its_pointer_withdrawn() -> None:
    """Although CloudFormation wants it."""
    record, look = stopped()
    assert decide(record, look) == Decision(Action.DELETE_ENDPOINT, ID)
    assert decide(record, seen(a_job())) == Decision(Action.PUBLISH_POINTER)


def test_endpoint_that_is_not_ready_is_waited_for() -> None:
    """Bedrock refuses to delete what it is creating (fault C04)."""
    record, _ = stopped()
    assert decide(record, seen(a_job(), an_endpoint("Creating"))) == Decision(Action.AWAIT_CHANGE, ID, 60)


def test_model_stays_and_nothing_is_wrong() -> None:
    """Models cost cents; training again costs hours."""
    record, _ = stopped()
    record = replace(record, endpoint=replace(record.endpoint, published_arn=""))
    gone = record.with_endpoint(replace(record.endpoint.generations[0], gone=True))
    look = Observed(jobs={ID: a_job()})
    assert decide(gone, look) == Decision(Action.SETTLED)
    assert failure(gone, look) == ""
    assert record.endpoint.current is not None
    assert record.endpoint.wanted is None


def test_deployment_while_stopped_buys_nothing() -> None:
    """Another endpoint is wanted by CloudFormation and by nobody else; a training runs all the same."""
    record, _ = stopped()
    record = replace(record, endpoint=replace(record.endpoint, published_arn=""))
    record = record.with_endpoint(replace(record.endpoint.generations[0], gone=True))
    other = want_endpoint(record, claim(3, 2, resource="Endpoint"), endpoint(B))
    assert decide(other, Observed(jobs={ID: a_job()})) == Decision(Action.SETTLED)
    retrained = want_training(other, claim(4, 1), training(B))
    assert decide(retrained, Observed(jobs={ID: a_job()})) == Decision(Action.START_JOB, NEXT)


def test_purchase_that_was_under_way_when_it_was_stopped_is_waited_for() -> None:
    """It may show up yet, and would be billed (fault A21)."""
    record = stop_billing(intended(serving()[0]))
    record = replace(record, endpoint=replace(record.endpoint, published_arn=""))
    assert decide(record, seen(a_job())) == Decision(Action.AWAIT_CHANGE, ID, 60)
