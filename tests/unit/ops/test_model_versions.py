"""`models history|show|diff|verify`, and the catalog beside them."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from configuration import pins
from finetuning.errors import FineTuningError
from finetuning.lifecycle.verdict import Promoted, Verdict
from finetuning.manifest import Metric
from ops.__main__ import main
from ops.commands import model_versions, verify
from ops.errors import UsageError
from ops.models import lineage, versions
from tests.fakes import manifests
from tests.unit.finetuning.test_manifest_issuing import GENERATION
from tests.unit.ops.promotable import Source, known, record

DIGEST = manifests.digest_of(manifests.made())
FAILED = Verdict("0456", False, "enabled", ("rouge_l is 0.1",))


@pytest.fixture
def source() -> Source:
    """An earlier version in service, and one that the gate stopped."""
    source = Source()
    [serving] = source.record().training.generations
    worse = replace(
        GENERATION, id="cccccccccc-1", model_arn="worse", verdict=FAILED, rejected="the quality gate: worse"
    )
    source.keep(record(serving, worse, serving=serving))
    source.held = ["prod"]
    return source


def command(monkeypatch: pytest.MonkeyPatch, source: Source, *arguments: str) -> int:
    for module in (model_versions, verify):
        monkeypatch.setattr(module, "open_session", lambda env: source)
    return main(["models", *arguments])


def test_history_has_every_version_newest_first(source: Source) -> None:
    """With its verdict, what it was rejected for, and which one serves."""
    worse, serving = versions.versions(source, "faq")
    assert (worse.generation, worse.verdict, worse.is_in_service) == ("cccccccccc-1", "failed", False)
    assert worse.reasons == ("the quality gate: worse", "rouge_l is 0.1")
    assert (serving.verdict, serving.curve, serving.mode, serving.is_in_service) == (
        "passed",
        "passed",
        "enabled",
        True,
    )
    assert (serving.manifest, serving.holds, serving.is_kept) == (DIGEST, ("prod",), True)
    assert serving.ended_at == "1970-01-01 00:16 UTC"


def test_history_of_a_promoted_model_names_its_source(tmp_path: Path) -> None:
    """Its job is the source's, and its manifest the pinned one."""
    promoted = Promoted("swap", manifests.MODEL_ARN, manifests.JOB_ARN, manifests.JOB_NAME, DIGEST, "Ada", "R-1")
    [version] = versions.versions(Source(promoted=promoted, manifest="", intended=False), "faq")
    assert (version.status, version.manifest, version.approved_by) == ("promoted", DIGEST, "Ada")


