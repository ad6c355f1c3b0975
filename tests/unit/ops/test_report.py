"""`report` shows the page that an evaluation wrote, or makes it of what is there."""

import json
import webbrowser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from configuration import pins
from finetuning import metrics
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.verdict import Promoted
from ops.__main__ import main
from ops.commands import report as command
from tests.fakes import manifests
from tests.unit import run_reports as reports
from tests.unit.ops.account import Account

FOLDER = f"evaluations/faq/{reports.GENERATION}/{'e' * 16}"
TRAINING = f"outputs/faq/{reports.GENERATION}/job/training_artifacts/{metrics.TRAINING_FILE}"
LOSSES = "step_number,epoch_number,training_loss\n1,1,1.50\n2,2,0.75\n"
DATASET = {"summary": {"files": [{"split": "training", "sha256": "ab" * 32, "records": 85, "estimated_tokens": 9332}]}}


class S3:
    """Objects by key."""

    def __init__(self, objects: Mapping[str, str]) -> None:
        self._objects = objects

    def get_paginator(self, _operation: str) -> "S3":
        return self

    def paginate(self, Prefix: str, **_: Any) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key} for key in self._objects if key.startswith(Prefix)]}]

    def get_object(self, Key: str, **_: Any) -> Mapping[str, Any]:
        if Key not in self._objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": Key}}, "GetObject")
        return {"Body": _Body(self._objects[Key])}


class _Body:
    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> bytes:
        return self._text.encode()


class Evaluated(Account):
    """An account with objects in its buckets."""

    def __init__(self, objects: Mapping[str, str]) -> None:
        super().__init__()
        self._s3 = S3(objects)

    def client(self, service: str) -> Any:
        """S3 alone is asked."""
        assert service == "s3"
        return self._s3

    def outputs(self, stack: str) -> Mapping[str, str]:
        """With the dataset's report."""
        return {**super().outputs(stack), "DatasetReport": "s3://data/reports/faq/1/report.html"}


def judged(*, passed: bool = True) -> ModelRecord:
    """A record with a verdict and its document."""
    verdict = replace(reports.verdict(passed=passed), uri=f"s3://output/{FOLDER}/evaluation.json")
    return reports.record(reports.trained(evaluation=reports.wanted(), verdict=verdict))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Evaluated:
    """A model that was judged and did not pass."""
    objects = {
        f"{FOLDER}/evaluation.json": json.dumps(reports.document(passed=False)),
        f"{FOLDER}/report.html": "<p>as it was written</p>",
        TRAINING: LOSSES,
        "reports/faq/1/report.json": json.dumps(DATASET),
    }
    return use(monkeypatch, objects, judged(passed=False))


def use(monkeypatch: pytest.MonkeyPatch, objects: Mapping[str, str], record: ModelRecord) -> Evaluated:
    """Work on an account with these objects and this record."""
    account = Evaluated(objects)
    account.keep(record)
    monkeypatch.setattr(command, "open_session", lambda env: account)
    return account


def test_verdict_reasons_and_address_are_told(account: Evaluated, capsys: pytest.CaptureFixture[str]) -> None:
    """In a few lines."""
    assert main(["report"]) == 0
    out = capsys.readouterr().out
    assert f"faq {reports.GENERATION}: It does not pass the quality gate" in out
    assert reports.REASON in out
    assert f"report: s3://output/{FOLDER}/report.html" in out


