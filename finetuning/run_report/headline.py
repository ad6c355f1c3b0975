"""How it stands with a model, in a few words: trained, judged, stopped, and why."""

from finetuning.lifecycle.candidate import stays_judged
from finetuning.lifecycle.record import TrainingGeneration
from finetuning.lifecycle.verdict import Promoted, Verdict
from finetuning.run_report.model import Headline

#: A job has ended without a model. Source: Bedrock API reference, GetModelCustomizationJob, ``status``.
_ENDED = ("Failed", "Stopped")
_FROM_NOW_ON = "the present one applies from the next training"
_STAYS = "A model that has served stays as it was judged."


def headline(generation: TrainingGeneration, verdict: Verdict | None, source: str = "") -> Headline:
    """Return how it stands with the model of a training.

    Args:
        generation: of the training.
        verdict: what the gate said of its answers; None before.
        source: of a promoted model, the environment that judged it; "" if its manifest is not at hand.
    """
    if generation.promoted is not None:
        return _promoted(generation.promoted, generation.rejected, verdict, source)
    if generation.status in _ENDED:
        return Headline(
            "error", f"Training {generation.status.lower()}", "There is no model.", _given(generation.failure)
        )
    curve = current(generation, generation.curve)
    refused = curve if curve is not None and not curve.passed else None
    decisive = refused or verdict
    if decisive is not None and not _answers(generation, decisive) and stays_judged(generation):
        return _judged_before(decisive)
    if refused is not None:
        return _refused(refused, "Its losses do not pass the quality gate", "Nothing was bought for it.")
    if verdict is not None:
        return _judged(generation, verdict)
    if generation.rejected:
        return Headline("error", "Rejected", "It does not serve.", (generation.rejected,))
    return _unjudged(generation)


def current(generation: TrainingGeneration, verdict: Verdict | None) -> Verdict | None:
    """Return a verdict, unless another evaluation is wanted by now; a model that has served stays judged."""
    if verdict is None or _answers(generation, verdict) or stays_judged(generation):
        return verdict
    return None


def _answers(generation: TrainingGeneration, verdict: Verdict) -> bool:
    """Whether a verdict is on the evaluation that is wanted now, if one is."""
    return generation.evaluation is None or verdict.id == generation.evaluation.id


def _judged_before(verdict: Verdict) -> Headline:
    """Of a model that has served, by a gate that is not the deployed one any more."""
    if not verdict.passed:
        return Headline("warning", f"It did not pass the gate before; {_FROM_NOW_ON}", _STAYS, verdict.reasons)
    if verdict.mode == "disabled":
        return Headline("neutral", f"Evaluated with the gate disabled; {_FROM_NOW_ON}", _STAYS)
    return Headline("good", f"It passed the gate before; {_FROM_NOW_ON}", _STAYS, verdict.reasons)


def _judged(generation: TrainingGeneration, verdict: Verdict) -> Headline:
    if not verdict.passed:
        return _refused(verdict, "It does not pass the quality gate", "It does not go into service.")
    if generation.rejected:
        return Headline("error", "Rejected after it had passed the quality gate", "", (generation.rejected,))
    if verdict.mode == "disabled":
        return Headline("neutral", "Evaluated; the quality gate is disabled", "Nothing was asked of it.")
    return Headline("good", "It passes the quality gate", "Everything that was asked of it holds.", verdict.reasons)


def _promoted(promoted: Promoted, rejected: str, verdict: Verdict | None, source: str) -> Headline:
    approved = f"Approved by {promoted.approved_by or 'nobody'}, {promoted.reference or 'without a reference'}."
    if rejected:
        return Headline("error", "Promoted, and rejected here", approved, (rejected,))
    if verdict is None:
        return Headline("neutral", "Promoted", f"{approved} The manifest is not in this clone: update it.")
    sentence = f"Promoted from {source}, where it {'passed' if verdict.passed else 'did not pass'} the quality gate"
    return Headline("good" if verdict.passed else "warning", sentence, approved, verdict.reasons)


def _refused(verdict: Verdict, sentence: str, consequence: str) -> Headline:
    if verdict.mode == "enabled":
        return Headline("error", sentence, consequence, verdict.reasons)
    meaning = f"The gate's mode is {verdict.mode}, so that this is only said and stops nothing."
    return Headline("warning", sentence, meaning, verdict.reasons)


def _unjudged(generation: TrainingGeneration) -> Headline:
    if generation.status != "Completed":
        return Headline("neutral", "In training", f"The job is {generation.status or 'not started'}.")
    wanted = generation.evaluation
    if wanted is not None and wanted.asks_records and stays_judged(generation):
        sentence = "Trained, not evaluated; the quality gate applies from the next training"
        return Headline("neutral", sentence, "It has served, and no verdict of it is recorded.")
    if wanted is not None and wanted.asks_records:
        return Headline("neutral", "Trained, not evaluated yet", "The verdict of the quality gate is awaited.")
    return Headline("neutral", "Trained, not evaluated", "No evaluation is configured; its losses are all there is.")


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
