"""What the demonstration of a refusal reads out of a deployment, and what it shows."""

import json
from pathlib import Path
from typing import Any

import pytest

from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.dataset.report import document
from ops.demo import cdk, findings, refusal
from ops.project import ROOT
from tests.unit.ops.screen import shown

#: Lines of CDK CLI 2.1146.1, shortened.
FAILURE = """
finetuning-local-Model-faq | 1/5 | 4:40:04 PM | CREATE_IN_PROGRESS | AWS::IAM::Policy | Sources (S81)
finetuning-local-Model-faq | 1/5 | 4:40:06 PM | CREATE_FAILED      | Custom::BedrockTrainingDataset | Dataset (D87) \
Received response status [FAILED] from custom resource. Message returned: DatasetRefusedError: the dataset has 2 \
errors, so no job was started; all of them: s3://data/reports/faq/5ec2/report.html
  DS102 training line 39: line is empty
  DS103 training line 8: not JSON | a comma (RequestId: d3191a9c)
finetuning-local-Model-faq | 1/5 | 4:40:06 PM | DELETE_IN_PROGRESS | Custom::BedrockTrainingDataset | Dataset (D87AF082)

Failed resources:
"""
REASON = [
    "the dataset has 2 errors, so no job was started; all of them: s3://data/reports/faq/5ec2/report.html",
    "  DS102 training line 39: line is empty",
    "  DS103 training line 8: not JSON | a comma (RequestId: d3191a9c)",
]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The report's document on the poisoned sample."""
    gate = Gate(catalog.find("claude-3-haiku"))
    for split, path in (("training", refusal.SAMPLE), ("validation", "datasets/bedrock-faq/validation.jsonl")):
        with Path(ROOT, path).open("rb") as file:
            for _ in gate.check(split, file):
                pass
    return document(gate.report())


def test_refusal_is_read_with_all_its_lines() -> None:
    """A reason of several lines is one reason, whatever stands around it."""
    assert refusal.refusal(tuple(FAILURE.splitlines())).splitlines() == REASON
    assert cdk.relevant(FAILURE.splitlines())[1:] == REASON[1:]


def test_other_failures_are_no_refusal() -> None:
    """A dataset that could not be read, or another resource, is not what is to be shown."""
    assert refusal.refusal(tuple(FAILURE.replace("DatasetRefusedError", "ObjectUnreadableError").splitlines())) == ""
    assert refusal.refusal(tuple(FAILURE.replace("BedrockTrainingDataset", "Other").splitlines())) == ""


def test_poisoned_sample_has_the_mistakes_that_its_readme_lists(report: dict[str, Any]) -> None:
    """Every line and every rule of the table is found, and nothing else."""
    readme = (ROOT / "datasets/bedrock-faq/README.md").read_text(encoding="utf-8")
    rows = [row.split("|") for row in readme.splitlines() if row.startswith("| ") and "DS" in row]
    listed = {
        (code.strip(), line) for _, lines, _, codes, _ in rows for code in codes.split(",") for line in every(lines)
    }
    listed = {(code.split(" ")[0], line) for code, line in listed if code.startswith("DS")}
    leak = {("DS604", 70)}
    found = {(each["code"], each["line"]) for each in report["findings"]}
    assert found == (listed - leak) | {("DS604", 10)}


def every(lines: str) -> range:
    """The lines of `75-87` or `4`."""
    first, _, last = lines.strip().partition("–")
    return range(int(first), int(last or first) + 1)


def test_findings_fit_100_columns_and_name_every_rule(report: dict[str, Any]) -> None:
    """Each rule stands with its first place and what to do."""
    text = shown(findings.render(report, "\n".join(REASON), ".local/demo/report.html", refusal.SAMPLE), 100)
    assert max(map(len, text.splitlines())) <= 100
    for code in report["summary"]["counts"]:
        assert code in text
    assert ".local/demo/report.html" in text
    assert "a comma before the closing bracket; remove it (and 14 more)" in " ".join(text.split())


def test_sample_holds_nothing_that_could_be_a_real_secret() -> None:
    """The key says in base64 that it is none."""
    text = Path(ROOT, refusal.SAMPLE).read_text(encoding="utf-8")
    assert "VGhpcyBpcyBub3QgYSBrZXku" in text
    assert json.loads(text.splitlines()[52])
