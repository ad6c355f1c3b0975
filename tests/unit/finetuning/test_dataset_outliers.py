"""Unusual lengths are found only where there are enough records to say what is usual."""

import dataclasses

import pytest

from finetuning.dataset.inspections.outliers import Outliers
from tests.fakes.records import HAIKU, always, findings, messages, prompt_completion


def found(records, base_model=HAIKU):
    return [(line, flaw.message) for _, line, flaw in findings(Outliers(base_model), records)]


def usual(count=60, scale=1):
    """Return records of 100 to 300 bytes, lengths spread as those of texts are."""
    return [messages("q" * (100 + 3 * number) * scale, "a" * (160 + number) * scale) for number in range(count)]


def test_far_longer_question_is_unusual():
    records = [*usual(), messages("q" * 9000, "a" * 200)]
    assert found(records) == [(61, "unusually long question: about 9028 bytes, the median is 218")]


def test_far_shorter_answer_is_unusual():
    records = [messages("q" * 150, "a"), *usual()]
    assert found(records) == [(1, "unusually short answer: about 6 bytes, the median is 194")]


@pytest.mark.parametrize(("count", "findings"), [(48, 0), (49, 1)])
def test_fewer_than_50_records_tell_nothing(count, findings):
    assert len(found([*usual(count), messages("q" * 90000, "a" * 200)])) == findings


def test_each_split_is_judged_by_its_own_records():
    inspection = Outliers(HAIKU)
    assert findings(inspection, usual(), usual(scale=100), [messages("q", "a")]) == []


def test_system_prompt_does_not_count():
    assert found([*usual(), messages("q" * 150, "a" * 200, system="s" * 90000)]) == []


def test_a_little_longer_than_equal_records_is_not_unusual():
    """If all lengths are equal, their deviation is 0; a factor of 8 is still needed."""
    records = [messages("q" * 100, "a" * 100)] * 60
    assert found([*records, messages("q" * 700, "a" * 100)]) == []
    assert len(found([*records, messages("q" * 1100, "a" * 100)])) == 1


def test_second_kind_of_records_is_not_unusual():
    records = [messages("q" * 100, "a")] * 100 + [messages("q" * 100, "a" * 5000)] * 10
    assert found(records) == []


def test_lengths_of_natural_texts_are_not_unusual():
    """10,000 lognormal lengths from 0.5 to 30 KB, as texts have them."""
    chance = always(7)
    lengths = [round(chance.lognormvariate(7, 0.9)) for _ in range(10_000)]
    assert found([messages("q" * length, "a" * length) for length in lengths]) == []


def test_no_more_records_are_remembered_than_the_base_model_takes():
    limits = dataclasses.replace(HAIKU.limits, maximum_total_records=60)
    base_model = dataclasses.replace(HAIKU, limits=limits)
    assert found([*usual(), messages("q" * 9000, "a" * 200)], base_model) == []


def test_split_without_records_has_no_findings():
    assert list(Outliers(HAIKU).finish("training")) == []


def test_prompt_completion_is_measured_alike():
    base_model = dataclasses.replace(HAIKU, data_format="prompt-completion")
    records = [prompt_completion("p" * 100, "c" * 100)] * 60
    assert len(found([*records, prompt_completion("p" * 5000, "c" * 100)], base_model)) == 1


@pytest.mark.parametrize(("unusual", "expected"), [(3, 3), (4, 0)])
def test_few_records_are_unusual_or_none(unusual, expected):
    assert len(found([*usual(), *[messages("q" * 9000, "a" * 200)] * unusual])) == expected


def test_hundredth_of_many_records_may_be_unusual():
    assert len(found([*usual(600)[:594], *[messages("q" * 90000, "a" * 400)] * 5])) == 5
