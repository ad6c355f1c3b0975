"""`-c training.…=value` and `-c endpoint.…=value` change one model for one run."""

import pytest

import configuration


def test_overrides_take_the_type_of_their_field(context, dev):
    """The command line gives strings; integers, numbers and nested fields arrive as what they are."""
    dev["endpoint"] = {"serving": "provisioned"}
    overrides = {
        "training.keep_previous": "0",
        "training.hyperparameters.epochCount": "3",
        "training.dataset.system_prompt": "Be brief.",
        "training.tags.cost-centre": "42",
        "endpoint.model_units": "2",
        "endpoint.max_hourly_usd": "75.5",
    }
    model = configuration.load(context | overrides, None).models["faq"]
    assert model.training.keep_previous == 0
    assert model.training.hyperparameters == {"epochCount": "3"}
    assert model.training.dataset.system_prompt == "Be brief."
    assert model.training.tags == {"cost-centre": "42"}
    assert (model.endpoint.model_units, model.endpoint.max_hourly_usd) == (2, 75.5)


def test_override_wins_and_leaves_the_context_alone(context, dev):
    """The reviewed configuration is not changed by a run."""
    dev["training"]["hyperparameters"] = {"epochCount": 2, "learningRate": 0.00001}
    model = configuration.load(context | {"training.hyperparameters.epochCount": "5"}, None).models["faq"]
    assert model.training.hyperparameters == {"epochCount": "5", "learningRate": 0.00001}
    assert dev["training"]["hyperparameters"]["epochCount"] == 2


def test_bad_override_is_named_as_it_was_typed(context, problems_of):
    """The problem points to the command line, not to cdk.json."""
    found = problems_of(
        context | {"env": "dev", "training.hyperparameters.epochCount": "50", "endpoint.model_units": "x"}
    )
    assert found == [
        "-c endpoint.model_units: must be an integer, got 'x'",
        "-c training.hyperparameters.epochCount: must be an integer from 1 to 5 for Nova Lite, got 50",
    ]


@pytest.mark.parametrize(
    ("key", "guess"),
    [
        ("training.hyperparameter.epochCount", "did you mean 'training.hyperparameters'?"),
        ("endpoint.model_unit", "did you mean 'endpoint.model_units'?"),
        ("trainning.base_model", "did you mean 'training.base_model'?"),
    ],
)
def test_unknown_override_is_refused_with_a_guess(context, problems_of, key, guess):
    """A misspelt override must not run with the old value."""
    (problem,) = problems_of(context | {"env": "dev", key: "3"})
    assert problem.startswith(f"-c {key}: names no field of a model; allowed: training.base_model, ")
    assert problem.endswith(guess)


def test_override_of_a_whole_object_is_refused(context, problems_of):
    """A string is no object; the message says how to name one value."""
    (problem,) = problems_of(context | {"env": "dev", "training.hyperparameters": "{}"})
    assert problem == (
        "-c training.hyperparameters: holds several values; "
        "name one of them: -c training.hyperparameters.<name>=<value>"
    )


def test_override_with_several_models_needs_a_model(context, dev, problems_of):
    """It could mean either."""
    context["environments"]["dev"]["models"]["legal"] = dev
    override = {"training.keep_previous": "2"}
    assert problems_of(context | override) == [
        "-c training.keep_previous: could mean any of 2 models; pass -c model=<model>; known: faq, legal"
    ]
    models = configuration.load(context | override | {"model": "legal"}, None).models
    assert models["legal"].training.keep_previous == 2
