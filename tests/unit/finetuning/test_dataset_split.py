"""A split loses nothing, keeps what is alike together, and stays as it is when records are added."""

import dataclasses
import math
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.inspections.duplicates import Duplicates
from finetuning.dataset.inspections.near_duplicates import NearDuplicates
from finetuning.dataset.split import Fractions, SplitError, plan_split, require_fit
from tests.fakes.records import HAIKU, NOVA, findings, messages, places, prose

FORMAT: Final = "anthropic-messages"
FRACTIONS = Fractions(0.7, 0.2, 0.1)
questions = st.lists(st.text("abcdef", min_size=1, max_size=3), max_size=40)


def where(records, fractions=FRACTIONS):
    """Return (record, split) of each record, in order."""
    plan = plan_split(records, FORMAT, fractions)
    return [(record, split) for split, record in plan.assign(records)]


def simple(texts):
    return [messages(text, f"answer to {text}") for text in texts]


def long_text(seed, changed=None):
    return " ".join("other" if place == changed else word for place, word in enumerate(prose(100, seed)))


@given(questions)
def test_every_record_goes_to_one_split(texts):
    records = simple(texts)
    assigned = where(records)
    assert [record for record, _ in assigned] == records
    counts = plan_split(records, FORMAT, FRACTIONS).counts
    assert counts == {name: [split for _, split in assigned].count(name) for name in ("training", "validation", "test")}


@given(questions, questions, st.randoms())
def test_records_stay_where_they_are_when_others_are_added(texts, more, chance):
    before = dict(where(simple(texts)))
    all_records = simple(texts + more)
    chance.shuffle(all_records)
    after = dict(where(all_records))
    assert {record: after[record] for record in before} == before


@given(questions)
def test_same_question_never_straddles(texts):
    records = [messages(text, answer) for text in texts for answer in ("one", "two")]
    assigned = where(records)
    assert len({(record.split(b"assistant")[0], split) for record, split in assigned}) == len(set(texts))


def test_near_duplicates_never_straddle():
    records = []
    for seed in range(150):
        records += [messages(long_text(seed, changed), long_text(-seed - 1)) for changed in (None, 20, 70)]
    assigned = where(records)
    splits = [[record for record, split in assigned if split == name] for name in ("training", "validation", "test")]
    assert all(splits)
    assert "DS605" not in {code for code, _, _ in places(findings(NearDuplicates(HAIKU), *splits))}
    assert findings(Duplicates(HAIKU), *splits) == []
    assert len({split for _, split in assigned[:3]}) == 1


def test_records_with_the_same_question_follow_a_near_duplicate_of_one_of_them():
    for seed in range(40):
        one, other = messages(long_text(seed), long_text(-seed - 1)), messages(long_text(seed), "another answer")
        near = messages(long_text(seed, 20), long_text(-seed - 1))
        assert len({split for _, split in where([one, other, near])}) == 1


def test_group_goes_where_its_smallest_digest_goes_whatever_the_order():
    records = [messages(long_text(1, changed), long_text(2)) for changed in (None, 20, 40, 60, 80)]
    everywhere = {tuple({split for _, split in where(order)}) for order in (records, records[::-1])}
    alone = [where([record])[0][1] for record in records]
    assert len(everywhere) == 1
    assert set(next(iter(everywhere))) <= set(alone)


@pytest.mark.parametrize("fractions", [FRACTIONS, Fractions(0.9, 0.1), Fractions(0.5, 0.25, 0.25), Fractions(1.0, 0)])
def test_fractions_are_met_as_chance_allows(fractions):
    counts = plan_split(simple(map(str, range(5000))), FORMAT, fractions).counts
    for split, count in counts.items():
        share = getattr(fractions, split)
        assert abs(count - 5000 * share) <= 3 * math.sqrt(5000 * share * (1 - share))


def test_other_share_of_validation_leaves_the_test_split_as_it_is():
    records = simple(map(str, range(300)))
    one, other = where(records, Fractions(0.8, 0.1, 0.1)), where(records, Fractions(0.6, 0.3, 0.1))
    assert [record for record, split in one if split == "test"] == [
        record for record, split in other if split == "test"
    ]
    validation = {record for record, split in one if split == "validation"}
    assert validation < {record for record, split in other if split == "validation"}


