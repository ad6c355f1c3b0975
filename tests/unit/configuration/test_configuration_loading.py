"""A context becomes one checked selection, or one message with every problem in it."""

import json
from datetime import date
from pathlib import Path

import pytest

import configuration
from configuration import delivery
from tests.fakes import manifests

LOOPBACK = "http://127.0.0.1:14566"
CDK_JSON = Path(__file__).resolve().parents[3] / "cdk.json"


def test_valid_context_gives_typed_selection(context):
    """Environment and models arrive typed, with the defaults filled in."""
    selection = configuration.load(context | {"env": "dev"}, None)
    model = selection.models["faq"]
    assert (selection.project, selection.environment.name, selection.wait) == ("finetuning", "dev", False)
    assert selection.environment.account == "111122223333"
    assert model.training.customization_type == "FINE_TUNING"
    assert model.training.keep_previous == 1
    assert (model.endpoint.model_units, model.endpoint.commitment) == (1, "none")


def test_selection_cannot_be_changed(context):
    """What was checked stays what it was."""
    selection = configuration.load(context | {"env": "dev"}, None)
    with pytest.raises(ValueError, match="frozen"):
        setattr(selection.environment, "region", "eu-west-1")  # noqa: B010  # spelt so because mypy refuses the plain form


def test_all_problems_are_reported_at_once(context, dev, problems_of):
    """One run names every mistake with its path, in the order of the configuration."""
    dev["training"]["epochs"] = 3
    dev["training"]["base_model"] = "nova-lite"
    dev["training"]["hyperparameters"] = {"epochCount": 50, "learningRate": "fast"}
    dev["endpoint"]["serving"] = "serverless"
    path = "environments.dev.models.faq"
    assert problems_of(context) == [
        f"{path}.training.epochs: unknown field; allowed: base_model, customization_type, dataset, hyperparameters, "
        "teacher, reward, accept_unknown, keep_previous, tags; remove it",
        f"{path}.endpoint.serving: must be 'provisioned', 'on_demand' or 'none', got 'serverless'",
        f"{path}.training.hyperparameters.epochCount: must be an integer from 1 to 5 for Nova Lite, got 50",
        f"{path}.training.hyperparameters.learningRate: must be a number from 0.000001 to 0.0001 for Nova Lite, "
        "got 'fast'",
    ]


def test_message_counts_and_lists_problems(context, dev):
    """The message begins with the number of problems and has one line for each."""
    dev["training"]["keep_previous"] = -1
    dev["endpoint"]["commitment"] = "one_month"
    with pytest.raises(configuration.ConfigurationError) as refusal:
        configuration.load(context, None)
    lines = str(refusal.value).splitlines()
    assert lines[0] == "the configuration has 2 problems:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "environments.dev.models.faq.training.keep_previous",
        "environments.dev.models.faq.endpoint.commitment",
    ]


@pytest.mark.parametrize(
    ("section", "field", "value", "expected"),
    [
        ("training", "keep_previous", "many", "must be an integer, got 'many'"),
        ("training", "keep_previous", True, "must be a number, got True"),
        ("training", "tags", {"aws:owner": "me"}, "tag 'aws:owner' is reserved; keys must not begin with aws: or"),
        ("training", "tags", {"finetuning:model": "me"}, "tag 'finetuning:model' is reserved"),
        ("training", "tags", {"team": "a;b"}, "must have letters, digits, spaces and . _ : / = + @ - only, got 'a;b'"),
        ("training", "dataset", "s3://bucket/key", "must be an object, got 's3://bucket/key'"),
        ("training", "base_model", "", "must not be empty, got ''"),
        ("endpoint", "model_units", 0, "must be greater than or equal to 1, got 0"),
        ("endpoint", "max_hourly_usd", -1, "must be greater than 0, got -1"),
        ("endpoint", "max_hourly_usd", float("nan"), "got nan"),
    ],
)
def test_rejects_values_that_a_field_cannot_have(context, dev, problems_of, section, field, value, expected):
    """The message names the field, what it may be and what it was."""
    dev[section][field] = value
    (problem,) = problems_of(context)
    assert problem.startswith(f"environments.dev.models.faq.{section}.{field}")
    assert expected in problem