def test_page_is_the_one_that_was_written(account: Evaluated, tmp_path: Path) -> None:
    """Byte for byte."""
    assert main(["report", "--output", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.html").read_text() == "<p>as it was written</p>"


def test_page_made_anew_has_what_is_there_now(account: Evaluated, tmp_path: Path) -> None:
    """Losses, dataset, evaluation."""
    assert main(["report", "--anew", "--output", str(tmp_path / "page.html")]) == 0
    text = (tmp_path / "page.html").read_text()
    for part in ("It does not pass the quality gate", "85 records", "reports/faq/1/report.html", "0.7500", "us-west-2"):
        assert part in text


def test_verdict_of_the_gate_before_stands_for_a_model_that_has_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its document and page; a verdict of the present gate will never come."""
    objects = {f"{FOLDER}/evaluation.json": json.dumps(reports.document()), f"{FOLDER}/report.html": "<p></p>"}
    generation = judged().training.generations[0]
    another = replace(reports.wanted(), id="f" * 16)
    use(monkeypatch, objects, reports.record(replace(generation, served=True, evaluation=another)))
    assert main(["report"]) == 0
    out = capsys.readouterr().out
    assert "It passed the gate before; the present one applies from the next training" in out
    assert "awaited" not in out
    assert f"report: s3://output/{FOLDER}/report.html" in out


def test_page_is_made_where_no_evaluation_wrote_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A training without evaluation has losses, data, lineage and cost."""
    use(monkeypatch, {TRAINING: LOSSES}, reports.record(reports.trained()))
    assert main(["report", "--output", str(tmp_path / "page.html")]) == 0
    assert "Trained, not evaluated" in (tmp_path / "page.html").read_text()


def test_nobody_is_sent_to_a_page_that_does_not_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict names a document whose page was never written."""
    use(monkeypatch, {f"{FOLDER}/evaluation.json": json.dumps(reports.document())}, judged())
    assert main(["report"]) == 0
    assert "make one with --output FILE or --open" in capsys.readouterr().out


def test_json_is_one_document(account: Evaluated, capsys: pytest.CaptureFixture[str]) -> None:
    """With all that the page shows."""
    assert main(["report", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["uri"].endswith("/report.html")
    assert document["report"]["headline"]["tone"] == "error"
    assert document["report"]["evaluation"]["checks"][3]["passed"] is False


def test_markdown_is_a_summary_without_texts_of_the_dataset(
    account: Evaluated, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a job's summary, which more people may read than the bucket."""
    assert main(["report", "--markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("## ❌")
    assert "model unit delivers" not in out


def test_losses_that_cannot_be_read_are_told_and_stop_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest is shown."""
    use(monkeypatch, {TRAINING: "nothing"}, judged())
    assert main(["report"]) == 0
    assert "the losses cannot be read" in capsys.readouterr().err


def test_browser_is_opened_only_when_asked(account: Evaluated, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a page below the project, unless a file is named."""
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    monkeypatch.setattr(command, "FOLDER", tmp_path / "reports")
    assert main(["report"]) == 0
    assert opened == []
    assert main(["report", "--open"]) == 0
    assert opened == [(tmp_path / "reports" / f"dev-faq-{reports.GENERATION}.html").as_uri()]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--generation", "9999999999-1"], 1, f"choose with --generation one of: {reports.GENERATION}"),
        (["--json", "--markdown"], 2, "exclude each other"),
    ],
)
def test_refusals(
    account: Evaluated, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    """Each says what to do."""
    assert main(["report", *arguments]) == code
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("there", [True, False])
def test_promoted_model_shows_the_evidence_of_its_manifest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    """From this clone; it has no job, no dataset and no evaluation of its own."""
    made = manifests.made()
    digest = manifests.digest_of(made)
    monkeypatch.setattr(pins, "FOLDER", tmp_path)
    if there:
        file = pins.manifest_file(digest)
        file.parent.mkdir()
        file.write_text(pins.manifest_text(manifests.text_of(made), manifests.signature_of(digest)))
    lent = Promoted("swap", made.custom_model_arn, made.job.arn, made.job.name, digest, "ada")
    account = use(monkeypatch, {}, reports.record(reports.trained(promoted=lent)))
    monkeypatch.setattr(account, "outputs", lambda stack: {"OutputBucketName": "output"})
    assert main(["report", "--markdown"]) == 0
    out = capsys.readouterr().out
    assert ("Promoted from dev&#44; where it passed the quality gate" in out) is there
    assert ("0.750" in out) is there
    assert ("is not in this clone" in out) is not there
