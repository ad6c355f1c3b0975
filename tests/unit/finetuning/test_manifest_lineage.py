"""What the manifest of a less usual training says: without a validation dataset, without an evaluation on records."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from finetuning import manifest
from finetuning.lifecycle import TrainingGeneration
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from finetuning.manifest import Epoch, Evaluation, Metric
from finetuning.manifest.issuing import EvidenceError, manifest_of
from tests.unit.finetuning.test_manifest_issuing import DOCUMENT, EVIDENCE, FILES, GENERATION, RECORD, URI, VERDICT

TEST, REPORT = f"s3://data/datasets/faq/{'d' * 64}/test.jsonl", "s3://data/datasets/faq/report.json"


def asked(settings: Mapping[str, Any], **changes: Any) -> TrainingGeneration:
    """The generation with an evaluation of these settings."""
    wanted = EvaluationWanted("0123", "enabled", settings, 60, own_endpoint=True)
    return replace(GENERATION, evaluation=wanted, **changes)


def test_training_without_a_validation_dataset_has_none() -> None:
    """And no validation losses."""
    settings = {name: value for name, value in GENERATION.settings.items() if name != "validationDataConfig"}
    found = manifest_of(RECORD, replace(GENERATION, settings=settings), EVIDENCE._replace(files=FILES[1:]))
    assert found.data == manifest.Data("a" * 64, "", "c" * 64)
    assert found.epochs == (Epoch(1, 1.75, None), Epoch(2, 0.9, None))


def test_validation_losses_alone_are_no_epochs() -> None:
    """The training's own file is missing; what is there keeps its digest."""
    found = manifest_of(RECORD, GENERATION, EVIDENCE._replace(files=FILES[:1]))
    assert (found.epochs, len(found.files)) == ((), 1)


def test_report_about_the_datasets_is_named() -> None:
    """Beside the test dataset that was wanted, if no document says on which it was judged."""
    bare = asked({"test_uri": TEST, "report_uri": REPORT}, verdict=Verdict("0123", passed=False, mode="enabled"))
    found = manifest_of(RECORD, bare, EVIDENCE._replace(evaluation=None))
    assert found.data == manifest.Data("a" * 64, "b" * 64, "d" * 64, REPORT)
    assert found.evaluation is None
    assert found.verdict is not None


@pytest.mark.parametrize("settings", [{}, {"test_uri": None, "report_uri": None}, {"test_uri": "", "report_uri": ""}])
def test_gate_on_losses_alone_names_no_test_dataset(settings: dict[str, Any]) -> None:
    """Nor a report that nobody wrote."""
    found = manifest_of(RECORD, asked(settings, verdict=None), EVIDENCE._replace(evaluation=None))
    assert found.data == manifest.Data("a" * 64, "b" * 64)


@pytest.mark.parametrize(("content", "found"), [(None, "nothing"), (b"{}", f"SHA-256 {sha256(b'{}').hexdigest()}")])
def test_document_that_is_not_the_judged_one_is_told_apart(content: bytes | None, found: str) -> None:
    """With the place where to look, and what to do."""
    with pytest.raises(EvidenceError) as refused:
        manifest_of(RECORD, GENERATION, EVIDENCE._replace(evaluation=content))
    assert str(refused.value) == (
        f"the evaluation document {URI} must have SHA-256 {VERDICT.digest}, which was judged; found {found}. Restore "
        "that version of the object, or judge the model again: python -m ops evaluate"
    )


def test_metric_that_does_not_say_on_how_many_records_stands_on_none() -> None:
    """It vouches for nothing."""
    content = DOCUMENT.replace(b', "records": 40', b"")
    judged = replace(GENERATION, verdict=replace(VERDICT, digest=sha256(content).hexdigest()))
    found = manifest_of(RECORD, judged, EVIDENCE._replace(evaluation=content))
    assert isinstance(found.evaluation, Evaluation)
    assert found.evaluation.metrics == {"rouge_l": Metric(1.0, 0), "f1": Metric(None, 0)}
