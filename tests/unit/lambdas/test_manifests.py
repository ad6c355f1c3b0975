"""Issuing a manifest: written, signed, noted, in this order; doing it twice changes nothing."""

from dataclasses import replace

import pytest

from finetuning import manifest
from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, TrainingSlot
from finetuning.lifecycle.candidate import unjudged
from finetuning.lifecycle.verdict import Promoted
from lambdas.driver.manifests import Manifests
from lambdas.registry import Registry
from tests.fakes.judging import FakeEvidence, FakeManifestsStore, FakeSigning
from tests.fakes.table import FakeTable
from tests.unit.finetuning.test_manifest_issuing import DOCUMENT, GENERATION, URI

ISSUE = Decision(Action.ISSUE_MANIFEST, GENERATION.id)


class Evidence(FakeEvidence):
    """Has the evaluation document too."""

    def read(self, uri: str) -> bytes | None:
        assert uri, "there is nothing of that name"
        return DOCUMENT if uri == URI else None


class Issuing:
    """A registry with one judged generation, and what issues its manifest."""

    def __init__(self) -> None:
        self.table, self.store, self.signing = FakeTable(), FakeManifestsStore(), FakeSigning("key")
        self.registry = Registry("finetuning", "dev", self.table)
        slot = TrainingSlot(owner="stack", removed=False, current_id=GENERATION.id, generations=(GENERATION,))
        self.registry.update("faq", lambda record: replace(record, training=slot))

    def issue(self, key: str = "key", code: str = "e" * 64, record: ModelRecord | None = None) -> None:
        issuing = Manifests(
            registry=self.registry,
            evidence=Evidence(),
            store=self.store,
            signing=FakeSigning(key),
            key_arn=key,
            code_version=code,
        )
        issuing.issue(record or self.record, Observed(), ISSUE)

    @property
    def record(self) -> ModelRecord:
        return self.registry.read("faq")

    @property
    def noted(self) -> str:
        [generation] = self.record.training.generations
        return generation.manifest


@pytest.fixture
def issuing() -> Issuing:
    return Issuing()


def test_manifest_is_written_signed_and_noted(issuing: Issuing) -> None:
    """By the digest of what was written."""
    issuing.issue()
    [(digest, content)] = issuing.store.kept.items()
    assert issuing.noted == digest == manifest.digest(content)
    assert manifest.read(content).evaluation is not None
    assert issuing.signing.verify("key", digest, issuing.store.signatures[digest].signature)


def test_issued_twice_it_is_the_same(issuing: Issuing) -> None:
    """The note was lost: nothing is written or signed again."""
    issuing.issue()
    kept, signatures, noted = dict(issuing.store.kept), dict(issuing.store.signatures), issuing.noted
    issuing.registry.update("faq", lambda r: r.with_training(replace(GENERATION, manifest="")))
    issuing.issue()
    assert (issuing.store.kept, issuing.store.signatures, issuing.noted) == (kept, signatures, noted)
    writes = issuing.table.writes
    issuing.issue(code="another version")
    assert (issuing.store.kept, issuing.table.writes) == (kept, writes)


def test_nothing_is_noted_before_it_is_signed(issuing: Issuing) -> None:
    """Whoever reads the note relies on the signature."""

    def refuse(model: str, digest: str, signature: object) -> None:
        assert issuing.noted == ""
        raise ConnectionError

    issuing.store.keep_signature = refuse  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        issuing.issue()
    assert issuing.noted == ""
    assert issuing.store.kept


def test_signature_of_a_key_that_is_gone_is_made_anew(issuing: Issuing) -> None:
    """It convinces nobody."""
    issuing.issue(key="an older key")
    issuing.registry.update("faq", lambda r: r.with_training(replace(GENERATION, manifest="")))
    issuing.issue()
    [signature] = issuing.store.signatures.values()
    assert signature.key_arn == "key"


def test_promoted_model_has_its_manifest_already(issuing: Issuing) -> None:
    """The source issued it."""
    promoted = Promoted("swap", GENERATION.model_arn, GENERATION.job_arn, GENERATION.job_name, "f" * 64)
    issuing.registry.update("faq", lambda r: r.with_training(replace(GENERATION, promoted=promoted)))
    issuing.issue()
    assert issuing.store.kept == {}


def test_generation_that_is_gone_is_let_be(issuing: Issuing) -> None:
    """It was forgotten since the look."""
    issuing.registry.update("faq", lambda r: replace(r, training=TrainingSlot()))
    issuing.issue()
    assert issuing.store.kept == {}


def test_manifest_of_a_model_that_is_judged_again_meanwhile_is_not_noted(issuing: Issuing) -> None:
    """It vouches for a verdict that nobody goes by any more."""
    before = issuing.record
    issuing.registry.update("faq", lambda r: r.with_training(unjudged(GENERATION)))
    issuing.issue(record=before)
    assert issuing.noted == ""