def test_history_is_printed(
    source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a table, and as JSON."""
    assert command(monkeypatch, source, "history") == 0
    printed = capsys.readouterr().out
    assert "failed (gate enabled)" in printed
    assert "cccccccccc-1: the quality gate: worse" in printed
    assert command(monkeypatch, source, "history", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [version["generation"] for version in document["versions"]] == ["cccccccccc-1", "aaaaaaaaaa-1"]


@pytest.mark.parametrize("reference", [None, "aaaaaaaaaa-1", DIGEST, DIGEST[:8]])
def test_version_is_found(source: Source, tmp_path: Path, reference: str | None) -> None:
    """By its generation, by its manifest, or because it is in service."""
    found = lineage.find(source, "faq", reference, tmp_path)
    assert (found.digest, found.manifest) == (DIGEST, manifests.made())


def test_version_without_a_manifest_is_put_together(source: Source, tmp_path: Path) -> None:
    """From the registry and the bucket; nothing vouches for it."""
    losses = b"step_number,epoch_number,training_loss\n1,1,0.5\n"
    source.objects["outputs/faq/cccccccccc-1/step_wise_training_metrics.csv"] = losses
    found = lineage.find(source, "faq", "cccccccccc-1", tmp_path)
    assert found.digest == ""
    assert found.manifest.files[0].sha256 == sha256(losses).hexdigest()
    assert found.manifest.verdict is not None
    assert not found.manifest.verdict.passed


def test_manifest_of_the_repository_is_found(source: Source, tmp_path: Path) -> None:
    """That another environment issued."""
    other = manifests.made(generation="dddddddddd-1")
    digest = manifests.pin(tmp_path, other, "staging")
    assert lineage.find(source, "faq", digest, tmp_path).manifest == other
    pins.manifest_file(digest, tmp_path).write_text("{}", encoding="utf-8")
    with pytest.raises(FineTuningError, match="it was changed"):
        lineage.find(source, "faq", digest, tmp_path)


@pytest.mark.parametrize(
    ("reference", "error", "expected"),
    [
        ("aaaaaaaaaa-2", UsageError, "did you mean 'aaaaaaaaaa-1'?"),
        (DIGEST[:7], UsageError, "is no generation of 'faq' and no manifest's digest; known: aaaaaaaaaa-1, cccc"),
        ("f" * 64, lineage.UnknownVersionError, f"there is no manifest {'f' * 64}: neither in environments/manifests/"),
    ],
)
def test_unknown_version_is_refused(
    source: Source, tmp_path: Path, reference: str, error: type[Exception], expected: str
) -> None:
    """With what there is."""
    with pytest.raises(error) as refused:
        lineage.find(source, "faq", reference, tmp_path)
    assert expected in str(refused.value)


def test_nothing_in_service_is_said(tmp_path: Path) -> None:
    """And what could be asked for."""
    with pytest.raises(lineage.UnknownVersionError, match="no version of 'faq' is in service in dev; name one of aaaa"):
        lineage.find(Source(model_arn=""), "faq", None, tmp_path)


def test_version_is_shown(source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its lineage, for people and for programs."""
    assert command(monkeypatch, source, "show") == 0
    printed = capsys.readouterr().out
    for expected in (manifests.MODEL_ARN, "rouge_l 0.75 on 40 records", "by automatic", DIGEST):
        assert expected in printed
    assert command(monkeypatch, source, "show", "aaaaaaaaaa-1", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "digest": DIGEST,
        "promotion_approved_by": "",
        "manifest": manifests.made().document(),
    }


def test_two_versions_are_compared(
    source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Field by field, metrics included."""
    evaluation = manifests.made().evaluation
    assert evaluation is not None
    better = manifests.made(evaluation=evaluation._replace(metrics={"rouge_l": Metric(0.875, 40)}))
    other = manifests.digest_of(better)
    source.objects[f"manifests/faq/{other}.json"] = manifests.text_of(better).encode()
    assert command(monkeypatch, source, "diff", "aaaaaaaaaa-1", other) == 0
    assert capsys.readouterr().out == "evaluation.metrics.rouge_l.value: 0.75 → 0.875\n"
    assert command(monkeypatch, source, "diff", "aaaaaaaaaa-1", other, "--json") == 0
    assert json.loads(capsys.readouterr().out)["differences"] == [
        {"path": "evaluation.metrics.rouge_l.value", "one": 0.75, "other": 0.875}
    ]
    assert command(monkeypatch, source, "diff", DIGEST, DIGEST) == 0
    assert capsys.readouterr().out == "no difference\n"


@pytest.mark.parametrize("arguments", [["nova-lite"], ["catalog", "nova-lite"], ["nova-lite", "--on", "2026-11-22"]])
def test_catalog_is_asked_as_before(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is no command is a base model."""
    assert main(["models", *arguments]) == 0
    assert "Nova Lite" in capsys.readouterr().out


def test_misspelt_base_model_is_still_told(capsys: pytest.CaptureFixture[str]) -> None:
    """It is not called an unknown command."""
    assert main(["models", "nova-light"]) == 2
    assert "not in the catalog" in capsys.readouterr().err


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the repository's."""
    monkeypatch.setattr(pins, "FOLDER", tmp_path / "environments")
    return tmp_path / "environments"


def _staging(source: Source, **promotion: Any) -> Any:
    project = known(staging={"source": "dev", **promotion})
    source.environment = project.environments["staging"]
    return project


def test_pin_is_verified_before_a_deployment(pinned: Path) -> None:
    """Digest, fields, signature, and that job and model are there."""
    source = Source()
    project = _staging(source)
    assert "does not exist; write it with: python -m ops promote" in verify.problems(source, project, "faq")[0]
    manifests.pin(pinned, manifests.made(), "staging")
    assert verify.problems(source, project, "faq") == []
    source.trusted = []
    assert f"is not one of {manifests.ALIAS}" in verify.problems(source, project, "faq")[0]
    source = Source(job=replace(next(iter(Source().known_jobs.values())), model_status=None))
    _staging(source)
    assert "is gone, and not Active" in verify.problems(source, project, "faq")[0]


def test_promoted_model_is_shown_with_who_approved_the_promotion(
    pinned: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside who approved the model where it was trained; one that was trained here has no promotion."""
    manifests.pin(pinned, manifests.made(), "staging")
    promoted = Promoted("swap", manifests.MODEL_ARN, manifests.JOB_ARN, manifests.JOB_NAME, DIGEST, "Ada", "R-1")
    source = Source(promoted=promoted, manifest="", intended=False)
    assert command(monkeypatch, source, "show") == 0
    shown = capsys.readouterr().out
    assert f"  approved    by {manifests.made().approved_by}\n  promoted    approved by Ada\n" in shown
    assert command(monkeypatch, source, "show", "--json") == 0
    assert json.loads(capsys.readouterr().out)["promotion_approved_by"] == "Ada"
    assert command(monkeypatch, Source(), "show") == 0
    assert "promoted    approved by" not in capsys.readouterr().out


def test_verification_is_printed_and_fails(
    pinned: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the exit code that a pipeline stops at."""
    source = Source()
    project = _staging(source)
    monkeypatch.setattr("ops.project.load", lambda: project)
    manifests.pin(pinned, manifests.made(), "staging", approved_by="")
    assert command(monkeypatch, source, "verify", "--env", "staging") == 1
    assert "faq: cannot be deployed" in capsys.readouterr().out
    manifests.pin(pinned, manifests.made(), "staging")
    assert command(monkeypatch, source, "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"environment": "staging", "problems": {"faq": []}}


def test_environment_without_promotions_has_nothing_to_verify(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not an error."""
    monkeypatch.setattr("ops.project.load", known)
    assert command(monkeypatch, Source(), "verify") == 0
    assert "takes no model from another environment" in capsys.readouterr().out
