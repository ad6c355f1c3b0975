"""A generation has one manifest: the first that was noted, whoever comes second, and over what was judged."""

from dataclasses import replace

from finetuning import manifest
from finetuning.lifecycle import TrainingSlot
from finetuning.lifecycle.verdict import Verdict
from finetuning.manifest import Signature
from tests.fakes.judging import TRAINING, VALIDATION
from tests.unit.finetuning.test_manifest_issuing import GENERATION
from tests.unit.lambdas.test_manifests import Issuing


def test_manifest_that_was_noted_meanwhile_stays() -> None:
    """Two drivers issue: a pin may name the first one's digest already."""
    issuing = Issuing()
    before, late = "f" * 64, issuing.record
    issuing.registry.update("faq", lambda r: r.with_training(replace(GENERATION, manifest=before)))
    issuing.issue(record=late)
    assert issuing.noted == before


def test_model_that_was_not_judged_on_records_has_a_manifest_without_an_evaluation() -> None:
    """Nothing is looked for in its place."""
    issuing = Issuing()
    verdict = Verdict("0123", passed=True, mode="enabled")
    issuing.registry.update("faq", lambda r: r.with_training(replace(GENERATION, verdict=verdict)))
    issuing.issue()
    [content] = issuing.store.kept.values()
    found = manifest.read(content)
    assert (found.evaluation, found.code_version) == (None, "e" * 64)
    assert {file.sha256 for file in found.files} == {manifest.digest(text.encode()) for text in (TRAINING, VALIDATION)}


def test_signature_says_whose_and_of_what_kind_it_is() -> None:
    """As a verifier in another account has to know."""
    issuing = Issuing()
    issuing.issue()
    [(digest, signature)] = issuing.store.signatures.items()
    assert (digest, signature.key_arn, signature.algorithm) == (issuing.noted, "key", "ECDSA_SHA_256")


def test_signature_that_is_good_is_not_made_anew() -> None:
    """Each one differs, and one may have been copied into a pin."""
    issuing = Issuing()
    issuing.issue()
    [digest] = issuing.store.signatures
    kept = issuing.store.signatures[digest]
    issuing.registry.update("faq", lambda r: r.with_training(replace(GENERATION, manifest="")))
    issuing.issue()
    assert issuing.store.signatures[digest] is kept


def test_generation_that_is_forgotten_while_its_manifest_is_signed_is_let_be() -> None:
    """There is nothing left to note it on; the manifest stays where it was written."""
    issuing = Issuing()

    def forgets(model: str, digest: str, signature: Signature) -> None:
        issuing.registry.update("faq", lambda r: replace(r, training=TrainingSlot()))

    issuing.store.keep_signature = forgets  # type: ignore[method-assign]
    issuing.issue()
    assert issuing.record.training == TrainingSlot()
    assert len(issuing.store.kept) == 1