@pytest.mark.parametrize(
    ("key", "split"),
    [
        (0, "test"),
        (2**61 - 2**11, "test"),
        (2**61, "validation"),
        (3 * 2**61 - 2**11, "validation"),
        (3 * 2**61, "training"),
        (2**64 - 1, "training"),
    ],
)
def test_each_split_has_its_part_of_the_range(key, split):
    assert Fractions(0.625, 0.25, 0.125).split_of(key) == split


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((0.5, 0.4), "fractions must add up to 1, got training 0.5, validation 0.4, test 0.0"),
        ((0.8, 0.1, 0.2), "fractions must add up to 1, got training 0.8, validation 0.1, test 0.2"),
        (
            (0.0, 1.0),
            "fractions must be 0 or more, and training's more than 0, got training 0.0, validation 1.0, test 0.0",
        ),
        (
            (1.2, -0.2),
            "fractions must be 0 or more, and training's more than 0, got training 1.2, validation -0.2, test 0.0",
        ),
        (
            (1.2, 0.0, -0.2),
            "fractions must be 0 or more, and training's more than 0, got training 1.2, validation 0.0, test -0.2",
        ),
        (
            (math.nan, 0.5),
            "fractions must be 0 or more, and training's more than 0, got training nan, validation 0.5, test 0.0",
        ),
    ],
)
def test_shares_that_are_no_fractions_are_refused(shares, message):
    with pytest.raises(SplitError) as error:
        Fractions(*shares)
    assert str(error.value) == message


def test_fractions_as_written_add_up():
    assert Fractions(0.7, 0.2, 0.1).test == 0.1


def test_split_that_the_base_model_does_not_take_is_refused():
    plan = plan_split(simple(map(str, range(40))), FORMAT, Fractions(0.5, 0.5))
    counts = plan.counts
    with pytest.raises(SplitError) as error:
        require_fit(plan, HAIKU, Fractions(0.5, 0.5))
    assert str(error.value) == (
        f"training: {counts['training']} records, Claude 3 Haiku needs at least 32; "
        f"validation: {counts['validation']} records, Claude 3 Haiku needs at least 32; "
        "choose other fractions or add records"
    )


def test_split_with_too_many_records_is_refused():
    plan = plan_split(simple(map(str, range(2500))), FORMAT, Fractions(0.5, 0.5))
    with pytest.raises(SplitError, match=r"validation: 12\d\d records, Claude 3 Haiku takes at most 1000"):
        require_fit(plan, HAIKU, Fractions(0.5, 0.5))


def test_splits_that_are_too_many_together_are_refused():
    limits = dataclasses.replace(NOVA.limits, maximum_total_records=50)
    plan = plan_split(simple(map(str, range(60))), FORMAT, Fractions(0.5, 0.5))
    with pytest.raises(SplitError, match=r"^60 records, Nova Lite takes at most 50 .*; choose other fractions"):
        require_fit(plan, dataclasses.replace(NOVA, limits=limits), Fractions(0.5, 0.5))


def test_split_that_nobody_asked_for_may_be_empty():
    fractions = Fractions(1.0, 0)
    require_fit(plan_split(simple(map(str, range(40))), FORMAT, fractions), NOVA, fractions)
    require_fit(plan_split(simple(map(str, range(40))), FORMAT, fractions), HAIKU, fractions)


@pytest.mark.parametrize("read", [0, 9, 11])
def test_file_that_changed_between_the_passes_is_refused(read):
    plan = plan_split(simple(map(str, range(10))), FORMAT, FRACTIONS)
    with pytest.raises(SplitError, match="10 records were planned and another number was read; the file has changed"):
        list(plan.assign([b"line"] * read))


def test_lines_are_given_back_as_they_came():
    """The second pass may read the source's own lines instead of the converted ones."""
    records = simple("abc")
    lines = [b"first line\n", b"second\n", b"third"]
    assert [line for _, line in plan_split(records, FORMAT, FRACTIONS).assign(lines)] == lines


def test_no_records_make_empty_splits():
    assert plan_split([], FORMAT, FRACTIONS).counts == {"training": 0, "validation": 0, "test": 0}
    assert list(plan_split([], FORMAT, FRACTIONS).assign([])) == []
