"""A model goes out of service again when an alarm goes off, and none comes in meanwhile."""

from dataclasses import replace

from finetuning.lifecycle import Action, Decision, EndpointObservation, ModelRecord, Observed, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.judging import in_service, rejected
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import model_to_serve
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.troubles import seen_troubles
from tests.unit.lifecycle.candidates import ID, NEXT, NOW
from tests.unit.lifecycle.records import BLANK, B, a_job, claim, endpoint, intended, training


def swapped(alarms: tuple[str, ...] = ("errors",)) -> tuple[ModelRecord, Observed]:
    """A second model that has just taken the place of the first."""
    record = want_training(BLANK, claim(1), training())
    record = want_endpoint(
        record, claim(2, resource="Endpoint"), endpoint(alarms=alarms, watch_seconds=1800 if alarms else 0)
    )
    record = want_training(intended(record), claim(3, 1), training(B))
    there = Observed(
        {ID: a_job(), NEXT: a_job(model="model-b")},
        {ID: EndpointObservation("endpoint-a", "InService", "model-b")},
        NOW,
    )
    record = learn(intended(record), there)
    slot = replace(record.endpoint, published_arn="endpoint-a", published_model_arn="model-b", published_at=NOW - 60)
    record = in_service(in_service(replace(record, endpoint=slot), "model-a"), "model-b")
    return record, there


def test_alarms_are_watched_after_a_swap() -> None:
    """Twenty looks, at most one a minute; then it is settled."""
    record, there = swapped()
    assert decide(record, there) == Decision(Action.AWAIT_CHANGE, NEXT, 90)
    assert decide(record, replace(there, now=NOW + 1740)).action != Action.AWAIT_CHANGE
    assert decide(*swapped(())).action == Action.SETTLED


def test_alarm_puts_the_model_before_back() -> None:
    """And it does not wait for the alarm to be over."""
    record, there = swapped()
    ringing = replace(there, alarms=("errors",))
    assert decide(record, ringing) == Decision(Action.REJECT_MODEL, NEXT)
    record = rejected(record, ringing, "model-b", "alarm errors went off after it went into service")
    assert model_to_serve(record, ringing) == "model-a"
    assert decide(record, ringing) == Decision(Action.SWAP_MODEL, ID)


def test_no_model_takes_anothers_place_while_an_alarm_goes_off() -> None:
    """The candidate would be blamed for it."""
    record, there = swapped()
    slot = replace(record.endpoint, published_model_arn="model-a")
    before = replace(there, endpoints={ID: EndpointObservation("endpoint-a", "InService", "model-a")})
    record = learn(replace(record, endpoint=slot), before)
    assert decide(record, replace(before, alarms=("errors",))) == Decision(Action.AWAIT_CHANGE, ID, 600)
    assert decide(record, before) == Decision(Action.SWAP_MODEL, ID)
    assert seen_troubles(record, before) == ()
    [trouble] = seen_troubles(record, replace(before, alarms=("errors (no such alarm)",)))
    assert trouble.kind == "stuck"
    assert "does not go into service while an alarm goes off: errors (no such alarm)" in trouble.text


def test_first_model_is_not_watched() -> None:
    """There is nothing to put back."""
    record, there = swapped()
    alone = record.with_training(replace(record.training.generations[0], rejected="bad"))
    assert decide(alone, replace(there, alarms=("errors",))).action == Action.SETTLED
