"""GitHub is told what matters first, in its own syntax, whatever the texts are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.presentation.annotations import github, markdown_summary
from finetuning.dataset.report import DatasetReport, document
from finetuning.dataset.rules import RULES
from tests.unit.report_page import BROKEN, HAIKU, split

#: Source: actions/runner, src/Runner.Common/ActionCommand.cs, `TryParseV2`.
COMMAND = re.compile(r"::(?P<command>[a-z]+) (?P<properties>[^\n]*?)::(?P<message>[^\n]*)")


def dataset(*splits, waivers=None):
    """Return the report of a dataset."""
    return DatasetReport(HAIKU, splits, (), waivers or {})


def commands(*splits, waivers=None):
    """Return the annotations as GitHub reads them: command, properties and message."""
    return read(github(dataset(*splits, waivers=waivers)))


def read(lines):
    """Return commands as GitHub reads them; those that it does not recognise are missing."""
    found = [each for each in map(COMMAND.fullmatch, lines) if each]
    return [(each["command"], properties(each["properties"]), decoded(each["message"])) for each in found]


def properties(text):
    return {name: decoded(value) for name, value in (pair.split("=", 1) for pair in text.split(","))}


def decoded(text):
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_finding_in_a_file_of_the_repository_is_annotated_at_its_line():
    assert commands(split(BROKEN[0], file="data/a,b:100%.jsonl")) == [
        (
            "error",
            {"file": "data/a,b:100%.jsonl", "line": "41", "title": "DS301 unknown role"},
            f"messages[1].role: role is usr, allowed are user and assistant; {RULES['DS301'].fix}",
        )
    ]


@pytest.mark.parametrize(
    ("flaw", "place"),
    [(BROKEN[0], "s3://data/training.jsonl line 41: messages[1].role: "), (BROKEN[3], "s3://data/training.jsonl: ")],
)
def test_finding_elsewhere_is_placed_in_words(flaw, place):
    ((_, found, message),) = commands(split(flaw))
    assert set(found) == {"title"}
    assert message.startswith(place + flaw[3])


def test_errors_come_first_and_each_rule_before_any_twice():
    roles = [("DS301", line, "", "role.", "") for line in range(1, 16)]
    flaws = [("DS504", None, "", "few.", ""), *roles, ("DS401", 99, "", "reserved.", "")]
    found = commands(split(*flaws, counts={"DS301": 200, "DS401": 1, "DS504": 1}))
    assert [command for command, _, _ in found] == ["error"] * 10 + ["warning", "notice"]
    assert [each["title"][:5] for _, each, _ in found[:3]] == ["DS301", "DS401", "DS301"]
    assert found[-1][2] == "191 more errors not shown here"


def test_waived_findings_are_left_out():
    assert commands(split(BROKEN[3], waivers={"DS504": "a first try"}), waivers={"DS504": "a first try"}) == []


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_stays_within_its_annotation(text):
    for line in github(dataset(split(("DS301", 1, text, text, text), file=text))):
        line.encode()
        assert "\n" not in line
        assert "\r" not in line
        ((command, found, _),) = read([line])
        assert command == "error"
        assert set(found) <= {"file", "line", "title"}


def test_summary_has_verdict_files_rules_and_examples():
    waivers = {"DS504": "a first try"}
    summary = markdown_summary(document(dataset(split(*BROKEN, waivers=waivers), waivers=waivers), epochs=10))
    assert summary.startswith("## ❌ Not ready: 3 errors\n\nDataset for **Claude 3 Haiku**\n")
    assert "| Anthropic Messages | 85 | 84 | 9,332 |" in summary
    assert "About 93,320 tokens are billed for 10 epochs, at most." in summary
    assert "### DS301 unknown role: 2 errors" in summary
    assert "1 waived" in summary
    assert "Waived because: a first try" in summary
    assert " line 41**&#44; messages&#91;1&#93;&#46;role: role is usr" in summary
    assert markdown_summary(document(dataset(split()))).startswith("## ✅ Ready to train\n")


def test_summary_counts_what_it_leaves_out():
    flaws = [("DS301", line, "", "role.", "") for line in range(1, 21)]
    assert "- … and 197 more" in markdown_summary(document(dataset(split(*flaws, counts={"DS301": 200}))))


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_no_text_is_markup_in_the_summary(text):
    plain = markdown_summary(document(dataset(split(("DS301", 1, "p", "m", ""), file="f"))))
    summary = markdown_summary(document(dataset(split(("DS301", 1, text, text, ""), file=text))))
    summary.encode()
    assert summary.count("\n") == plain.count("\n")
    assert re.findall(r"[`|<>\[\]]", summary) == re.findall(r"[`|<>\[\]]", plain)


def test_largest_summary_is_far_below_the_limit_of_github():
    flaws = [(code, line, "x" * 9_999, "m" * 9_999, "e" * 9_999) for code in RULES for line in range(20)]
    splits = (split(*flaws), split(*flaws, name="validation"), split(*flaws, name="test"))
    assert len(markdown_summary(document(dataset(*splits))).encode()) < 1_000_000
