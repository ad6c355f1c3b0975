"""What is asked of a candidate before it serves, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EvaluationWanted:
    """How the model of a training is to be judged. It starts no job: a changed gate judges again, on saved answers.

    Attributes:
        id: 16 hex digits that derive from all the rest.
        mode: "disabled", "dry_run" or "enabled": whether a model that fails is kept out of service.
        settings: of the evaluation and the gate, as `configuration.wanted` writes and `finetuning.evaluation.settings`
            reads them.
        seconds: after which an evaluation is given up.
        own_endpoint: whether the candidate is asked behind an endpoint of its own, which is removed afterwards; else
            where it serves, before applications are told of it.
    """

    id: str
    mode: str
    settings: Mapping[str, Any]
    seconds: int
    own_endpoint: bool

    @property
    def asks_records(self) -> bool:
        """Whether the model is asked the records of a test dataset; else only its losses are judged."""
        return bool(self.settings.get("evaluation"))

    @property
    def follows(self) -> str:
        """SHA-256 of the manifest that a model which was trained again has to agree with; "" for any other model."""
        reference = self.settings.get("reference") or {}
        return str(reference.get("manifest", ""))


@dataclass(frozen=True)
class Verdict:
    """What the gate said.

    Attributes:
        id: of the evaluation that it answers.
        passed: whether everything that was asked for holds.
        mode: of the gate at that time.
        reasons: why it did not pass; what a person has to know, if it did.
        uri: of the evaluation document in S3; "" without one.
        digest: SHA-256 of that document; "" without one.
        at: in epoch seconds.
        attempt: of the evaluation that it answers: one that was begun again awaits no word of the one before.
    """

    id: str
    passed: bool
    mode: str
    reasons: tuple[str, ...] = ()
    uri: str = ""
    digest: str = ""
    at: float = 0.0
    attempt: int = 1

    @property
    def said(self) -> str:
        """The reasons in one line."""
        return in_one_line(self.reasons)


def in_one_line(reasons: Iterable[str]) -> str:
    """Reasons one after the other; each is a sentence of its own elsewhere."""
    return "; ".join(reason.removesuffix(".") for reason in reasons)


@dataclass(frozen=True)
class Promoted:
    """A custom model of another environment, by the manifest that a pin names.

    Attributes:
        method: "swap" (the very model) or "copy".
        manifest: SHA-256 of the manifest.
        approved_by: who approved the promotion, as the pin says.
        reference: where the approval can be read.
    """

    method: str
    model_arn: str
    job_arn: str
    job_name: str
    manifest: str
    approved_by: str = ""
    reference: str = ""
