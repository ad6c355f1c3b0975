"""Hyperparameters are checked against the base model's table and written as Bedrock wants them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog, hyperparameters

HAIKU = catalog.find("claude-3-haiku")
NOVA_LITE = catalog.find("nova-lite")


def problems(values, base_model=HAIKU, **options):
    """Return the problems as lines."""
    return [str(problem) for problem in hyperparameters.check(base_model, values, **options)]


def test_the_articles_learning_rate_multiplier_is_out_of_range():
    """The article's own example would fail the job, and the message says so."""
    assert problems({"learningRateMultiplier": 0.05}) == [
        "hyperparameters.learningRateMultiplier: must be a number from 0.1 to 2 for Claude 3 Haiku, got 0.05; "
        "the AWS article on fine-tuning Claude 3 Haiku shows 0.05, which is out of this range"
    ]


def test_fifty_epochs_are_too_many():
    """The allowed range is named."""
    assert problems({"epochCount": "50"}) == [
        "hyperparameters.epochCount: must be an integer from 1 to 10 for Claude 3 Haiku, got 50"
    ]


def test_misspelt_name_gets_a_guess():
    """An unknown name is answered with the allowed ones and the closest."""
    assert problems({"epochcount": 3}, path="environments.dev.models.faq.training.hyperparameters") == [
        "environments.dev.models.faq.training.hyperparameters.epochcount: unknown hyperparameter for Claude 3 Haiku; "
        "allowed: epochCount, batchSize, learningRateMultiplier, earlyStoppingThreshold, earlyStoppingPatience; "
        "did you mean 'epochCount'?"
    ]


def test_name_of_another_base_model_is_unknown():
    """Nova has no batch size, and nothing resembles it."""
    assert problems({"batchSize": 8}, NOVA_LITE) == [
        "hyperparameters.batchSize: unknown hyperparameter for Nova Lite; "
        "allowed: epochCount, learningRate, learningRateWarmupSteps; remove it"
    ]


@pytest.mark.parametrize(
    "value", [True, None, [], "two", "", "1.5", 1.5, "nan", "1_0", " 2", "1e999", "٣", float("inf")]
)
def test_value_that_is_no_integer_is_refused(value):
    """Booleans, words, fractions and numbers in disguise are no integers."""
    assert problems({"epochCount": value}) == [
        f"hyperparameters.epochCount: must be an integer from 1 to 10 for Claude 3 Haiku, got {value!r}"
    ]


def test_all_problems_come_at_once():
    """Every wrong value is reported, in the order of the configuration."""
    found = hyperparameters.check(
        HAIKU, {"epochCount": 0, "batchSize": 4, "learningRate": 1, "earlyStoppingPatience": 11}
    )
    assert [problem.path for problem in found] == [
        "hyperparameters.epochCount",
        "hyperparameters.learningRate",
        "hyperparameters.earlyStoppingPatience",
    ]


def test_early_stopping_needs_a_validation_dataset():
    """Without validation data there is no loss to watch."""
    values = {"earlyStoppingThreshold": 0.01, "epochCount": 2}
    assert problems(values, has_validation=True) == []
    assert problems(values, has_validation=False) == [
        "hyperparameters.earlyStoppingThreshold: early stopping needs a validation dataset; "
        "add dataset.validation or remove it"
    ]


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_bounds_are_inclusive(model):
    """The smallest and largest documented values are accepted."""
    for bound in ("minimum", "maximum", "default"):
        assert problems({name: getattr(p, bound) for name, p in model.hyperparameters.items()}, model) == []


def test_canonical_values_are_plain_strings_sorted_by_name():
    """Bedrock takes strings; exponents, trailing zeros and points of integers go."""
    values = {"learningRate": 1e-05, "epochCount": 3.0, "learningRateWarmupSteps": "10"}
    canonical = hyperparameters.canonical(NOVA_LITE, values)
    assert canonical == {"epochCount": "3", "learningRate": "0.00001", "learningRateWarmupSteps": "10"}
    assert list(canonical) == sorted(canonical)


@pytest.mark.parametrize("zero", [0, "0.0", "-0", "0e5", 0.0])
def test_zero_has_one_spelling(zero):
    """A threshold of zero is ``0`` however it is written."""
    assert hyperparameters.canonical(HAIKU, {"earlyStoppingThreshold": zero}) == {"earlyStoppingThreshold": "0"}


@given(st.decimals("0.1", "2", allow_nan=False, places=6))
def test_canonical_keeps_the_value_and_is_a_fixed_point(value):
    """Canonical text is the same number, and its own canonical text."""
    once = hyperparameters.canonical(HAIKU, {"learningRateMultiplier": value})
    assert Decimal(once["learningRateMultiplier"]) == value
    assert hyperparameters.canonical(HAIKU, once) == once


def test_canonical_refuses_what_check_refuses():
    """A value that is not acceptable has no canonical form; all problems are in the message."""
    with pytest.raises(hyperparameters.InvalidHyperparametersError) as refused:
        hyperparameters.canonical(HAIKU, {"epochCount": 50, "batchSize": 1})
    assert len(str(refused.value).splitlines()) == 2
