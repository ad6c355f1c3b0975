"""Deciding a gate on an evaluation document: the first time, and again on other terms, without an endpoint."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.evaluation.document import SCHEMA_VERSION, read_measured
from finetuning.evaluation.gate import decide
from finetuning.evaluation.measuring import BASE, CANDIDATE, CHAMPION, Measured
from finetuning.evaluation.settings import GateSettings, ReferenceSettings


class UnknownDocumentError(FineTuningError, ValueError):
    """An evaluation document of a release that this one does not know."""


def judged(
    document: Mapping[str, Any], gate: GateSettings, reference: ReferenceSettings | None = None
) -> dict[str, Any]:
    """Return an evaluation document with the verdict of a gate, in place of any other.

    What the gate asks about and the document does not have, such as bounds of another confidence, does not pass.

    Raises:
        UnknownDocumentError: another release wrote the document.
    """
    if document.get("schema") != SCHEMA_VERSION:
        raise UnknownDocumentError(
            f"evaluation document has schema {document.get('schema')!r}, this release knows {SCHEMA_VERSION}; evaluate "
            f"the saved answers again"
        )
    measured, subjects, baselines = read_measured(document), document["subjects"], document["baselines"]
    verdict = decide(
        gate,
        measured,
        absent=_absent(subjects, baselines),
        first_model=CHAMPION in baselines and CHAMPION not in subjects,
        reference=reference,
    )
    return {
        **document,
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


def _absent(subjects: Mapping[str, Any], baselines: list[str]) -> dict[str, str]:
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
