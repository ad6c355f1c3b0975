"""The figures of a report: tokens, bytes, turns and digest, worked out by hand."""

import io
from dataclasses import replace
from hashlib import sha256

import pytest

from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.dataset.report import document
from tests.data.broken.case import messages, pair

HAIKU = catalog.find("claude-3-haiku")


def report(data, **options):
    """Return the report on a test split, and what was written."""
    gate = Gate(HAIKU, inspections=(), **options)
    written = b"".join(gate.check("test", io.BytesIO(data)))
    return gate.report().splits[0], written


@pytest.mark.parametrize(
    ("prompt", "completion", "tokens"),
    [
        ("x" * 1_000, "y" * 1_000, 426),  # 0.213 a character
        ("é" * 500, "é" * 500, 1_199),  # and 0.986 for the second byte of each: 213 + 986
        ("字" * 1_000, "字", 2_187),  # two more bytes each: 0.213 + 1.972, times 1,001
    ],
)
def test_tokens_are_estimated_from_characters_and_bytes(prompt, completion, tokens):
    """A character counts 0.213 tokens, and each byte of it after the first 0.986; fitted, see `tokens`."""
    estimated, _ = report(pair(prompt, completion))
    assert estimated.estimated_tokens == estimated.longest_tokens == tokens


def test_configured_system_prompt_counts_in_every_record_it_is_given_to():
    """It is trained on as often as there are records without one of their own."""
    own = messages(("user", "x" * 1_000), ("assistant", "y" * 1_000), system="z" * 1_000)
    found, _ = report(own + messages(("user", "x"), ("assistant", "y")) * 2, system_prompt="字" * 1_000)
    assert found.estimated_tokens == round(0.213 * 3_000 + 2 * (0.213 * 1_002 + 0.986 * 2_000))
    assert found.longest_tokens == round(0.213 * 1_002 + 0.986 * 2_000)


def test_limits_of_training_and_validation_together_know_missing_splits():
    """A split that is not there has no records; one more than the sum allows is one too many."""
    base_model = replace(HAIKU, limits=replace(HAIKU.limits, maximum_total_records=3, minimum_validation_records=1))
    for validation, codes in ((3, []), (4, ["DS503"])):
        gate = Gate(base_model, inspections=())
        list(gate.check("validation", io.BytesIO(pair("Q", "A") * validation)))
        assert [finding.code for finding in gate.report().together] == codes


def test_figures_add_up_over_the_good_records_only():
    """Two good records, one of four messages, and a bad one between them."""
    conversation = messages(
        ("user", "a" * 100), ("assistant", "b" * 100), ("user", "c" * 100), ("assistant", "d" * 100)
    )
    found, written = report(conversation + b"{\n" + messages(("user", "e" * 50), ("assistant", "f" * 50)))
    assert (found.records, found.written_records) == (3, 2)
    assert dict(found.turns) == {4: 1, 2: 1}
    assert (found.estimated_tokens, found.longest_tokens) == (106, 85)
    assert sum(bar.records for bar in found.tokens) == 2
    assert (found.written_bytes, found.digest) == (len(written), sha256(written).hexdigest())


def test_billed_tokens_are_those_of_training_times_epochs():
    """Validation and test are not trained on."""
    gate = Gate(HAIKU, inspections=())
    for split in ("training", "validation"):
        list(gate.check(split, io.BytesIO(pair("x" * 1_000, "y" * 1_000))))
    assert document(gate.report(), epochs=3)["summary"]["estimated_billed_tokens"] == 3 * 426
    assert document(gate.report())["summary"]["estimated_billed_tokens"] is None


@pytest.mark.parametrize(("characters", "codes"), [(14_644, []), (14_646, ["DS402"])])
def test_estimate_above_the_limit_is_a_warning_with_its_error_band(characters, codes):
    """A character of three bytes counts 2.185 tokens, so 32,000 tokens are 14,645 of them."""
    found, _ = report(pair("x", "字" * characters))
    assert [finding.code for finding in found.findings] == codes
    assert found.written_records == 1
    assert all("±25 %" in finding.message for finding in found.findings)


@pytest.mark.parametrize(("words", "codes"), [(31_999, []), (32_000, ["DS403"])])
def test_more_words_than_tokens_is_an_error(words, codes):
    """No tokenizer makes one token of two words; the prompt is the 32,000th word, and then one too many."""
    found, _ = report(pair("Q", " ".join("a" * words)))
    assert [finding.code for finding in found.findings] == codes
    assert found.written_records == 1 - len(codes)


class Tokenizer:
    """Counts every character as a token."""

    def count(self, text: str) -> int:
        """Return the number of characters."""
        return len(text)


@pytest.mark.parametrize(("characters", "codes"), [(31_999, []), (32_000, ["DS403"])])
def test_tokenizer_decides_what_the_bounds_do_not(characters, codes):
    """Its count is no estimate, so that one token too many is an error."""
    found, _ = report(pair("Q", "x" * characters), tokenizer=Tokenizer())
    assert [finding.code for finding in found.findings] == codes


def test_tokenizer_is_not_asked_about_records_that_cannot_be_too_long():
    """A record of no more bytes than the limit has no more tokens."""
    found, _ = report(pair("Q", "x" * 31_999), tokenizer=None)
    assert found.findings == ()
    found, _ = report(pair("Q", "x" * 10), tokenizer=object())
    assert found.findings == ()
