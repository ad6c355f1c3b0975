"""How long and how often the alarms are watched, of which model, and whom an alarm keeps waiting."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision, EndpointObservation, ModelRecord, Observed, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.judging import rejected
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.watching import watches
from tests.unit.lifecycle.candidates import ID, NEXT, NOW
from tests.unit.lifecycle.records import BLANK, C, a_job, claim, endpoint, intended, training
from tests.unit.lifecycle.test_watched_alarms import swapped

THIRD = "cccccccccc-1"
RINGING = ("errors",)


def watched(seconds: int, ago: int) -> int:
    """Seconds until the next look at the alarms of an endpoint that has served the model since so long ago."""
    record, there = swapped()
    slot = replace(record.endpoint, published_at=NOW - ago)
    return watches(
        replace(record, endpoint=slot).with_endpoint(replace(slot.generations[0], watch_seconds=seconds)), there
    )


@pytest.mark.parametrize(
    ("seconds", "ago", "wait"),
    [
        (3600, 0, 180),
        (1800, 60, 90),
        (600, 60, 60),
        (600, 570, 31),
        (600, 599, 2),
        (600, 600, 0),
        (600, 9000, 0),
    ],
    ids=["a twentieth", "of half an hour", "once a minute", "to the end", "the last second", "over", "long over"],
)
def test_alarms_are_looked_at_as_often_as_they_change_until_the_time_is_over(seconds: int, ago: int, wait: int) -> None:
    """Just after its end comes the last look."""
    assert watched(seconds, ago) == wait


def test_endpoint_without_alarms_is_not_watched() -> None:
    """However long it says: nothing could be seen."""
    record, there = swapped()
    deaf = record.with_endpoint(replace(record.endpoint.generations[0], alarms=()))
    assert decide(deaf, there) == Decision(Action.SETTLED)


def test_endpoint_without_a_training_is_not_watched() -> None:
    """The training's stack went first."""
    alone = want_endpoint(BLANK, claim(1, resource="Endpoint"), endpoint(alarms=RINGING, watch_seconds=1800))
    assert decide(alone, Observed(now=NOW, alarms=RINGING)) == Decision(Action.SETTLED)


def test_model_that_does_not_serve_is_not_blamed_for_an_alarm() -> None:
    """Another one is behind the pointer, since a minute ago."""
    record, there = swapped()
    slot = replace(record.endpoint, published_model_arn="model-a")
    assert watches(replace(record, endpoint=slot), there) == 0


def test_training_that_made_no_model_is_not_blamed_for_an_alarm() -> None:
    """Nor is there one behind a pointer that was just withdrawn."""
    record, there = swapped()
    failed = {**there.jobs, THIRD: a_job("Failed")}
    seen = replace(there, jobs=failed, endpoints={ID: None}, alarms=RINGING)
    record = learn(intended(want_training(record, claim(4, 3), training(C))), seen)
    slot = replace(record.endpoint, published_arn="", published_model_arn="", published_at=NOW - 60)
    assert decide(replace(record, endpoint=slot), seen).action == Action.SETTLED


def test_alarm_keeps_a_candidate_waiting_and_nobody_else() -> None:
    """The model before comes back at once, also when the wanted one is a third that waits for its approval."""
    record, there = swapped()
    record = rejected(record, there, "model-b", "alarm errors went off after it went into service")
    record = record.with_endpoint(replace(record.endpoint.generations[0], needs_approval=True))
    seen = replace(there, jobs={**there.jobs, THIRD: a_job(model="model-c")}, alarms=RINGING)
    record = learn(_third(record), seen)
    assert decide(record, seen) == Decision(Action.SWAP_MODEL, ID)
    back = replace(seen, endpoints={ID: EndpointObservation("endpoint-a", "InService", "model-a")})
    approved = record.with_training(replace(record.training.generations[-1], approved_by="ada"))
    assert decide(learn(approved, back), back) == Decision(Action.AWAIT_CHANGE, ID, 600)


def _third(record: ModelRecord) -> ModelRecord:
    """A third training is wanted; the one before it, `NEXT`, was taken out of service."""
    assert record.training.current_id == NEXT
    return intended(want_training(record, claim(4, 3), training(C)))
