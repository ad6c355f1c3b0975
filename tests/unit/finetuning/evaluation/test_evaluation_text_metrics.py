"""Metrics of words; `test_evaluation_peers` holds them to other people's implementations."""

import pytest

from finetuning.evaluation.metrics.text import edit_similarity, exact_match, rouge_l, token_f1
from finetuning.evaluation.metrics.wording import words
from tests.unit.finetuning.evaluation.judged_answers import case


@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [
        ("Billing", "billing", 1),
        ("  “Billing.” ", "billing", 1),
        ("Ｂilling", "billing", 1),  # full width
        ("STRASSE", "straße", 1),
        ("to  be\nor", "To be or", 1),
        ("A", "an A", 0),
        ("billing please", "billing", 0),
        ("-3", "3", 0),
        ("3.14", "314", 0),
        ("", "billing", 0),
    ],
)
def test_exact_match(answer, reference, value):
    """Spelling does not matter; what may change the meaning does."""
    assert exact_match(case(answer, reference)) == value


@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [("one two", "two three", 0.5), ("one one two", "one", 0.5), ("", "one", 0), ("", "", 1)],
)
def test_token_f1(answer, reference, value):
    """A word counts as often as it is there."""
    assert token_f1(case(answer, reference)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [("वह घर गया", "वह घर गयी"), ("की", "का"), ("দিন", "দান"), ("கோடி", "கேடு"), ("x̂", "x̌"), ("ที่", "ท่า")],
)
def test_words_keep_their_vowel_signs(one, other):
    """Hindi, Bengali and Tamil write vowels as combining marks; words that differ in one are others."""
    assert words(one) != words(other)
    assert token_f1(case(one, other)) < 1
    assert rouge_l(case(one, other)) < 1


def test_word_with_combining_marks_is_one_word():
    """A mark belongs to the letter before it; one that stands alone is no word."""
    assert words("हिन्दी की किताब, GPT-4 ❤\ufe0f") == ["हिन्दी", "की", "किताब", "gpt", "4"]


@pytest.mark.parametrize("metric", [token_f1, rouge_l])
@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [
        ("👍", " 👍.", 1),
        ("👎", "👍", 0),
        ("", "👍", 0),
        ("-", "+", 0),
        ("no", "+", 0),
        ("+", "yes", 0),
        ("...", "!", 0),
        ("", "", 1),
    ],
)
def test_text_without_words_is_compared_as_a_whole(metric, answer, reference, value):
    """A sign says something, too: another sign, or nothing, is not the same."""
    assert metric(case(answer, reference)) == value


@pytest.mark.parametrize("metric", [token_f1, rouge_l])
def test_failure_is_no_answer_to_a_sign(metric):
    assert metric(case("👍", "👍", failure="timeout")) == 0


def test_scripts_without_spaces_are_compared_by_character():
    assert words("モデル, GPT-4") == ["モ", "デ", "ル", "gpt", "4"]
    assert 0 < token_f1(case("東京都", "東京")) < 1


def test_order_matters_to_rouge_alone():
    mixed = case("three two one", "one two three")
    assert token_f1(mixed) == 1
    assert rouge_l(mixed) == pytest.approx(1 / 3)


def test_edit_similarity():
    assert edit_similarity(case("kitten", "sitting")) == pytest.approx(1 - 3 / 7)
    assert edit_similarity(case("", "sitting")) == 0


def test_failed_answer_counts_as_empty():
    """Whatever text it may have: a failure must not look like an answer."""
    assert exact_match(case("billing", "billing", failure="timeout")) == 0