@pytest.mark.parametrize("field", ["base_model", "dataset"])
def test_rejects_missing_field(context, dev, problems_of, field):
    """A required field that is absent is named."""
    del dev["training"][field]
    (problem,) = problems_of(context)
    assert problem.startswith(f"environments.dev.models.faq.training.{field}: is required; add it")


def test_misspelt_field_is_recognised(context, dev, problems_of):
    """The closest known field is offered."""
    dev["training"]["hyperparameter"] = {}
    (problem,) = problems_of(context)
    assert problem.endswith("did you mean 'hyperparameters'?")


def test_rejects_placeholders_and_says_how_to_replace_them(context, problems_of):
    """A clone that nobody initialised is refused with the command that initialises it."""
    context["environments"]["dev"]["account"] = "<account>"
    assert problems_of(context | {"env": "dev"}) == [
        "environments.dev.account: is the placeholder '<account>'; "
        "run python -m ops init --env dev --account 111122223333 --region us-east-1"
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("account", "12345", "environments.dev.account: must be a 12-digit AWS account id, got '12345'"),
        ("account", 111122223333, "environments.dev.account: must be a string, got 111122223333"),
        ("region", "Virginia", "environments.dev.region: must be an AWS Region such as 'us-east-1', got 'Virginia'"),
        ("removal_policy", "keep", "environments.dev.removal_policy: must be 'destroy' or 'retain', got 'keep'"),
    ],
)
def test_rejects_environment_fields(context, problems_of, field, value, expected):
    """Where the stacks go is checked as strictly as what is in them."""
    context["environments"]["dev"][field] = value
    assert problems_of(context | {"env": "dev"}) == [expected]


def test_catalog_date_is_for_local_only(context, problems_of):
    """Nobody turns back the clock on a real account to train a dead base model."""
    context["environments"]["dev"]["catalog_date"] = "2026-01-15"
    (problem,) = problems_of(context | {"env": "dev"})
    assert problem.startswith("environments.dev.catalog_date: is only for the local environment")


def test_local_judges_base_models_on_its_catalog_date(context):
    """Claude 3 Haiku was alive on the date that the embedded AWS is set to."""
    selection = configuration.load(context, LOOPBACK)
    assert selection.environment.catalog_date == date(2026, 1, 15)
    assert selection.models["faq"].training.base_model.startswith("anthropic.claude-3-haiku")


def test_models_must_be_an_object(context, problems_of):
    """A list of models is not mistaken for a map."""
    context["environments"]["dev"]["models"] = ["faq"]
    assert problems_of(context | {"env": "dev"}) == ["environments.dev.models: must be an object, got ['faq']"]


@pytest.mark.parametrize("environments", [None, {}, "dev"])
def test_missing_environments_say_how_to_run_the_app(problems_of, environments):
    """Without the CDK CLI there is no context; the message says so."""
    (problem,) = problems_of({"project": "finetuning", "environments": environments})
    assert problem == (
        "environments: the context has no environments; "
        "run the app through the CDK CLI (cdk synth), which hands it the context of cdk.json"
    )


@pytest.mark.parametrize(
    ("project", "model", "path"),
    [("Fine_Tuning", "faq", "project"), ("finetuning", "FAQ", "environments.dev.models.FAQ")],
)
def test_rejects_names_that_bedrock_would_refuse(context, dev, problems_of, project, model, path):
    """Project and model become parts of Bedrock's names."""
    context["project"] = project
    context["environments"]["dev"]["models"] = {model: dev}
    (problem,) = problems_of(context)
    assert problem.startswith(f"{path}: ")


@pytest.mark.parametrize(("given", "expected"), [("true", True), (True, True), ("false", False), ("0", False)])
def test_wait_is_a_switch(context, given, expected):
    """The command line gives strings."""
    assert configuration.load(context | {"env": "dev", "wait": given}, None).wait is expected


def test_rejects_unclear_wait(context, problems_of):
    """Something that is neither yes nor no is not guessed."""
    assert problems_of(context | {"env": "dev", "wait": "please"}) == ["-c wait: must be true or false, got 'please'"]


