"""One promotion from its source to its target: everything is checked before anything is written."""

from dataclasses import dataclass, replace
from pathlib import Path

from configuration import pins
from configuration.pins import Pin
from configuration.rules import promote_command
from finetuning.manifest import Difference, differences
from finetuning.problems import Problem
from ops import project
from ops.promotion import target, verifying, writing
from ops.promotion.source import NotPromotableError, Signed
from ops.session import Session


@dataclass(frozen=True)
class Approval:
    """What was said of who approved; `propose` leaves it to whoever reviews the pin."""

    approved_by: str = ""
    reference: str = ""
    propose: bool = False


@dataclass(frozen=True)
class Promotion:
    """A promotion as it was pinned.

    Attributes:
        replaces: digest of the manifest that was pinned before; "" if there was none.
        changes: in what the manifests differ; empty if there was none before, or it cannot be read.
        written: files that changed; empty before anything is written, and if all was pinned already.
        approved_by: what the pin says; "" if the approval is yet to come.
    """

    environment: str
    model: str
    method: str
    signed: Signed
    signed_by: str
    replaces: str
    changes: tuple[Difference, ...]
    approved_by: str
    reference: str
    written: tuple[Path, ...] = ()


def prepare(
    session: Session,
    known: project.Project,
    to: str,
    model: str,
    signed: Signed,
    approval: Approval,
    folder: Path | None = None,
) -> Promotion:
    """Check whether a manifest can be pinned for an environment; nothing is written.

    Args:
        session: of the source.
        known: the project.
        to: name of the target.
        model: of the use case.
        signed: the manifest of the model that is in service in the source.
        approval: of the promotion.
        folder: of the pins; None for the repository's.

    Raises:
        NotPromotableError: with all that is in the way.
    """
    case = target.case_of(known, to, model)
    before = _pinned(to, model, folder)
    approved_by, reference = _approval(approval, signed, before)
    pin = Pin(signed.digest, approved_by, reference, signed.text, signed.signature, signed.manifest)
    refused = [
        *map(str, target.refusals(case, known.name, model, signed, pin, propose=approval.propose)),
        *verifying.absences(session, signed.manifest),
    ]
    if refused:
        raise NotPromotableError("\n".join([f"{model!r} is not promoted to {to}:", *(f"  {text}" for text in refused)]))
    promotion = target.promotion_of(case)
    key = verifying.require_signature(session, signed, promotion.manifest_key_arn)
    return Promotion(
        environment=to,
        model=model,
        method=promotion.method,
        signed=signed,
        signed_by=key,
        replaces=before.digest if before else "",
        changes=differences(before.manifest, signed.manifest) if before else (),
        approved_by=approved_by,
        reference=reference,
    )


def write(promotion: Promotion, folder: Path | None = None) -> Promotion:
    """Pin what was prepared; pinned twice, it changes nothing."""
    approval = promotion.approved_by, promotion.reference
    written = writing.write(promotion.environment, promotion.model, promotion.signed, approval, folder)
    return replace(promotion, written=tuple(written))


def _pinned(environment: str, model: str, folder: Path | None) -> Pin | None:
    """What is pinned now, if it can be read: a broken pin is replaced."""
    found: list[Problem] = []
    return pins.read(environment, model, promote_command("", environment, model), found, folder)


def _approval(approval: Approval, signed: Signed, before: Pin | None) -> tuple[str, str]:
    """Who approved, and where; an approval of this very manifest that is pinned already stays."""
    kept = (before.approved_by, before.reference) if before and before.digest == signed.digest else ("", "")
    return approval.approved_by or kept[0], approval.reference or kept[1]
