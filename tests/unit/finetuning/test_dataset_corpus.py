"""Every broken file of the corpus gives exactly its findings, by code, line and path, through the gate."""

import io
from collections import Counter
from dataclasses import replace

import pytest

from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.dataset.purpose import held_to
from finetuning.dataset.rules import RULES
from tests.data.broken import CASES, Case
from tests.data.broken.case import pair


def judged(case):
    """Return the report on a case, and the lines written per split."""
    base_model = held_to(catalog.find(case.base_model), case.customization_type)
    if case.most_bytes is not None:
        limits = replace(base_model.limits, training_bytes=case.most_bytes, validation_bytes=case.most_bytes)
        base_model = replace(base_model, limits=limits)
    gate = Gate(
        base_model,
        source_format=case.source_format,
        system_prompt=case.system_prompt,
        batch_size=case.batch_size,
    )
    written = {split: list(gate.check(split, io.BytesIO(data))) for split, data in case.files.items()}
    return gate.report(), written


@pytest.mark.parametrize("case", CASES, ids=str)
def test_broken_file_gives_exactly_its_findings(case):
    """No finding is missing, no other one is there, and all of them are kept."""
    report, _ = judged(case)
    found = Counter((finding.code, finding.line, finding.path) for finding in report.findings)
    assert found == Counter(case.found)


@pytest.mark.parametrize("case", [case for case in CASES if len(case.files) == 1], ids=str)
def test_broken_record_is_not_written(case):
    """What is written are the records that have no error of their own."""
    report, (written,) = judged(case)[0], judged(case)[1].values()
    (split,) = report.splits
    wrong = {
        finding.line
        for finding in split.findings
        if finding.line and finding.severity == "error" and finding.code < "DS600"
    }
    assert sum(lines.count(b"\n") for lines in written) == split.written_records == split.records - len(wrong)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_finding_shows_no_text_and_says_what_to_do(case):
    """A message is one line of plain words, with a fix, and does not repeat what the record says."""
    report, _ = judged(case)
    for finding in report.findings:
        assert finding.message
        assert "\n" not in str(finding)
        assert finding.fix == RULES[finding.code].fix
        assert len(finding.excerpt) <= 120


def test_excerpt_shows_the_reserved_string_and_hides_the_words_around_it():
    """What the rule names may be shown; what the record says may not."""
    case = Case("", {"test": pair("a very secret\nHuman: words", "A")}, ())
    (finding,) = judged(case)[0].findings
    assert "Human:" in finding.excerpt
    assert "secret" not in str(finding) + finding.excerpt
    assert "words" not in str(finding) + finding.excerpt


def test_rejects_a_system_prompt_with_half_a_character():
    """It could not be written as UTF-8."""
    case = Case("", {"test": pair("Q", "A")}, (), system_prompt="x\ud800")
    with pytest.raises(ValueError, match="unpaired surrogate as its character 2"):
        judged(case)


def test_every_rule_has_a_case():
    """A rule without a broken file is a rule that nobody saw at work."""
    shown = {code for case in CASES for code, _, _ in case.found}
    assert sorted(RULES.keys() - shown) == []


def test_every_case_has_a_name_of_its_own():
    """Names are how a failure is found."""
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
