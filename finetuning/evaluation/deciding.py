"""What a gate says of what was measured, as the evaluation document has it."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from finetuning.evaluation.gate import decide
from finetuning.evaluation.measuring import BASE, CANDIDATE, CHAMPION, Measured
from finetuning.evaluation.settings import GateSettings, ReferenceSettings


def decided(
    measured: Measured, gate: GateSettings, baselines: Collection[str], reference: ReferenceSettings | None = None
) -> dict[str, Any]:
    """Return the parts of the document that a gate adds: what it judged, each check, and the verdict.

    Args:
        measured: of every subject that there is.
        gate: that decides.
        baselines: that were to be asked.
        reference: with which a model that was trained again must agree.
    """
    verdict = decide(
        gate,
        measured,
        absent=_absent(measured.values, baselines),
        first_model=CHAMPION in baselines and CHAMPION not in measured.values,
        reference=reference,
    )
    return {
        "gated": _gated(gate, measured),
        "checks": [_plain(asdict(check)) for check in verdict.checks],
        "verdict": {
            "passed": verdict.passed,
            "mode": verdict.mode,
            "reasons": list(verdict.reasons),
            "notes": list(verdict.notes),
            "confidence": gate.confidence,
        },
    }


def _absent(subjects: Collection[str], baselines: Collection[str]) -> dict[str, str]:
    """Return of each baseline without answers why there are none."""
    return {
        subject: f"there are no answers of {subject}"
        if subject in baselines
        else f"evaluation.baselines does not have {subject}"
        for subject in (BASE, CHAMPION)
        if subject not in subjects
    }


def _gated(gate: GateSettings, measured: Measured) -> dict[str, dict[str, Any]]:
    """Return the candidate's values of what the gate judges, or of everything if it judges no metric."""
    values = measured.values[CANDIDATE]
    chosen = gate.metrics() or tuple(values)
    return {name: dict(vars(values[name])) for name in chosen if name in values}


def _plain(check: dict[str, Any]) -> dict[str, Any]:
    """Return a check as JSON has it, so that a document that was written and read is the same."""
    bounds = check["interval"]
    return check | {"interval": None if bounds is None else list(bounds)}
