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
    ("key", "allowed", "guess"),
    [
        (
            "training.hyperparameter.epochCount",
            "training.base_model",
            "did you mean 'training.hyperparameters.epochCount'?",
        ),
        ("training.epochs", "training.base_model", "did you mean 'training.hyperparameters.epochCount'?"),
        ("endpoint.model_unit", "endpoint.serving", "did you mean 'endpoint.model_units'?"),
        ("endpoint.model_units.x", "endpoint.serving", "did you mean 'endpoint.model_units'?"),
        ("trainning.base_model", "training", "did you mean 'training.base_model'?"),
        ("environment.regoin", "environment.account", "did you mean 'environment.region'?"),
        ("environment.name", "environment.account", "did you mean 'environment.tags.<name>'?"),
        ("environment.network.vpc", "environment.network.vpc_id", "did you mean 'environment.network.vpc_id'?"),
        ("max.usd_per_job", "training", "did you mean 'budget.max_usd_per_job'?"),
        (" endpoint.model_units", "training", "did you mean 'endpoint.model_units'?"),
        ("a.b", "training", "remove it"),
    ],
)
def test_unknown_override_is_refused_with_a_guess(context, problems_of, key, allowed, guess):
    """A misspelt override must not run with the old value; what is there is listed from where the path went wrong."""
    (problem,) = problems_of(context | {"env": "dev", key: "3"})
    assert problem.startswith(f"-c {key}: names no field; allowed: {allowed}, ")
    assert problem.endswith(guess)


@pytest.mark.parametrize(
    ("key", "value", "kind", "example"),
    [
        ("training.hyperparameters", "epochCount=3", "an object", '{"…": "…"}'),
        ("environment.network", "vpc-1", "an object", '{"…": "…"}'),
        ("environment.notifications", "ml@example.com", "a list", '["…"]'),
        ("budget.unknown_prices", "training", "a list", '["…"]'),
    ],
)
def test_lists_and_objects_are_given_as_json(context, problems_of, key, value, kind, example):
    """The message shows how."""
    assert problems_of(context | {"env": "dev", key: value}) == [
        f"-c {key}: must be {kind} as JSON text, got {value!r}; pass for example -c '{key}={example}'"
    ]


def test_whole_section_is_set_before_its_fields(context, dev):
    """In whichever order they are typed."""
    overrides = {
        "environment.network.vpc_id": "vpc-2",
        "environment.network": '{"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}',
    }
    environment = configuration.load(context | overrides, None).environment
    assert environment.network is not None
    assert (environment.network.vpc_id, environment.network.subnet_ids) == ("vpc-2", ("subnet-1",))


def test_environment_is_changed_for_one_run_only(context, dev):
    """The reviewed configuration stays what it is, and another environment too."""
    overrides = {"environment.tags.team": "ml", "environment.log_retention_days": "7"}
    environment = configuration.load(context | overrides, None).environment
    assert (environment.tags, environment.log_retention_days) == ({"team": "ml"}, 7)
    assert "tags" not in context["environments"]["dev"]


def test_bad_override_of_the_environment_is_named_as_it_was_typed(context, dev, problems_of):
    """The path in cdk.json would send its reader to the wrong place."""
    price = "environment.prices.amazon.nova-lite-v1:0:300k.training_usd_per_1k_tokens"
    del context["environments"]["dev"]["prices"]
    assert problems_of(context | {"environment.region": "Virginia", price: "cheap"}) == [
        "-c environment.region: must be an AWS Region such as 'us-east-1', got 'Virginia'",
        f"-c {price}: must be a number, got 'cheap'",
    ]


def test_what_is_wrong_inside_of_json_text_is_named_from_there(context, dev, problems_of):
    """There is no such path in cdk.json."""
    overrides = {"environment.tags": '{"team": 3}', "training.hyperparameters": '{"epochCount": 50}'}
    assert problems_of(context | {"env": "dev"} | overrides) == [
        "-c environment.tags.team: must be a string, got 3",
        "-c training.hyperparameters.epochCount: must be an integer from 1 to 5 for Nova Lite, got 50",
    ]


def test_override_with_several_models_needs_a_model(context, dev, problems_of):
    """It could mean either."""
    context["environments"]["dev"]["models"]["legal"] = dev
    override = {"training.keep_previous": "2"}
    assert problems_of(context | override) == [
        "-c training.keep_previous: could mean any of 2 models; pass -c model=<model>; known: faq, legal"
    ]
    models = configuration.load(context | override | {"model": "legal"}, None).models
    assert models["legal"].training.keep_previous == 2


def test_null_takes_a_section_away(context, dev):
    """A run without what the reviewed configuration has: the optional sections, however deep they are."""
    dev["training"]["dataset"]["test"] = "datasets/bedrock-faq/validation.jsonl"
    dev["evaluation"] = {"preset": "knowledge"}
    dev["promotion"] = {"source": "prod"}
    dev["endpoint"]["commitment_approval"] = {"id": "1", "approved_by": "me", "until": "2026-12-31"}
    taken = {"evaluation": "null", "promotion": "null", "endpoint.commitment_approval": "null"}
    model = configuration.load(context | taken, None).models["faq"]
    assert (model.evaluation, model.promotion, model.endpoint.commitment_approval) == (None, None, None)


def test_optional_section_is_set_as_a_whole(context, dev):
    """Its path has no dot."""
    changed = {"evaluation": '{"preset": "tools"}', "training.dataset.test": "datasets/bedrock-faq/validation.jsonl"}
    found = configuration.load(context | changed, None).models["faq"].evaluation
    assert found is not None
    assert found.preset == "tools"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("evaluation", "no", "-c evaluation: must be an object as JSON text, got 'no'"),
        ("evaluation", '{"preset": "faq"}', "-c evaluation.preset: must be 'classification'"),
        ("training.dataset", "null", "-c training.dataset: must be an object as JSON text, got 'null'"),
    ],
)
def test_what_no_section_can_be_is_refused(context, dev, problems_of, key, value, expected):
    """By the name that was typed; what is required cannot be taken away."""
    assert problems_of(context | {key: value})[0].startswith(expected)
