"""Every hyperparameter of every base model: at each bound it is accepted, and just beyond it refused."""

from decimal import Decimal

import pytest

from finetuning import catalog, hyperparameters

CASES = [
    pytest.param(model, parameter, id=f"{model.name}-{parameter.name}")
    for model in catalog.base_models()
    for parameter in model.hyperparameters.values()
]


NOVA = {
    "epochCount": ("integer", "1", "5", "2"),
    "learningRate": ("float", "0.000001", "0.0001", "0.00001"),
    "learningRateWarmupSteps": ("integer", "0", "100", "10"),
}
LLAMA = {
    "epochCount": ("integer", "1", "10", "5"),
    "batchSize": ("integer", "1", "1", "1"),
    "learningRate": ("float", "0.000005", "0.1", "0.0001"),
}
#: Type, minimum, maximum and default, copied by hand from the user guide's page.
DOCUMENTED = {
    "claude-3-haiku": {
        "epochCount": ("integer", "1", "10", "2"),
        "batchSize": ("integer", "4", "256", "32"),
        "learningRateMultiplier": ("float", "0.1", "2", "1"),
        "earlyStoppingThreshold": ("float", "0", "0.1", "0.001"),
        "earlyStoppingPatience": ("integer", "1", "10", "2"),
    },
    **dict.fromkeys(("nova-micro", "nova-lite", "nova-pro"), NOVA),
    **dict.fromkeys(("llama-3.1-8b", "llama-3.1-70b"), LLAMA),
    **dict.fromkeys(("llama-3.2-1b", "llama-3.2-3b", "llama-3.2-11b", "llama-3.2-90b"), LLAMA),
}


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_hyperparameters_are_those_of_the_user_guide(model):
    """All of them and no others; early stopping alone needs validation data."""
    found = {
        name: (parameter.type, f"{parameter.minimum:f}", f"{parameter.maximum:f}", f"{parameter.default:f}")
        for name, parameter in model.hyperparameters.items()
    }
    assert found == DOCUMENTED.get(model.aliases[0], {})
    assert [name for name, parameter in model.hyperparameters.items() if parameter.needs_validation] == [
        name for name in found if name.startswith("earlyStopping")
    ]


def step(parameter):
    """Return the smallest difference that is tried: one, or a hundredth of the minimum."""
    return Decimal(1) if parameter.type == "integer" else max(parameter.minimum, Decimal("0.0001")) / 100


def allowed(model, parameter):
    """Return the words of the refusal."""
    low, high = (f"{bound:f}" for bound in (parameter.minimum, parameter.maximum))
    kind = "an integer" if parameter.type == "integer" else "a number"
    return f"must be {low if low == high else f'{kind} from {low} to {high}'} for {model.name}, got "


@pytest.mark.parametrize(("model", "parameter"), CASES)
def test_bounds_are_inclusive_and_nothing_beyond_them_is_accepted(model, parameter):
    """At, just inside and just outside of both bounds; as a number and as text."""
    inside = [parameter.minimum, parameter.maximum, parameter.default]
    if parameter.minimum < parameter.maximum:
        inside += [parameter.minimum + step(parameter), parameter.maximum - step(parameter)]
    for value in inside:
        assert hyperparameters.check(model, {parameter.name: value}) == ()
        text = hyperparameters.canonical(model, {parameter.name: f"{value:f}"})[parameter.name]
        assert Decimal(text) == value
    for value in (parameter.minimum - step(parameter), parameter.maximum + step(parameter)):
        (problem,) = hyperparameters.check(model, {parameter.name: f"{value:f}"})
        assert problem.path == f"hyperparameters.{parameter.name}"
        assert problem.message == allowed(model, parameter) + hyperparameters.plain(value)
        assert problem.fix == (parameter.note or "")


@pytest.mark.parametrize(("model", "parameter"), CASES)
def test_fraction_is_no_integer(model, parameter):
    """Half an epoch is refused; half a learning rate is not."""
    value = parameter.minimum + Decimal("0.5") if parameter.type == "integer" else parameter.maximum / 2
    problems = hyperparameters.check(model, {parameter.name: value})
    assert bool(problems) == (parameter.type == "integer")


def test_every_base_model_with_documented_hyperparameters_is_tried():
    """32 hyperparameters of ten base models."""
    assert len(CASES) == 5 + 3 * 3 + 6 * 3