def test_shipped_local_environment_is_valid():
    """The demo works from a fresh clone."""
    selection = configuration.load(json.loads(CDK_JSON.read_text())["context"], LOOPBACK)
    assert selection.models["faq"].training.hyperparameters == {"epochCount": 10}
    assert selection.models["faq"].endpoint.serving == "provisioned"


def test_shipped_dev_needs_nothing_but_an_account_and_a_price(problems_of):
    """One command replaces both placeholders, and each problem shows it."""
    context = json.loads(CDK_JSON.read_text())["context"] | {"env": "dev"}
    command = (
        "run python -m ops init --env dev --account 111122223333 --region us-east-1 "
        "--training-price <US dollars for 1,000 tokens>"
    )
    path = "environments.dev.prices.amazon.nova-lite-v1:0:300k"
    assert problems_of(context) == [
        f"environments.dev.account: is the placeholder '<account>'; {command}",
        f"{path}.training_usd_per_1k_tokens: is the placeholder '<price>'; read it on "
        f"https://aws.amazon.com/bedrock/pricing/ (training of Nova Lite in us-east-1), then {command}",
    ]
    dev = context["environments"]["dev"]
    dev["account"] = "111122223333"
    dev["prices"]["amazon.nova-lite-v1:0:300k"]["training_usd_per_1k_tokens"] = 0.002
    faq = configuration.load(context, None).models["faq"]
    assert faq.evaluation is not None
    assert (faq.endpoint.serving, faq.evaluation.preset, faq.gate.mode) == ("on_demand", "knowledge", "enabled")


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_shipped_targets_need_nothing_but_an_account_and_a_promotion(problems_of, tmp_path, name):
    """Nothing is trained there, so nobody is asked for a price; each problem shows the command that solves it."""
    context = json.loads(CDK_JSON.read_text())["context"] | {"env": name}
    unpinned = (
        f"environments/{name}.faq.json: does not exist; write it with: python -m ops promote --from dev --to {name} "
        "--model faq --approved-by <who approved> --reference <URL of the pull request or ticket>"
    )
    account = f"environments.{name}.account: is the placeholder '<account>'; run python -m ops init --env {name} "
    assert problems_of(context) == [f"{account}--account 111122223333 --region us-east-1", unpinned]
    context["environments"][name]["account"] = "111122223333"
    assert problems_of(context) == [unpinned]
    manifests.pin(tmp_path, manifests.made(), name)
    selection = configuration.load(context, None, pins_folder=tmp_path)
    assert (selection.promotions["faq"].source, selection.promotions["faq"].method) == ("dev", "swap")
    assert selection.environment.removal_policy == ("retain" if name == "prod" else "destroy")


def test_shipped_delivery_needs_nothing_but_an_account_and_a_repository():
    """All three environments, in one account; `ops init` writes the account."""
    context = json.loads(CDK_JSON.read_text())["context"]
    context["delivery"] |= {"account": "111122223333", "github": {"repository": "ada/faq"}}
    for name in ("dev", "staging", "prod"):
        context["environments"][name]["account"] = "111122223333"
    delivered = delivery.load(context, None)
    assert [environment.name for environment in delivered.environments] == ["dev", "staging", "prod"]


def test_sample_moves_to_another_base_model_by_three_values(problems_of):
    """From Haiku on provisioned throughput to Nova Lite on demand; the messages say what is left to do."""
    context = json.loads(CDK_JSON.read_text())["context"]
    faq = context["environments"]["local"]["models"]["faq"]
    assert configuration.load(context, LOOPBACK).environment.region == "us-west-2"
    faq["training"]["base_model"] = "amazon.nova-lite-v1:0:300k"
    assert problems_of(context, LOOPBACK) == [
        "environments.local.models.faq.training.hyperparameters.epochCount: must be an integer from 1 to 5 for Nova "
        "Lite, got 10"
    ]
    faq["training"]["hyperparameters"]["epochCount"] = 2
    faq["endpoint"]["serving"] = "on_demand"
    selection = configuration.load(context, LOOPBACK)
    assert (selection.environment.region, selection.models["faq"].endpoint.serving) == ("us-east-1", "on_demand")
