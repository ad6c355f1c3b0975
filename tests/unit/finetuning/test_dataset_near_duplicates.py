"""Near-duplicates are found, and records that only look alike are not."""

import dataclasses
import json
from pathlib import Path

import pytest

from finetuning.dataset.inspections.near_duplicates import NearDuplicates, SimilarRecords
from finetuning.dataset.inspections.sketches import sketch
from tests.fakes.records import HAIKU, NOVA, always, compact, conversation, findings, messages, places, prose

ANSWER = " ".join(prose(60, "answer"))


def near(*splits):
    return findings(NearDuplicates(HAIKU), *splits)


def text(seed, words=120, changed=()):
    """Return a text in which the words at some places are others."""
    return " ".join(f"other{place}" if place in changed else word for place, word in enumerate(prose(words, seed)))


def test_record_with_one_word_changed_is_a_near_duplicate():
    found = near([messages(text(1), ANSWER), messages(text(2), text(3)), messages(text(1, changed=[50]), ANSWER)])
    assert places(found) == [("DS602", "training", 3)]
    assert found[0][2].message == "nearly the same record as line 1"


def test_near_duplicate_in_another_split_is_leakage():
    found = near([messages(text(2), text(3)), messages(text(1), ANSWER)], [messages(text(1, changed=[9]), ANSWER)])
    assert places(found) == [("DS605", "validation", 1)]
    assert found[0][2].message == "nearly the same record as training line 2"


def test_record_near_two_splits_has_a_finding_for_each():
    records = [[messages(text(1, changed=[place]), ANSWER)] for place in (3, 40, 80)]
    found = near(*records)
    assert [(flaw.code, split, flaw.message.rpartition("as ")[2]) for split, _, flaw in found] == [
        ("DS605", "validation", "training line 1"),
        ("DS605", "test", "training line 1"),
        ("DS605", "test", "validation line 1"),
    ]


def test_first_of_several_near_records_is_named():
    records = [messages(text(1, changed=[place]), ANSWER) for place in (3, 40, 80)]
    found = near(records)
    assert [(line, flaw.message) for _, line, flaw in found] == [
        (2, "nearly the same record as line 1"),
        (3, "nearly the same record as line 1"),
    ]


@pytest.mark.parametrize(("changed", "is_near"), [(range(0, 120, 60), True), (range(0, 120, 6), False)])
def test_more_changes_than_a_fifth_of_the_triples_make_another_record(changed, is_near):
    assert bool(near([messages(text(1), ANSWER), messages(text(1, changed=changed), ANSWER)])) == is_near


@pytest.mark.parametrize(("words", "is_near"), [(8, False), (9, True)])
def test_twelve_triples_are_enough_to_tell(words, is_near):
    """With an answer of 4 words, of which the last is another, 13 words have 12 triples in one record or the other."""
    question = " ".join(prose(words, 1))
    assert (
        bool(near([messages(question, "one two three four"), messages(question + " ", "one two three five")]))
        == is_near
    )


def test_other_writing_of_the_same_words_is_a_near_duplicate():
    one, other = messages("What is it?", "It's this (one)."), messages("what is\nit", "it's this, one!")
    assert places(near([one, other])) == [("DS602", "training", 2)]


def test_many_writings_of_the_same_words_are_near_duplicates():
    """Words that are all the same are no template, however many records have them."""
    found = near([messages("What is it" + "?" * number, "It is one.") for number in range(40)])
    assert places(found) == [("DS602", "training", line) for line in range(2, 41)]
    assert {flaw.message for _, _, flaw in found} == {"nearly the same record as line 1"}


@pytest.mark.parametrize(("alike", "expected"), [(20, 19), (21, 0)])
def test_phrase_in_more_than_20_records_belongs_to_a_template(alike, expected):
    records = [messages(f"{text(1)} other{number}", ANSWER) for number in range(alike)]
    assert len(near(records)) == expected


def test_phrase_in_a_hundredth_of_many_records_belongs_to_no_template():
    records = [messages(text(number, 20), text(-number, 20)) for number in range(2, 2900)]
    records += [messages(f"{text(1)} other{number}", ANSWER) for number in range(28)]
    assert len(near(records)) == 27


def test_signs_of_arithmetic_are_words():
    assert near([messages("What is 3 + 4?", "It is -1."), messages("What is 3 - 4?", "It is -1.")]) == []


def test_short_records_that_differ_in_one_word_are_none():
    """A set of short questions after one pattern is what people train with."""
    names = prose(40, "names")
    assert near([messages(f"What is the colour of {name}?", f"The colour of {name} is blue.") for name in names]) == []


def test_records_of_two_words_are_none():
    assert near([messages("a", "b"), messages("A", "b"), messages("A", "B")]) == []


