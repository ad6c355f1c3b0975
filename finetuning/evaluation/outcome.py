"""The evaluation document from what was saved: the same for the function that runs first and for who decides again."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from finetuning.evaluation import custom, scoring
from finetuning.evaluation.metrics import registry
from finetuning.evaluation.saved import SavedEvaluation
from finetuning.evaluation.settings import Settings
from finetuning.fingerprint import canonical_json


@dataclass(frozen=True)
class Outcome:
    """An evaluation document, and what the gate says in it."""

    document: dict[str, Any]
    passed: bool
    reasons: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The document as it is written; equal documents give equal bytes."""
        return canonical_json(self.document).encode("ascii")

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return sha256(self.content).hexdigest()


def of(settings: Settings, saved: SavedEvaluation) -> Outcome:
    """Return what the gate of some settings says of saved answers.

    Raises:
        CustomMetricError: a function of ``metrics/`` cannot be used.
    """
    plan = saved.plan
    wanted = registry.wanted(settings, settings.evaluation) if settings.evaluation else ()
    measured = scoring.evaluate(
        settings,
        saved.records,
        saved.answers,
        {subject.name: subject.identity for subject in plan.subjects},
        grades=saved.grades,
        custom=custom.load(wanted),
    )
    document = {
        **measured,
        "id": plan.evaluation,
        "model": plan.model,
        "generation": plan.generation,
        "test": {**measured["test"], "digest": plan.test_digest, "records": plan.records},
        "notes": [*measured.get("notes", ()), *plan.notes],
    }
    verdict = document["verdict"]
    return Outcome(document, verdict["passed"], tuple(verdict["reasons"]))
