"""Every rule is complete, its example is one, and the page about the rules is the one in docs."""

import json
import re
from pathlib import Path

import pytest

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.presentation import rules_page
from finetuning.dataset.purpose import held_to
from finetuning.dataset.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "data-rules.md"
EXAMPLES = rules_page.examples()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_is_complete_and_reads_as_a_sentence(rule):
    """A title, a reason, an instruction and a source; errors of Bedrock's cannot be waived."""
    assert re.fullmatch(r"DS[1-7]\d\d", rule.code)
    assert rule.title[0].islower() or rule.title.startswith(("NaN", "URI"))
    assert rule.why.endswith(".")
    assert rule.why[0].isupper()
    assert rule.fix[0].islower()
    assert not rule.fix.endswith(".")
    assert rule.source
    assert rule.severity in {"error", "warning"}
    assert rule.waivable == (rule.severity == "warning" or rule.code in {"DS604", "DS701"})


def test_codes_are_those_that_reports_and_logs_know():
    """A code is never renamed or used anew; new ones may come."""
    ranges = [(101, 111), (201, 211), (301, 307), (401, 403), (501, 507), (601, 606), (701, 702)]
    assert list(RULES) == [f"DS{number}" for first, last in ranges for number in range(first, last + 1)]


@pytest.mark.parametrize(("code", "example"), EXAMPLES.items(), ids=EXAMPLES)
def test_example_of_a_rule_breaks_it_and_its_repair_breaks_none(code, example):
    """What the page shows is what the gate says."""
    found = []
    for line in (example.bad, example.good):
        base_model = held_to(catalog.find(example.base_model), example.customization_type)
        dataset = DatasetCheck(base_model, "test")
        dataset.feed(line.encode())
        found.append(sorted({finding.code for finding in dataset.finish().findings}))
    assert found == [sorted({code, *example.also}), []]


def test_every_rule_of_one_record_has_an_example():
    """What can be shown in one line is shown."""
    shown = {code for code in RULES if "DS200" < code < "DS402"}
    assert shown | {"DS103", "DS104", "DS105", "DS111"} == set(EXAMPLES)


def test_page_in_docs_is_made_from_the_rules():
    """Make it anew with the command in its second line."""
    assert PAGE.read_text(encoding="utf-8") == rules_page.page()
    assert rules_page.COMMAND in rules_page.page()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_page_has_an_anchor_and_all_facts_of_each_rule(rule):
    """A report links to docs/data-rules.md#ds301."""
    page = rules_page.page()
    assert f"](#{rule.code.lower()}) | {rule.title} | {rule.severity} | {'yes' if rule.waivable else 'no'} |" in page
    section = page.split(f"\n### {rule.code}\n")[1].split("\n#")[0]
    assert rule.why in section
    assert f"- Do this: {rule.fix}." in section
    assert f"- Source: {rule.source}." in section
    assert ("cannot be waived" in section) != rule.waivable
    if rule.code in EXAMPLES:
        assert f"```text\n{EXAMPLES[rule.code].bad}\n{EXAMPLES[rule.code].good}\n```" in section


def test_examples_are_kept_as_data():
    """The file has no codes that do not exist, and no keys that nobody reads."""
    document = json.loads(Path(rules_page.__file__).with_name("rule_examples.json").read_text(encoding="utf-8"))
    assert set(document) <= set(RULES)
