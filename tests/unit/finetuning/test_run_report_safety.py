"""Nothing in the run report can run or be fetched, whatever a model answers, and everybody can read it."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finetuning.run_report import render, summary
from tests.unit import run_reports as reports
from tests.unit.finetuning.test_dataset_html_safety import contrast
from tests.unit.report_page import Page

CANARY = "</script><script>alert(1)</script></style>\"'><img src=x onerror=alert(2)><svg onload=alert(3)>&amp;"
HOSTILE = ("a\u202eb", "c\x00d\x1b[31m", "e\ud800f", "w" * 5_000, "", "\n\n\t ")


def everywhere(text):
    """A document in which every text that is not a name of the page's own is this one."""
    document = reports.document(passed=False)
    for sample in (*document["samples"], *document["worst"]):
        sample |= {"id": text, "prompt": text, "reference": text, "answers": dict.fromkeys(sample["answers"], text)}
        sample["failures"] = {"base": text}
    for check in document["checks"]:
        check |= {"reason": text, "kind": text, "metric": text}
    for subject in document["subjects"].values():
        subject |= {"identity": text, "labels": {text: {"f1": 0.5, "records": 1}}}
        subject["metrics"][text] = subject["metrics"]["token_f1"]
    document["metrics"][0] |= {"name": text, "title": text, "unit": text}
    document["verdict"] |= {"reasons": [text], "notes": [text], "mode": text}
    return document | {"preset": text}


@pytest.mark.parametrize("text", [CANARY, *HOSTILE])
def test_no_text_can_become_markup(text):
    html = render(reports.report(everywhere(text), failure=text, rejected=text, approved_by=text))
    found = Page(html)
    assert not found.open
    assert not {"script", "img", "iframe", "object", "link", "base", "form"} & {tag for tag, _ in found.elements}
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html)
    html.encode()


def test_hostile_text_is_shown_as_it_is():
    found = Page(render(reports.report(everywhere(CANARY))))
    assert CANARY in found.text
    assert "\\u202e" in Page(render(reports.report(everywhere(HOSTILE[0])))).text


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_answer_gives_a_well_formed_page_and_summary(text):
    report = reports.report(everywhere(text))
    assert not Page(render(report)).open
    assert "<" not in summary(report)


@pytest.mark.parametrize("document", [None, reports.document(), reports.document(passed=False)])
def test_page_asks_for_nothing_and_its_policy_forbids_it(document):
    found = Page(render(reports.report(document)))
    forbidden = {"src", "style", "action", "srcset", "href", "xlink:href"}
    assert not [attributes for _, attributes in found.elements if forbidden & set(attributes)]
    assert not re.search(r"url\(|@import|@font-face|https?:", found.style)
    (policy,) = [meta["content"] for meta in found.all("meta") if "http-equiv" in meta]
    assert "default-src 'none'" in policy
    assert f"'sha256-{b64encode(sha256(found.style.encode()).digest()).decode()}'" in policy


@pytest.mark.parametrize("document", [None, reports.document(), reports.document(passed=False)])
def test_page_is_accessible(document):
    found = Page(render(reports.report(document)))
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    identifiers = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert {section["aria-labelledby"] for section in found.all("section")} <= set(identifiers)
    assert all(attributes.get("scope") in {"row", "col", "rowgroup"} for attributes in found.all("th"))
    assert found.all("html") == [{"lang": "en"}]


def test_every_figure_has_words_or_is_left_to_the_numbers_beside_it():
    found = Page(render(reports.report(reports.document())))
    outer = [svg for svg in found.all("svg") if "viewBox" not in svg and "viewbox" not in svg]
    assert all(svg.get("aria-label") or svg.get("aria-hidden") == "true" for svg in outer)
    assert len([svg for svg in outer if "interval" in svg.get("class", "")]) == 4


def test_colours_have_the_contrast_of_wcag_aa():
    """4.5 to 1 for text and 3 to 1 for what a chart says. Source: WCAG 2.2, success criteria 1.4.3 and 1.4.11."""
    blocks = re.findall(r":root \{(.*?)\}", Page(render(reports.report())).style, re.DOTALL)
    light, dark, _paper, second_light, second_dark, _second_paper = blocks
    for theme in (light + second_light, dark + second_dark):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", theme))
        for ink in ("ink", "soft", "link", "good", "error", "warning"):
            assert contrast(colours[ink], colours["card"]) >= 4.5, ink
        for ink in ("ink", "soft"):
            assert contrast(colours[ink], colours["well"]) >= 4.5, ink
        for mark in ("bar", "second", "good", "error", "warning", "soft"):
            assert contrast(colours[mark], colours["card"]) >= 3, mark


def test_largest_report_stays_small():
    document = reports.document()
    sample = json.loads(json.dumps(document["samples"][0]).replace("model unit", "x" * 9_999))
    document |= {"samples": [sample] * 10, "worst": [sample] * 10}
    assert len(render(reports.report(document))) < 1_000_000
