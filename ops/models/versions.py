"""Every version of an environment's model: what was trained or promoted, how it was judged, and where it is now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table

from finetuning import names
from finetuning.lifecycle import ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.tagging import holds
from finetuning.lifecycle.verdict import Verdict
from ops.promotion.source import serving_generation
from ops.session import Session
from ops.status.attention import day
from ops.status.look import Lookout

_STYLES = {"passed": "green", "failed": "red"}


@dataclass(frozen=True)
class Version:
    """One generation.

    Attributes:
        status: of its job, or "promoted" if it was trained elsewhere.
        ended_at: when its job was seen at rest; "" before, and if it was trained elsewhere.
        is_kept: whether its custom model is there.
        curve: what the gate said of its losses: "passed", "failed" or "".
        verdict: what the gate said of its answers: "passed", "failed" or "".
        mode: of the gate; "" without one.
        reasons: why it was rejected or did not pass.
        manifest: SHA-256 of the one that was issued for it, or pinned; "" without.
        holds: environments that hold its model.
    """

    generation: str
    job_name: str
    status: str
    ended_at: str
    model_arn: str
    is_kept: bool
    is_in_service: bool
    curve: str
    verdict: str
    mode: str
    reasons: tuple[str, ...]
    manifest: str
    approved_by: str
    holds: tuple[str, ...]


def versions(session: Session, model: str) -> list[Version]:
    """All versions that the registry remembers, newest first."""
    record = session.registry().read(model)
    seen = Lookout(session).observe(record)
    return [_version(session, record, seen, generation) for generation in reversed(record.training.generations)]


def render(found: Iterable[Version]) -> Table:
    """One row for each version."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("generation", "job", "status", "verdict", "in service", "manifest", "approved by", "held for"):
        table.add_column(heading, header_style="dim", overflow="fold", no_wrap=heading == "generation")
    for version in found:
        table.add_row(
            version.generation,
            version.job_name,
            _status(version),
            _verdict(version),
            "yes" if version.is_in_service else "",
            version.manifest[:12],
            version.approved_by,
            ", ".join(version.holds),
        )
    return table


def reasons(found: Sequence[Version]) -> list[str]:
    """Why versions do not serve, a line each."""
    return [f"{version.generation}: {reason}" for version in found for reason in version.reasons]


def _version(session: Session, record: ModelRecord, seen: Observed, generation: TrainingGeneration) -> Version:
    serving, job = serving_generation(record), seen.jobs.get(generation.id)
    is_kept = job is not None and job.model_status is not None
    model_arn = generation.model_arn or (job.model_arn if job else "")
    held = holds(session.jobs().tags(model_arn)) if is_kept and model_arn else ()
    verdict = generation.verdict
    why = [generation.rejected, generation.failure] if generation.rejected or generation.failure else []
    failed = [r for judged in (generation.curve, verdict) if judged and not judged.passed for r in judged.reasons]
    return Version(
        generation=generation.id,
        job_name=generation.promoted.job_name if generation.promoted else generation.job_name,
        status="promoted" if generation.promoted else generation.status or "not started",
        ended_at=day(generation.ended_at) if generation.ended_at and not generation.promoted else "",
        model_arn=model_arn,
        is_kept=is_kept,
        is_in_service=serving is not None and serving.id == generation.id,
        curve=_word(generation.curve),
        verdict=_word(verdict),
        mode=verdict.mode if verdict else "",
        reasons=tuple(dict.fromkeys(reason for reason in (*why, *failed) if reason)),
        manifest=generation.promoted.manifest if generation.promoted else generation.manifest,
        approved_by=generation.promoted.approved_by if generation.promoted else generation.approved_by,
        holds=tuple(tag.removeprefix(names.HOLD_TAG_PREFIX) for tag in held),
    )


def _word(verdict: Verdict | None) -> str:
    return "" if verdict is None else "passed" if verdict.passed else "failed"


def _status(version: Version) -> str:
    gone = "" if version.is_kept or version.status not in ("Completed", "promoted") else ", model gone"
    ended = f" {version.ended_at}" if version.ended_at else ""
    return f"{version.status}{ended}{gone}"


def _verdict(version: Version) -> str:
    word = version.verdict or ("failed" if version.curve == "failed" else "")
    if not word:
        return "-"
    about = "losses" if not version.verdict else f"gate {version.mode}"
    style = _STYLES[word]
    return f"[{style}]{word}[/] ({about})"
