"""A sketch is a bounded number of hashes of a record's own words, and the same everywhere."""

from finetuning.dataset.inspections.sketches import KEPT_ANSWER_WORDS, KEPT_HASHES, sketch
from tests.fakes.records import conversation, messages, prose


def test_frame_of_a_record_is_none_of_its_words():
    """A sentence is the same in every format, and the words of the format give no likeness."""
    kept = sketch(messages("one two three", "four"), "anthropic-messages")
    assert kept.words == sketch(conversation("one two three", "four"), "bedrock-conversation-2024").words
    assert len(kept.hashes) == 2
    assert len(kept.answer) == 1


def test_sketch_is_bounded_whatever_the_record():
    big = sketch(messages(" ".join(prose(50_000, 1)), " ".join(prose(50_000, 2))), "anthropic-messages")
    assert 0.6 * KEPT_HASHES < len(big.hashes) < 1.5 * KEPT_HASHES
    assert big.hashes == sorted(set(big.hashes))
    assert big.hashes[-1] < big.threshold < 2**32
    assert len(big.answer) == KEPT_ANSWER_WORDS
    assert len(sketch(messages("same " * 9000, "a"), "anthropic-messages").hashes) <= 2 * KEPT_HASHES


def test_sketch_is_the_same_on_every_machine():
    """CRC-32 of onetwothree, twothreefour, threefourfive."""
    assert sketch(messages("one two three four", "five"), "anthropic-messages").hashes == [
        165789842,
        1919026097,
        3333706505,
    ]
