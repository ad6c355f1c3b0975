"""Excerpts show the shape of a place and nothing of its text; no finding shows a record's words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.dataset.conversation import order_flaws, text_flaws
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import FORMATS, parse_line, read
from finetuning.dataset.reading.redaction import (
    LONGEST_EXCERPT,
    VOCABULARY,
    redact,
    redact_around,
    redact_member,
    shown,
)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("", ""),
        ("Dear Jo, it's 7!", "xxxx xx, xx'x 0!"),
        ('{"prompt": "Why 42?", "completion": ""}', '{"prompt": "xxx 00?", "completion": ""}'),
        ('{"messages": [{"role": "user", "content": null}]}', '{"messages": [{"role": "user", "content": xxxx}]}'),
        ("user_name users USER", "xxxx_xxxx xxxxx xxxx"),
        ("é日本🌍", "xxxx"),
        ("a\u0301 \u202e", "xx  "),
        ("tab\tline\nzero\x00", "xxx xxxx xxxx "),
        ("non\u00a0breaking", "xxx xxxxxxxx"),
        ("“quoted” ‘text’", "“xxxxxx” ‘text’"),
        ("\ud800", " "),
        ("٣", "x"),
        ("0123456789", "0000000000"),
    ],
)
def test_letters_and_digits_are_hidden_and_punctuation_and_our_words_are_shown(text, hidden):
    """Every script is hidden, and nothing that a terminal would act on is left."""
    assert redact(text) == hidden


def test_words_of_all_formats_are_shown():
    """Roles and keys, those of images and videos, too."""
    words = (
        "assistant bucketOwner completion content format image messages prompt role s3Location schemaVersion source "
        "system text type uri user video"
    )
    assert [redact(word) for word in words.split()] == sorted(VOCABULARY)


def test_excerpt_is_short():
    """A record has up to 16 MiB; a log line has not."""
    assert redact("a" * 80) == "x" * 80
    assert redact("a" * 81) == "x" * 79 + "…"
    assert redact("a" * 30, 10) == "x" * 9 + "…"
    assert redact("a" * 10, 10) == "x" * 10
    assert LONGEST_EXCERPT == 80


@pytest.mark.parametrize(
    ("text", "start", "end", "hidden"),
    [
        ("short text, 7", 6, None, "xxxxx text, 0"),
        ("a" * 100 + "!" + "b" * 100, 100, None, "…" + "x" * 39 + "!" + "x" * 38 + "…"),
        ("a" * 100, 0, None, "x" * 39 + "…"),
        ("a" * 100, 100, None, "…" + "x" * 39),
        ("a" * 39, 0, None, "x" * 39),
        ("a" * 40, 0, None, "x" * 39 + "…"),
        ("a" * 39 + "!", 39, None, "x" * 39 + "!"),
        ("Now Human: go", 4, 10, "xxx Human: xx"),
        ("Now\nHuman: go", 3, 10, "xxx Human: xx"),
        ("a" * 60 + "Human:" + "b" * 60, 60, 66, "…" + "x" * 36 + "Human:" + "x" * 36 + "…"),
    ],
)
def test_place_is_shown_in_the_middle(text, start, end, hidden):
    """What a rule names is shown as it is, its surroundings hidden."""
    assert redact_around(text, start, end) == hidden


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("promt", "'promt'"),
        ("max_tokens", "'max_tokens'"),
        ("maxTokens", "'maxTokens'"),
        ("a" * 30, f"'{'a' * 30}'"),
        ("a" * 31, f"'{'x' * 29}…'"),
        ("My name is Jo", "'xx xxxx xx xx'"),
        ("key7", "'xxx0'"),
        ("s3Location", "'s3Location'"),
        ("_id", "'_xx'"),
        ("é", "'x'"),
        ("", "''"),
        ("it's", '"xx\'x"'),
    ],
)
def test_key_is_shown_if_it_is_one_plain_word(name, printed):
    """A misspelt key must be seen; a sentence in its place must not."""
    assert shown(name) == printed


def test_member_is_shown_with_its_key_and_the_shape_of_its_value():
    """The value may be anything."""
    assert redact_member("id", {"user": ["Jo", 7, None]}) == '"id": {"user": ["xx", 0, xxxx]}'
    assert redact_member("Jo 7", "é" * 60) == '"xx 0": "' + "x" * 48 + "…"


@given(st.text(max_size=120), st.integers(1, 90))
def test_no_letter_or_digit_is_left_of_any_text(text, limit):
    """What is left is x, 0, punctuation, and words of the formats."""
    hidden = redact(text, limit)
    assert len(hidden) <= max(limit, 1)
    assert hidden.isprintable()
    for word in VOCABULARY:
        hidden = hidden.replace(word, "")
    assert not {sign for sign in hidden if sign.isalnum()} - {"x", "0"}


@given(st.text(min_size=1, max_size=300), st.data())
def test_surroundings_of_any_place_are_short_and_hidden(text, data):
    """Wherever it is."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    hidden = redact_around(text, start, end)
    assert len(hidden) <= LONGEST_EXCERPT
    assert hidden.isprintable()


CANARY = "Quetzalcoatl-4711"
HIDDEN = ("Quetzalcoatl", "4711", "quetz")
plants = st.sampled_from([CANARY, f"\nHuman: {CANARY}", f"User: {CANARY} [EOS]", f"{CANARY}\ud800", f"s3://{CANARY}/ä"])
keys = st.sampled_from([*sorted(VOCABULARY), f"about {CANARY}", f"{CANARY}\ud800"])
anything = st.recursive(
    plants | st.sampled_from(["user", "assistant", None, 1.5, float("nan")]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["messages", "system", "prompt", CANARY]), anything), st.integers(0, 400))
def test_no_finding_of_a_record_shows_its_text(record, end):
    """Whatever is wrong with it, and wherever it is cut: neither path, message nor excerpt has a word of it."""
    line = json.dumps(record, ensure_ascii=True)
    cut = parse_line((line[:end] + "?").encode())
    found = [cut] if isinstance(cut, Flaw) else []
    whole = parse_line(line.encode())
    assert not isinstance(whole, Flaw)
    for base_model in (catalog.find("claude-3-haiku"), catalog.find("nova-lite"), catalog.find("nova-micro")):
        for data_format in FORMATS:
            conversation, flaws = read(whole, data_format, base_model)
            found += flaws
            if conversation is not None:
                found += [*order_flaws(conversation.turns), *text_flaws(conversation, base_model)]
    for flaw in found:
        shown_text = f"{flaw.path} {flaw.message} {flaw.excerpt}"
        assert not any(word in shown_text for word in HIDDEN), flaw
        assert len(flaw.excerpt) <= 2 * LONGEST_EXCERPT
        assert "\n" not in shown_text
