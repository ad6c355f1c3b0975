"""Edits without effect keep a fingerprint; edits with an effect change it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog, fingerprint

HAIKU = catalog.find("claude-3-haiku")
NOVA_LITE = catalog.find("nova-lite")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def training(**changes):
    """Return the fingerprint of a wanted model with some changes."""
    wanted: dict[str, Any] = {
        "base_model": HAIKU,
        "customization_type": "FINE_TUNING",
        "hyperparameters": {"epochCount": "10", "earlyStoppingThreshold": 0.00005},
        "training_digest": "a" * 64,
        "validation_digest": "b" * 64,
        "kms_key_arn": "arn:aws:kms:us-west-2:111122223333:key/1",
    }
    return fingerprint.training_fingerprint(**(wanted | changes))


def endpoint(**changes):
    """Return the fingerprint of a wanted endpoint with some changes."""
    wanted: dict[str, Any] = {"base_model": HAIKU, "serving": "provisioned", "model_units": 1, "commitment": "none"}
    return fingerprint.endpoint_fingerprint(**(wanted | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"hyperparameters": {"earlyStoppingThreshold": 0.00005, "epochCount": "10"}},
        {"hyperparameters": {"epochCount": 10, "earlyStoppingThreshold": "5e-05"}},
        {"hyperparameters": {"epochCount": 10.0, "earlyStoppingThreshold": "0.000050"}},
        {"hyperparameters": {"epochCount": "+10", "earlyStoppingThreshold": "5E-5"}},
        {"base_model": catalog.find(HAIKU.inference_id)},
        {"base_model": catalog.find(HAIKU.foundation_model_arn("us-west-2"))},
    ],
)
def test_edit_without_effect_keeps_the_training_fingerprint(changes):
    """Key order, spelling of numbers and form of the base model's id start no training job."""
    assert training(**changes) == training()


@pytest.mark.parametrize(
    "changes",
    [
        {"base_model": NOVA_LITE, "hyperparameters": {"epochCount": 5}},
        {"customization_type": "CONTINUED_PRE_TRAINING"},
        {"hyperparameters": {"epochCount": 9, "earlyStoppingThreshold": 0.00005}},
        {"hyperparameters": {"epochCount": 10}},
        {"training_digest": "c" * 64},
        {"validation_digest": None},
        {"kms_key_arn": None},
    ],
)
def test_edit_with_effect_changes_the_training_fingerprint(changes):
    """Whatever changes the custom model changes its fingerprint."""
    assert training(**changes) != training()


def test_empty_text_means_absent():
    """CloudFormation passes an absent value as an empty string, which is the same wish."""
    assert training(validation_digest="", kms_key_arn="") == training(validation_digest=None, kms_key_arn=None)


def test_fingerprints_do_not_move_between_releases():
    """A fingerprint that changed with the code would retrain every model, so two are pinned."""
    assert training() == "1bae489b8dd876815d31d254f4e6573d45ce08d7cd72b2cd50c0f7795a17d763"
    assert endpoint() == "86cf0fc66c1646e601fe92d0ab87c07883d8e41367c67c8d0a66be2d08705ccd"


@pytest.mark.parametrize(
    "changes",
    [{"base_model": NOVA_LITE}, {"serving": "on_demand"}, {"model_units": 2}, {"commitment": "OneMonth"}],
)
def test_edit_with_effect_changes_the_endpoint_fingerprint(changes):
    """What an update cannot change in place needs another endpoint."""
    assert endpoint(**changes) != endpoint()


def test_units_do_not_count_on_demand():
    """A custom model deployment has neither model units nor a commitment."""
    on_demand = endpoint(serving="on_demand")
    assert endpoint(serving="on_demand", model_units=5, commitment="OneMonth") == on_demand


def test_request_token_is_one_that_bedrock_accepts():
    """Tokens are 64 letters and digits."""
    token = fingerprint.request_token({"jobName": "finetuning-dev-faq-0123456789-1"})
    assert len(token) == 64
    assert token.isalnum()
    assert token.isascii()


def test_request_token_depends_on_the_whole_request_but_itself():
    """Another request has another token; the token in the request and the order of keys have no part in it."""
    request = {"jobName": "a", "hyperParameters": {"epochCount": "1", "batchSize": "4"}}
    token = fingerprint.request_token(request)
    turned = {"hyperParameters": {"batchSize": "4", "epochCount": "1"}, "jobName": "a", "clientRequestToken": token}
    assert fingerprint.request_token(turned) == token
    assert fingerprint.request_token(request | {"hyperParameters": {"epochCount": "2"}}) != token


@given(JSON)
def test_canonical_json_is_json_and_a_fixed_point(value):
    """Canonical JSON reads back as the value and does not depend on spaces or key order."""
    text = fingerprint.canonical_json(value)
    assert json.loads(text) == value
    assert fingerprint.canonical_json(json.loads(json.dumps(value, indent=3))) == text


def test_rejects_numbers_that_json_has_no_word_for():
    """NaN has no canonical form."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        fingerprint.canonical_json(float("nan"))
