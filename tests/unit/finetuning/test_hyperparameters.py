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


NOVA_2_LITE = catalog.find("nova-2-lite")


def test_undocumented_hyperparameters_are_refused_unless_somebody_accepts_that():
    """None given is fine; given ones cannot be checked, all in one sentence."""
    assert problems({}, NOVA_2_LITE) == []
    assert problems({"epochCount": 2, "rate": "x"}, NOVA_2_LITE) == [
        "hyperparameters: AWS documents no hyperparameters of Nova 2 Lite, so epochCount, rate cannot be checked; "
        'remove them, and Bedrock chooses; or add "hyperparameters" to training.accept_unknown, and they are handed on '
        "unchecked"
    ]
    assert problems({"epochCount": 2, "rate": "x"}, NOVA_2_LITE, accept_unknown=True) == []


def test_accepting_the_unknown_does_not_make_the_known_unchecked():
    """A documented range holds whatever is accepted."""
    assert problems({"epochCount": 50}, accept_unknown=True) == problems({"epochCount": 50}) != []


def test_undocumented_hyperparameters_are_handed_on_in_one_spelling():
    """Numbers are plain decimals, as ever; all else is as it was written, and booleans are JSON's."""
    values = {"rate": 1e-05, "epochCount": "3.0", "mode": "Fast one", "reasoning": True}
    canonical = hyperparameters.canonical(NOVA_2_LITE, values)
    assert canonical == {"epochCount": "3", "mode": "Fast one", "rate": "0.00001", "reasoning": "true"}
    assert list(canonical) == sorted(canonical)
    assert hyperparameters.canonical(NOVA_2_LITE, canonical) == canonical


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("a\nb", r"'a\nb'"),
        ("\x1b[2J", r"'\x1b[2J'"),
        ("", "''"),
        ("é", "'é'"),
        (None, "None"),
        ({"a": 1}, "{'a': 1}"),
        ("x" * 129, "'" + "x" * 79 + "… (131 characters)"),
    ],
)
def test_undocumented_value_that_would_break_something_is_refused(value, got):
    """Control characters, structures and novels are handed on to nobody."""
    (line,) = problems({"rate": value}, NOVA_2_LITE, accept_unknown=True)
    allowed = "a number, true, false or a text of 1 to 128 printable ASCII characters"
    assert line == f"hyperparameters.rate: must be {allowed}, got {got}"


@pytest.mark.parametrize("name", ["", "a b", "1st", "a\n", "é", "x" * 65])
def test_undocumented_name_that_would_break_something_is_refused(name):
    """A name is a word."""
    (problem,) = hyperparameters.check(NOVA_2_LITE, {name: 1}, accept_unknown=True)
    assert problem.message == f"a name must be 1 to 64 letters, digits, '_', '.' and '-', got {name!r}"


@given(
    st.dictionaries(st.text(max_size=70), st.one_of(st.text(max_size=140), st.integers(), st.booleans(), st.floats()))
)
def test_whatever_is_accepted_has_a_canonical_form_that_is_accepted_again(values):
    """What synthesis let through, the function that starts the job lets through as well."""
    if hyperparameters.check(NOVA_2_LITE, values, accept_unknown=True):
        with pytest.raises(hyperparameters.InvalidHyperparametersError):
            hyperparameters.canonical(NOVA_2_LITE, values)
    else:
        once = hyperparameters.canonical(NOVA_2_LITE, values)
        assert hyperparameters.canonical(NOVA_2_LITE, once) == once