def test_same_question_is_left_to_duplicates():
    records = [messages(text(1), ANSWER), messages(text(1), ANSWER), messages(text(1), ANSWER + " more")]
    assert near(records) == []


def test_common_system_prompt_does_not_count():
    system = text("system", 400)
    records = [messages(text(number, 15), text(-number, 15), system=system) for number in range(1, 60)]
    assert near(records) == []


def test_same_record_under_another_system_prompt_is_a_near_duplicate():
    records = [messages(text(1), ANSWER, system="one"), messages(text(1), ANSWER, system="two")]
    assert places(near(records)) == [("DS602", "training", 2)]


@pytest.mark.parametrize("records", [40, 200])
def test_template_filled_in_again_and_again_makes_no_near_duplicates(records):
    template = text("template", 200)
    assert near([messages(f"{template} {text(number, 20)}", "positive") for number in range(records)]) == []


def test_near_duplicates_in_a_template_are_found():
    template = text("template", 60)
    records = [messages(f"{template} {text(number, 60)}", ANSWER) for number in range(40)]
    records.append(messages(f"{template} {text(7, 60, changed=[30])}", ANSWER))
    assert places(near(records)) == [("DS602", "training", 41)]


def test_questions_about_one_long_text_with_other_answers_are_none():
    document = text("document", 300)
    records = [messages(f"{document} {text(number, 8)}?", text(-number, 12)) for number in range(1, 6)]
    assert near(records) == []


def test_long_records_are_found_by_parts_of_them():
    long = prose(20_000, "long")
    changed = [*long[:500], "inserted", *long[500:]]
    found = near([messages(" ".join(long), ANSWER), messages(" ".join(changed), ANSWER)])
    assert places(found) == [("DS602", "training", 2)]


def test_part_of_a_record_is_another_record():
    assert near([messages(text(1, 120), ANSWER), messages(text(1, 180), ANSWER)]) == []


@pytest.mark.parametrize("alphabet", [range(0x4E00, 0x9000), range(0x3041, 0x3090), range(0x0E01, 0x0E2E)])
def test_scripts_without_spaces_are_compared_by_character(alphabet):
    chance = always(alphabet.start)
    one, other, third = ("".join(map(chr, chance.choices(alphabet, k=200))) for _ in range(3))
    near_one = one[:90] + other[0] + one[91:]
    records = [messages(one, other), messages(third, other), messages(near_one, other)]
    assert places(near(records)) == [("DS602", "training", 3)]


def test_conversation_records_and_turns_are_compared_alike():
    records = [
        conversation(text(1), "yes", text(2), ANSWER),
        conversation(text(1, changed=[7]), "yes", text(2), ANSWER),
    ]
    assert places(findings(NearDuplicates(NOVA), records)) == [("DS602", "training", 2)]


def test_order_of_the_records_makes_no_difference_to_what_is_near():
    records = [messages(text(number), text(-number)) for number in range(1, 20)]
    records.append(messages(text(5, changed=[1]), text(-5)))
    assert [len(near(always(seed).sample(records, 20))) for seed in range(5)] == [1] * 5


def test_many_records_that_are_all_alike_give_a_pair_each(monkeypatch):
    """Not one for every two of them: whatever has been found to belong to a group is not compared with it again."""
    monkeypatch.setattr("finetuning.dataset.inspections.near_duplicates.COMMON_RECORDS", 1000)
    records = SimilarRecords()
    for number in range(300):
        record = messages(text(1, changed=[number % 120, number // 120 * 7]), f"{ANSWER} {number}")
        records.add(sketch(record, "anthropic-messages"))
    pairs = list(records.pairs())
    assert {later for later, _ in pairs} == set(range(1, 300))
    assert len(pairs) <= 2 * 300


def test_no_more_records_are_remembered_than_twice_what_the_base_model_takes():
    limits = dataclasses.replace(HAIKU.limits, maximum_total_records=1)
    inspection = NearDuplicates(dataclasses.replace(HAIKU, limits=limits))
    records = [messages(text(1, changed=[number]), ANSWER) for number in range(3)]
    assert places(findings(inspection, records)) == [("DS602", "training", 2)]


def test_shipped_sample_has_none():
    folder = Path(__file__).parents[3] / "datasets" / "bedrock-faq"
    splits = [
        [compact(json.loads(line)) for line in (folder / f"{split}.jsonl").read_bytes().splitlines()]
        for split in ("training", "validation")
    ]
    assert near(*splits) == []


def test_message_holds_no_text_of_a_record():
    found = near([messages(f"canary {text(1)}", ANSWER), messages(f"bird {text(1)}", ANSWER)])
    assert found
    assert "canary" not in str(found)
