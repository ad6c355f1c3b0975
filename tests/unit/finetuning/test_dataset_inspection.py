"""The standard inspections find nothing in a good dataset, and each of their codes in a bad one."""

import io
import json
from pathlib import Path

import pytest

from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.dataset.inspections.inspection import standard_inspections
from finetuning.dataset.report import document
from finetuning.dataset.rules import RULES
from tests.fakes.records import HAIKU, compact, findings, messages, prose

SAMPLE = Path(__file__).parents[3] / "datasets" / "bedrock-faq"


def lines(split):
    return [compact(json.loads(line)) for line in (SAMPLE / f"{split}.jsonl").read_bytes().splitlines()]


def found(*splits):
    return [finding for inspection in standard_inspections(HAIKU) for finding in findings(inspection, *splits)]


def test_shipped_sample_gives_no_false_alarm():
    assert found(lines("training"), lines("validation")) == []


def test_every_code_of_an_inspection_is_found():
    training = [messages(" ".join(prose(40, seed)), " ".join(prose(40, -seed))) for seed in range(1, 60)]
    near = messages(" ".join([*prose(40, 5)[:-1], "other"]), " ".join(prose(40, -5)))
    broken = [
        training[0],
        messages(" ".join(prose(40, 1)), "another answer"),
        near,
        messages("too long", "a" * 20_000),
        messages("who?", "jane@acme.io, key AKIA" + "QRSTUVWXYZ234567"),
    ]
    codes = {flaw.code for _, _, flaw in found([*training, *broken], [training[3], near.replace(b"other", b"one")])}
    assert codes == {code for code in RULES if code.startswith(("DS6", "DS7"))}


def test_report_shows_nothing_of_what_was_found():
    """A secret, an address, a card number, and the texts of duplicates stay where they are."""
    canaries = ["AKIAQRSTUVWXYZ234567", "jane@acme.io", "4539 1488 0343 6467", "canary"]
    record = messages("canary " + " ".join(canaries), "canary")
    gate = Gate(HAIKU)
    for split in ("training", "validation"):
        for _ in gate.check(split, io.BytesIO(record * 2)):
            pass
    report = document(gate.report())
    assert {finding["code"] for finding in report["findings"]} >= {"DS601", "DS604", "DS701", "DS702"}
    assert not [canary for canary in canaries if canary in json.dumps(report)]


def test_inspections_of_two_datasets_know_nothing_of_each_other():
    record = messages("q", "a")
    for _ in range(2):
        assert found([record]) == []


@pytest.mark.parametrize("base_model", catalog.base_models(), ids=str)
def test_every_base_model_has_inspections(base_model):
    assert len(standard_inspections(base_model)) == 5
