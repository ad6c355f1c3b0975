"""The report page shows everything that the document holds."""

import json

import pytest

from finetuning.dataset.presentation.html import ReportVersionError, render
from finetuning.dataset.report import Bar, DatasetReport, document
from finetuning.dataset.rules import RULES
from tests.unit.report_page import BROKEN, HAIKU, Page, page, split


def test_every_finding_is_shown_with_its_place_its_reason_and_its_fix():
    text = Page(page(split(*BROKEN))).text
    for code, line, path, message, excerpt in BROKEN:
        place = "whole file" if line is None else f"line {line} "
        for part in (code, place, path, message, excerpt, RULES[code].why, RULES[code].source, RULES[code].title):
            assert part in text


def test_more_findings_than_are_kept_are_counted():
    text = Page(page(split(*BROKEN, counts={"DS301": 1_234, "DS401": 1, "DS504": 1}))).text
    assert "Not ready: 1,235 errors" in text
    assert "1,234 found" in text
    assert "1,232 more like these, which are counted only" in text


def test_many_findings_of_a_rule_are_folded_and_all_there():
    html = page(split(*[("DS301", line, "", f"finding number {line}.", "") for line in range(1, 21)]))
    assert all(f"finding number {line}." in html for line in range(1, 21))
    assert "show 15 more" in html


@pytest.mark.parametrize(
    ("flaws", "waivers", "verdict"),
    [
        ((), {}, "Ready to train"),
        (BROKEN[3:], {}, "Ready, with 1 warning"),
        (BROKEN[2:], {}, "Not ready: 1 error"),
        (BROKEN, {}, "Not ready: 3 errors"),
        (BROKEN[3:], {"DS504": "a first try"}, "Ready to train"),
    ],
)
def test_verdict_stands_in_heading_and_title(flaws, waivers, verdict):
    html = page(split(*flaws, waivers=waivers), waivers=waivers)
    assert f"<title>{verdict} – dataset for Claude 3 Haiku</title>" in html
    assert f"{verdict}</h1>" in html


def test_waived_rules_are_shown_with_their_reason():
    waivers = {"DS504": "a first try", "DS702": "names of authors"}
    text = Page(page(split(*BROKEN[3:], waivers=waivers), waivers=waivers)).text
    assert "Waived because a first try" in text
    assert "DS702 names of authors 0" in text
    assert "waived 1 by 2 rules" in text


def test_each_file_shows_what_it_is_made_of():
    other = split(name="validation", file="s3://data/validation.jsonl", data_format="prompt-completion", records=32)
    text = Page(page(split(), other, epochs=10)).text
    for part in (
        "s3://data/training.jsonl",
        "s3://data/validation.jsonl",
        "85, of which 84 are good",
        "52.3 kB read, 51.5 kB as it would be staged",
        "ab" * 32,
        "prompt and completion, converted to Anthropic Messages",
        "9,332 in the good records",
        "33 – 64 48 % 40",
        "65 – 128 50 % 42",
        "about 143 tokens, under 1 % of the 32,000 that the base model takes",
        "2 95 % 80",
        "billed tokens ≈ 93,320 tokens × 10 epochs",
    ):
        assert part in text
    assert "257 – 512" not in text


def test_records_beyond_the_limit_stand_below_a_line():
    text = Page(page(split(tokens=(Bar(16_000, 80), Bar(32_000, 3), Bar(64_000, 1)), longest_tokens=40_000))).text
    assert "16,001 – 32,000 4 % 3 limit: 32,000 32,001 – 64,000 1 % 1" in text
    assert "about 40,000 tokens, 125 % of" in text


def test_limit_within_a_bar_is_said_to_be_there():
    html = page(split(tokens=(Bar(20_000, 80), Bar(40_000, 3), Bar(60_000, 1))))
    assert "20,000 95 % 80 limit: 32,000, within the next bar 20,001 – 40,000" in Page(html).text
    assert html.count('class="bar over"') == 1


def test_many_bars_are_joined():
    html = page(split(turns=dict.fromkeys(range(2, 1_002), 1), tokens=tuple(Bar(n, 1) for n in range(1, 999))))
    assert html.count("<rect") < 50
    assert "2 – 65" in Page(html).text


def test_empty_dataset_has_a_page():
    empty = split(records=0, written_records=0, data_format=None, turns={}, tokens=(), longest_tokens=0)
    assert "not recognised" in Page(page(empty)).text


def test_saved_document_gives_the_same_page():
    report = document(DatasetReport(HAIKU, (split(*BROKEN),), (), {}))
    assert render(json.loads(json.dumps(report))) == render(report)


def test_document_of_another_version_is_refused():
    with pytest.raises(ReportVersionError, match="version 99, this version of the project reads 1"):
        render({"version": 99})


def test_unknown_rule_of_a_saved_report_is_shown():
    report = json.loads(json.dumps(document(DatasetReport(HAIKU, (split(*BROKEN),), (), {}))).replace("DS301", "DS999"))
    assert "DS999 a rule of another version" in Page(render(report)).text
