"""Nothing in the report page can run or be fetched, and everybody can read it."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from finetuning.dataset.presentation.html import render
from finetuning.dataset.report import DatasetReport, document
from finetuning.dataset.rules import RULES
from tests.unit.report_page import BROKEN, HAIKU, Page, page, split

CANARY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


def test_nothing_from_a_file_can_become_markup():
    waivers = {"DS504": CANARY}
    html = page(
        split(*[(*flaw[:2], CANARY, CANARY, CANARY) for flaw in BROKEN], file=CANARY, waivers=waivers), waivers=waivers
    )
    found = Page(html)
    assert not {"script", "img", "iframe", "object", "link", "base", "form"} & {tag for tag, _ in found.elements}
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert CANARY in found.text


def test_nothing_from_a_saved_report_can_become_markup():
    report = json.dumps(document(DatasetReport(HAIKU, (split(*BROKEN),), (), {})))
    found = Page(render(json.loads(report.replace('"DS301"', json.dumps(CANARY)))))
    assert not {"script", "img"} & {tag for tag, _ in found.elements}
    assert CANARY in {attributes.get("id") for _, attributes in found.elements}


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_gives_a_well_formed_page(text):
    html = page(split(("DS301", 1, text, text, text), file=text))
    assert not Page(html).open
    html.encode()


def test_invisible_characters_are_shown():
    text = Page(page(split(("DS301", 1, "a\u202eb", "c\x00d", "e\ud800f")))).text
    assert "a\\u202eb" in text
    assert "c\\u0000d" in text
    assert "e\\ud800f" in text


def test_page_asks_for_nothing_and_its_policy_forbids_it():
    found = Page(page(split(*BROKEN)))
    assert not [
        attributes for _, attributes in found.elements if {"src", "style", "action", "srcset"} & set(attributes)
    ]
    assert all(attributes["href"].startswith("#") for attributes in found.all("a"))
    assert not re.search(r"url\(|@import|@font-face|https?:", found.style)
    (policy,) = [meta["content"] for meta in found.all("meta") if "http-equiv" in meta]
    assert "default-src 'none'" in policy
    assert f"'sha256-{b64encode(sha256(found.style.encode()).digest()).decode()}'" in policy


def test_page_is_accessible():
    found = Page(page(split(*BROKEN, waivers={"DS504": "a first try"}), waivers={"DS504": "a first try"}))
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    identifiers = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert {attributes["href"][1:] for attributes in found.all("a")} <= set(identifiers)
    assert {attributes["for"] for attributes in found.all("label")} <= set(identifiers)
    assert all(attributes.get("scope") in {"row", "col"} for attributes in found.all("th"))
    assert found.all("html") == [{"lang": "en"}]


def test_colours_have_the_contrast_of_wcag_aa():
    """4.5 to 1 for text, in the light and in the dark. Source: WCAG 2.2, success criterion 1.4.3."""
    light, dark, _paper = re.findall(r":root \{(.*?)\}", Page(page()).style, re.DOTALL)
    for theme in (light, dark):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", theme))
        tones = [(tone, f"{tone}-well") for tone in ("error", "warning", "waived", "good")]
        grounds = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "card", "well")]
        for ink, ground in [*tones, *[(tone, "card") for tone, _ in tones], *grounds, ("soft", "error-well")]:
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one, other):
    """Return the contrast of two colours. Source: WCAG 2.2, definition of contrast ratio."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * channel for share, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_largest_report_stays_small():
    flaws = [(code, line, "x" * 9_999, "m" * 9_999, "e" * 9_999) for code in RULES for line in range(20)]
    assert len(page(split(*flaws), split(*flaws, name="validation"), split(*flaws, name="test"))) < 6_000_000
