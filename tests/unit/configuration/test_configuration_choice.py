"""Which environment and models a run is about is never guessed, and `local` reaches only this machine."""

import pytest

import configuration
from configuration.choice import is_loopback

LOOPBACK = "http://127.0.0.1:14566"


def test_unknown_environment_lists_the_known(context, problems_of):
    """A misspelt environment is answered with the list and the closest."""
    assert problems_of(context | {"env": "prd"}) == [
        "-c env: unknown environment 'prd'; known: local, dev, prod; did you mean 'prod'?"
    ]


def test_no_environment_without_loopback_asks_for_one(context, problems_of):
    """A real account is always named."""
    assert problems_of(context, "https://bedrock.us-east-1.amazonaws.com") == [
        "env: no environment chosen; known: local, dev, prod; pass -c env=<environment>, "
        "or point this shell to the embedded AWS: . .local/environment.sh"
    ]


def test_no_environment_with_loopback_means_local(context):
    """Beside an embedded AWS nothing else can be meant."""
    assert configuration.load(context, LOOPBACK).environment.name == "local"


@pytest.mark.parametrize("endpoint_url", [None, "", "https://s3.us-west-2.amazonaws.com", "http://127.0.0.1.evil.com"])
def test_local_refuses_anything_but_loopback(context, problems_of, endpoint_url):
    """The article's profile never reaches a real account."""
    (problem,) = problems_of(context | {"env": "local"}, endpoint_url)
    assert "the local environment is only for an embedded AWS on a loopback address" in problem
    assert "python -m local start" in problem


def test_local_refuses_another_account(context, problems_of):
    """The embedded AWS has one account, which no real account can have."""
    context["environments"]["local"]["account"] = "111122223333"
    assert problems_of(context, LOOPBACK) == [
        "environments.local.account: must be '000000000000', got '111122223333'; restore it"
    ]


def test_misspelt_context_key_is_refused(context, problems_of):
    """`-c modle=faq` must not silently deploy every model."""
    assert problems_of(context | {"env": "dev", "modle": "faq"}) == [
        "-c modle: unknown context key; known: project, environments, env, model, wait; did you mean 'model'?"
    ]


@pytest.mark.parametrize(
    ("key", "guess"),
    [
        ("environment", "did you mean 'env'?"),
        ("region", "did you mean 'environment.region'?"),
        ("serving", "did you mean 'endpoint.serving'?"),
        ("key_arn", "did you mean 'training.dataset.key_arn' or 'environment.key_arn'?"),
        ("base_model", "did you mean 'training.base_model'?"),
    ],
)
def test_last_word_of_a_path_is_not_the_path(context, problems_of, key, guess):
    """`-c region=us-west-2` must not silently deploy where cdk.json says."""
    assert problems_of(context | {"env": "dev", key: "x"}) == [
        f"-c {key}: unknown context key; known: project, environments, env, model, wait; {guess}"
    ]


def test_foreign_context_keys_are_left_alone(context, problems_of):
    """CDK's own flags and look-ups are none of our business."""
    foreign = {"@aws-cdk/core:target-partitions": ["aws"], "aws:cdk:enable-path-metadata": True, "owner": "platform"}
    assert problems_of(context | foreign | {"env": "dev"}) == []


def test_model_narrows_the_selection(context, dev):
    """Only the named model is selected."""
    context["environments"]["dev"]["models"]["legal"] = dev
    assert list(configuration.load(context, None).models) == ["faq", "legal"]
    assert list(configuration.load(context | {"model": "legal"}, None).models) == ["legal"]


def test_unknown_model_lists_the_known(context, problems_of):
    """A misspelt model is answered with the list and the closest."""
    assert problems_of(context | {"env": "dev", "model": "fak"}) == [
        "-c model: unknown model 'fak'; known: faq; did you mean 'faq'?"
    ]


def test_problems_of_other_models_do_not_block_the_chosen_one(context, dev, problems_of):
    """`-c model=` is a way to work on one model while another is being written."""
    context["environments"]["dev"]["models"]["draft"] = {"training": {}}
    assert problems_of(context | {"model": "faq"}) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:14566", True),
        ("http://127.8.0.3", True),
        ("http://localhost:1", True),
        ("https://[::1]:443", True),
        ("http://10.0.0.1", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1@evil.com", False),
        ("ftp://127.0.0.1", False),
        ("127.0.0.1:14566", False),
        ("http://[::1", False),
        (None, False),
    ],
)
def test_loopback_is_recognised_exactly(url, expected):
    """Addresses that only look local are not."""
    assert is_loopback(url) is expected
