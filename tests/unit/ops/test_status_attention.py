"""`status` shows what needs a human: stopped, retained, held, drifted, orphaned, stuck, unknown."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import EndpointObservation
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import Orphan
from ops.commands.status import exit_code
from ops.status import rendering
from ops.status.judging import report
from ops.status.look import Look
from ops.status.report import State
from tests.unit.ops import looks
from tests.unit.ops.screen import shown

LATER = looks.NOW.timestamp() + 30 * 86_400


def serving(**endpoint: Any) -> Look:
    """In service, looked at now, with these fields of the endpoint's observation."""
    now = looks.serving()
    found = EndpointObservation(looks.ENDPOINT_ARN, "InService", looks.MODEL_ARN)
    seen = replace(
        now.seen, endpoints={looks.ENDPOINT_GENERATION: replace(found, **endpoint)}, now=looks.NOW.timestamp()
    )
    return replace(now, seen=seen)


def removed(now: Look) -> Look:
    """After the model's stack was destroyed."""
    training = replace(
        now.record.training,
        removed=True,
        generations=tuple(replace(g, released=True) for g in now.record.training.generations),
    )
    endpoint = replace(
        now.record.endpoint,
        removed=True,
        generations=tuple(replace(g, released=True) for g in now.record.endpoint.generations),
    )
    return replace(now, record=replace(now.record, training=training, endpoint=endpoint))


def stopped(now: Look) -> Look:
    """After `stop --billing`."""
    return replace(now, record=replace(now.record, endpoint=replace(now.record.endpoint, stopped=True)))


def text_of(now: Look) -> str:
    """What the terminal shows."""
    return shown(rendering.render(report(now)), width=400)


def test_nothing_wrong() -> None:
    """What serves has no troubles, and exit code 0."""
    told = report(serving())
    assert (told.state, dict(told.troubles), told.stopped) == (State.SERVING, {}, False)
    assert exit_code([told]) == 0


def test_stopped() -> None:
    """No failure: an operator wanted it."""
    now = stopped(serving())
    gone = replace(now, seen=replace(now.seen, endpoints={looks.ENDPOINT_GENERATION: None}), pointer=None)
    told = report(gone)
    assert told.endpoint is not None
    assert (told.state, told.stopped, told.endpoint.status) == (State.STOPPED, True, "stopped")
    assert exit_code([told]) == 0
    assert "python -m ops resume buys the endpoint again" in text_of(gone)


def test_stopped_while_it_trains() -> None:
    """The training goes on."""
    told = report(stopped(looks.training()))
    assert (told.state, told.stopped) == (State.TRAINING, True)


def test_retained() -> None:
    """A commitment outlives the stack, with its end."""
    now = removed(serving(committed_until=LATER))
    told = report(now)
    assert told.state == State.RETAINED
    assert told.retained == (f"endpoint {looks.ENDPOINT}, committed until 2026-02-14 12:03 UTC; it is deleted then",)
    assert "committed until 2026-02-14 12:03 UTC" in text_of(now)
    assert report(serving(committed_until=LATER)).retained == ()
    assert report(removed(serving())).state == State.REMOVING


def test_held() -> None:
    """Something else needs the model."""
    now = removed(serving())
    job = replace(looks.job("Completed"), held_by=("finetuning:hold-prod",))
    now = replace(now, seen=replace(now.seen, jobs={looks.GENERATION: job}))
    told = report(now)
    assert told.state == State.RETAINED
    assert told.held == (f"custom model {looks.JOB}, held by finetuning:hold-prod",)
    assert "held by finetuning:hold-prod" in text_of(now)


def test_drifted() -> None:
    """Somebody deleted the endpoint."""
    now = serving()
    now = replace(now, seen=replace(now.seen, endpoints={looks.ENDPOINT_GENERATION: None}))
    told = report(now)
    assert told.state == State.DRIFTED
    assert "drifted" in told.troubles
    assert exit_code([told]) == 1
    assert "python -m ops resume buys it again" in text_of(now)


def test_unknown() -> None:
    """A status of tomorrow."""
    now = serving(status="Hibernating")
    told = report(now)
    assert "unknown status 'Hibernating'" in told.troubles["unknown"]
    assert exit_code([told]) == 1
    assert "unknown status 'Hibernating'" in text_of(now)


def test_stuck() -> None:
    """The driver has been at it for too long."""
    now = looks.training()
    long_ago = looks.NOW.timestamp() - 30 * 86_400
    now = replace(now, record=replace(now.record, progress_at=long_ago, doing="AwaitChange/x"))
    told = report(now)
    assert "AwaitChange/x" in told.troubles["stuck"]
    assert exit_code([told]) == 1
    assert "AwaitChange/x" in text_of(now)


def test_expiring_is_no_failure() -> None:
    """It is told, and the exit code stays 0."""
    now = serving(committed_until=looks.NOW.timestamp() + 86_400)
    told = report(now)
    assert "expiring" in told.troubles
    assert exit_code([told]) == 0
    assert "ends in 1 days" in text_of(now)


@pytest.mark.parametrize(("removable", "code"), [(False, 1), (True, 0)])
def test_orphaned(removable: bool, code: int) -> None:
    """With reason and next step; what the sweep deletes by itself needs nobody."""
    thing = OwnedThing("provisioned", "orphan-arn", "lost", "InService", 0.0, {})
    now = replace(serving(), orphans=(Orphan(thing, removable, "why, and what to do"),))
    told = report(now)
    [orphan] = told.orphans
    assert (orphan.kind, orphan.arn, orphan.next) == ("provisioned throughput", "orphan-arn", "why, and what to do")
    assert exit_code([told]) == code
    assert "provisioned throughput lost (InService): why, and what to do" in text_of(now)
