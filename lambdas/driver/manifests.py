"""The manifest of a model that is in service: written and signed before the registry says that there is one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from finetuning import manifest
from finetuning.lifecycle import Decision, ModelRecord, Observed, TrainingGeneration
from finetuning.manifest import ALGORITHM, Signature
from finetuning.manifest.issuing import Evidence, manifest_of
from lambdas import log
from lambdas.registry import Registry


class EvidenceStore(Protocol):
    """Reads what a model's training and evaluation left behind."""

    def metrics_files(self, model: str, generation: str) -> Mapping[str, tuple[str, bytes]]:
        """URI and content of a job's metrics files, by their name."""

    def read(self, uri: str) -> bytes | None:
        """An object's content, or None if there is none."""


class Store(Protocol):
    """Keeps manifests."""

    def keep(self, model: str, content: bytes) -> str:
        """Write a manifest unless it is there, and return its digest."""

    def signature(self, model: str, digest: str) -> Signature | None:
        """A manifest's signature, or None."""

    def keep_signature(self, model: str, digest: str, signature: Signature) -> None:
        """Write a manifest's signature."""


class Signing(Protocol):
    """Signs and verifies digests."""

    def sign(self, digest: str) -> bytes:
        """The signature of a SHA-256."""

    def verify(self, key_arn: str, digest: str, signature: bytes) -> bool:
        """Whether this key signed this SHA-256."""


class Manifests:
    """Issues manifests; each may be issued twice, and is then the same."""

    def __init__(
        self,
        *,
        registry: Registry,
        evidence: EvidenceStore,
        store: Store,
        signing: Signing,
        key_arn: str,
        code_version: str,
    ) -> None:
        """Keep what issuing works with.

        Args:
            registry: where it is noted.
            evidence: what was trained and judged.
            store: of manifests.
            signing: with the key of this ARN.
            key_arn: of the environment's manifest key.
            code_version: digest of the functions' source.
        """
        self._registry, self._evidence, self._store = registry, evidence, store
        self._signing, self._key_arn, self._code_version = signing, key_arn, code_version

    def issue(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Write the manifest, sign it, and only then note its digest on the generation."""
        generation = record.training.find(decision.generation_id)
        if generation is None or generation.manifest or generation.promoted is not None:
            return
        issued = manifest_of(record, generation, self._evidence_of(record, generation))
        digest = self._store.keep(record.model, manifest.canonical(issued.document()))
        self._sign(record.model, digest)
        log.info("manifest issued", model=record.model, generation=generation.id, manifest=digest)
        self._registry.update(record.model, _noted(generation, digest))

    def _evidence_of(self, record: ModelRecord, generation: TrainingGeneration) -> Evidence:
        files = self._evidence.metrics_files(record.model, generation.id)
        uri = generation.verdict.uri if generation.verdict else ""
        evaluation = self._evidence.read(uri) if uri else None
        return Evidence(tuple(files.values()), evaluation, self._code_version)

    def _sign(self, model: str, digest: str) -> None:
        """Sign anew only what has no signature of this key: one of a key that is gone convinces nobody."""
        kept = self._store.signature(model, digest)
        if kept is not None and self._signing.verify(self._key_arn, digest, kept.signature):
            return
        self._store.keep_signature(model, digest, Signature(self._key_arn, ALGORITHM, self._signing.sign(digest)))


def _noted(issued: TrainingGeneration, digest: str) -> Callable[[ModelRecord], ModelRecord]:
    """The note on a generation; one that is judged again since has another manifest, or none."""

    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(issued.id)
        if generation is None or generation.manifest:
            return record
        if (generation.curve, generation.verdict) != (issued.curve, issued.verdict):
            return record
        return record.with_training(replace(generation, manifest=digest))

    return change
