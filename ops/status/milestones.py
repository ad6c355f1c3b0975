"""How far a model has come on the way to what somebody waits for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from finetuning.lifecycle import TrainingGeneration
from finetuning.lifecycle.candidate import gate_refusal, is_curve_awaited, is_verdict_awaited, stays_judged
from finetuning.lifecycle.verdict import Verdict
from ops.status.look import Look
from ops.status.report import ModelReport, State


class Milestone(StrEnum):
    """What can be waited for."""

    EVALUATED = "evaluated"
    SERVED = "served"
    SETTLED = "settled"


class Outcome(StrEnum):
    """Whether it has come."""

    REACHED = "reached"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """How far a model is.

    Attributes:
        reasons: why it failed; or what a person has to know, although it was reached.
    """

    outcome: Outcome
    reasons: tuple[str, ...] = ()


_WAITING = Progress(Outcome.WAITING)
_OVER = frozenset({State.FAILED, State.REJECTED, State.DRIFTED})
_NOTHING = frozenset({State.NOTHING, State.REMOVING, State.RETAINED})
_COMPLETED = "Completed"


def progress(milestone: Milestone, look: Look, now: ModelReport) -> Progress:
    """Return how far a model is on the way to a milestone.

    Args:
        milestone: that is waited for.
        look: at the model.
        now: the same look, judged.
    """
    if now.state == State.UNRECORDED:
        return Progress(Outcome.FAILED, (now.failure,))
    unwanted = (f"nothing is wanted of model {now.model!r} in this environment",) if now.state in _NOTHING else ()
    if milestone == Milestone.SETTLED:
        kept = (*unwanted, *now.retained, *now.held, *_noted(now))
        return Progress(Outcome.REACHED, kept) if now.settled else _WAITING
    if unwanted:
        return Progress(Outcome.FAILED, unwanted)
    generation = look.record.training.current
    if generation is not None and (refusal := gate_refusal(generation)):
        return Progress(Outcome.FAILED, (refusal,))
    if now.state in _OVER:
        return Progress(Outcome.FAILED, tuple(_noted(now)) or (f"the model is {now.state}",))
    if milestone == Milestone.EVALUATED:
        return _evaluated(generation, now)
    return _served(now)


def _evaluated(generation: TrainingGeneration | None, now: ModelReport) -> Progress:
    is_trained = now.training is not None and now.training.status == _COMPLETED
    if generation is None or is_curve_awaited(generation) or is_verdict_awaited(generation) or not is_trained:
        return _WAITING
    verdicts = [verdict for verdict in (generation.curve, generation.verdict) if _counts(verdict, generation)]
    told = tuple(line for verdict in verdicts for line in _told(verdict)) or tuple(_before(generation))
    return Progress(Outcome.REACHED, told or ("no evaluation is configured: nothing was judged",))


def _served(now: ModelReport) -> Progress:
    if now.state == State.SERVING and now.settled:
        return Progress(Outcome.REACHED)
    if now.state == State.TRAINED and now.settled:
        return Progress(Outcome.FAILED, ("no endpoint is configured (endpoint.serving: none): nothing will serve it",))
    if now.state == State.STOPPED:
        return Progress(Outcome.FAILED, ("an operator stopped the bill; python -m ops resume buys the endpoint again",))
    return _WAITING


def _counts(verdict: Verdict | None, generation: TrainingGeneration) -> bool:
    return verdict is not None and generation.evaluation is not None and verdict.id == generation.evaluation.id


def _before(generation: TrainingGeneration) -> Iterator[str]:
    """What a gate that is not the deployed one any more said of a model that has served."""
    wanted = generation.evaluation
    if wanted is None or not wanted.asks_records or not stays_judged(generation):
        return
    told = [line for verdict in (generation.curve, generation.verdict) for line in _told(verdict)]
    yield from told or ("no verdict of it is recorded",)
    yield "a model that has served stays as it was judged: the present gate judges the next training"


def _told(verdict: Verdict | None) -> Iterator[str]:
    if verdict is None:
        return
    if not verdict.passed:
        yield f"did not pass the quality gate, which only says so (mode {verdict.mode}): {verdict.said}"
        return
    yield from verdict.reasons or (f"passed the quality gate (mode {verdict.mode})",)


def _noted(now: ModelReport) -> Iterator[str]:
    yield from (text for text in (now.failure, now.problem) if text)
