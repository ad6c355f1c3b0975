"""One version of a model by its generation or its manifest's digest, and what two versions differ in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from configuration import pins
from configuration.rules import promote_command
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.manifest import Difference, Manifest
from finetuning.manifest import read as read_manifest
from finetuning.manifest.issuing import Evidence, manifest_of
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean
from lambdas.gateways.evidence import EvidenceGateway
from ops.errors import OperatorError, UsageError
from ops.promotion.source import issued, serving_generation, store
from ops.session import Session

#: Fewer digits of a digest could mean several.
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SHORTEST = 8


class UnknownVersionError(OperatorError):
    """There is no such version."""


@dataclass(frozen=True)
class Lineage:
    """A version's manifest; `digest` is "" if none was issued, and it was put together from registry and bucket.

    `promotion_approved_by` is who let a promoted model into the environment; "" if it was trained there.
    """

    manifest: Manifest
    digest: str
    promotion_approved_by: str = ""


def find(session: Session, model: str, reference: str | None, folder: Path | None = None) -> Lineage:
    """The version that is asked for: a generation, a manifest's digest or its beginning; None is what is in service.

    Raises:
        UnknownVersionError: there is none.
    """
    record = session.registry().read(model)
    generation = serving_generation(record) if reference is None else record.training.find(reference)
    if generation is not None:
        return _of_generation(session, record, generation, folder)
    if reference is None:
        raise UnknownVersionError(
            f"no version of {model!r} is in service in {record.environment}; name one of "
            f"{_known(record)} (python -m ops models history --env {record.environment})"
        )
    return _of_digest(session, model, _digest(record, reference), folder)


def lines(changes: Sequence[Difference]) -> Iterator[str]:
    """Yield one line for each field in which two versions differ."""
    for change in changes:
        yield f"{change.path}: {_shown(change.one)} → {_shown(change.other)}"


def _of_generation(
    session: Session, record: ModelRecord, generation: TrainingGeneration, folder: Path | None
) -> Lineage:
    if generation.promoted is not None:
        found = _of_digest(session, record.model, generation.promoted.manifest, folder)
        return replace(found, promotion_approved_by=generation.promoted.approved_by)
    if generation.manifest:
        return Lineage(issued(session, record.model, generation.manifest).manifest, generation.manifest)
    evidence = EvidenceGateway(
        session.outputs("Foundation")["OutputBucketName"], session.environment.account, session.client("s3")
    )
    uri = generation.verdict.uri if generation.verdict else ""
    files = evidence.metrics_files(record.model, generation.id)
    written = Evidence(tuple(files.values()), evidence.read(uri) if uri else None)
    return Lineage(manifest_of(record, generation, written), "")


def _of_digest(session: Session, model: str, digest: str, folder: Path | None) -> Lineage:
    """Read it from the repository, where promoted ones are, or from the bucket of the environment."""
    if pins.manifest_file(digest, folder).is_file():
        found: list[Problem] = []
        command = promote_command("", session.environment.name, model)
        pinned = pins.read_manifest(digest, command, found, folder)
        if pinned is None:
            raise UnknownVersionError("; ".join(map(str, found)))
        return Lineage(pinned[2], digest)
    content = store(session).read(model, digest)
    if content is None:
        raise UnknownVersionError(
            f"there is no manifest {digest}: neither in {pins.FOLDER.name}/{pins.MANIFESTS}/ nor in the output bucket "
            f"of {session.environment.name}; see python -m ops models history --env {session.environment.name}"
        )
    return Lineage(read_manifest(content), digest)


def _digest(record: ModelRecord, reference: str) -> str:
    """The digest that is meant, from those that the registry knows."""
    if _DIGEST.fullmatch(reference):
        return reference
    known = {g.promoted.manifest if g.promoted else g.manifest for g in record.training.generations} - {""}
    meant = [digest for digest in known if len(reference) >= _SHORTEST and digest.startswith(reference)]
    if len(meant) == 1:
        return meant[0]
    ids = [generation.id for generation in record.training.generations]
    fix = did_you_mean(reference, ids) or f"known: {_known(record)}"
    raise UsageError(f"{reference!r} is no generation of {record.model!r} and no manifest's digest; {fix}")


def _known(record: ModelRecord) -> str:
    return ", ".join(generation.id for generation in record.training.generations) or "none"


def _shown(value: object) -> str:
    return "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
