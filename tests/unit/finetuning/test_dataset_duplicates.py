"""Exact duplicates, contradictions and leakage, with both places named."""

import dataclasses

import pytest

from finetuning.dataset.inspections.duplicates import Duplicates
from tests.fakes.records import HAIKU, NOVA, conversation, findings, messages, places


def duplicates(*splits):
    return findings(Duplicates(HAIKU), *splits)


def test_repeated_record_is_a_duplicate_of_the_first():
    records = [messages("q", "a"), messages("other", "a"), messages("q", "a"), messages("q", "a")]
    found = duplicates(records)
    assert places(found) == [("DS601", "training", 3), ("DS601", "training", 4)]
    assert {flaw.message for _, _, flaw in found} == {"the same record as line 1"}


def test_same_question_with_another_answer_is_contradictory():
    records = [messages("q", "a"), messages("q", "b"), messages("q", "b")]
    found = duplicates(records)
    assert places(found) == [("DS603", "training", 2), ("DS601", "training", 3)]
    assert found[0][2].message == "the same question as line 1, with another answer"
    assert found[1][2].message == "the same record as line 2"


def test_same_question_under_another_system_prompt_is_another_question():
    assert duplicates([messages("q", "a", system="one"), messages("q", "b", system="two"), messages("q", "c")]) == []


def test_same_question_in_two_splits_is_leakage_whatever_the_answer():
    found = duplicates([messages("p", "x"), messages("q", "a")], [messages("q", "b")], [messages("q", "a")])
    assert [(flaw.code, split, line, flaw.message) for split, line, flaw in found] == [
        ("DS604", "validation", 1, "the same question as training line 2, with another answer"),
        ("DS604", "test", 1, "the same question and answer as training line 2"),
        ("DS604", "test", 1, "the same question as validation line 1, with another answer"),
    ]


def test_leaked_answer_is_found_behind_a_contradictory_one():
    found = duplicates([messages("q", "a"), messages("q", "b")], [messages("q", "b")])
    assert found[-1][2].message == "the same question and answer as training line 2"


def test_duplicate_within_the_second_split_is_both():
    found = duplicates([messages("q", "a")], [messages("q", "a"), messages("q", "a")])
    assert places(found) == [("DS604", "validation", 1), ("DS601", "validation", 2), ("DS604", "validation", 2)]


def test_conversation_records_are_compared_alike():
    found = findings(Duplicates(NOVA), [conversation("q", "a"), conversation("q", "b")])
    assert places(found) == [("DS603", "training", 2)]


@pytest.mark.parametrize(
    ("limit", "expected"), [(2, [("DS604", "test", 4)]), (3, [("DS604", "test", 4), ("DS601", "test", 5)])]
)
def test_no_more_records_are_remembered_than_the_base_model_takes(limit, expected):
    """Memory is bounded; what is beyond is still compared with what is remembered."""
    limits = dataclasses.replace(HAIKU.limits, maximum_total_records=limit)
    base_model = dataclasses.replace(HAIKU, limits=limits)
    test = [messages(f"q{number}", "a") for number in range(3)] + [messages("t", "a"), messages("q2", "a")]
    assert places(findings(Duplicates(base_model), [messages("t", "a")], [], test)) == expected


def test_message_holds_no_text_of_a_record():
    found = duplicates(
        [messages("canary", "canary")] * 2 + [messages("canary", "bird")], [messages("canary", "canary")]
    )
    assert len(found) == 3
    assert "canary" not in str(found)
