"""A base model is found by any of its identifiers; what is not found is answered with what there is."""

import pytest

from finetuning import catalog

HAIKU = catalog.find("anthropic.claude-3-haiku-20240307-v1:0:200k")
ACCOUNT_ARN = "arn:aws:bedrock:us-west-2:123456789012"
LIVING = (
    "amazon.nova-micro-v1:0:128k (us-east-1), amazon.nova-lite-v1:0:300k (us-east-1), amazon.nova-pro-v1:0:300k "
    "(us-east-1), amazon.nova-2-lite-v1:0:256k (us-east-1), meta.llama3-1-8b-instruct-v1:0:128k (us-west-2), "
    "meta.llama3-1-70b-instruct-v1:0:128k (us-west-2), meta.llama3-3-70b-instruct-v1:0:128k (us-west-2)"
)


@pytest.mark.parametrize(
    "identifier",
    [
        "anthropic.claude-3-haiku-20240307-v1:0",
        "anthropic.claude-3-haiku-20240307-v1:0:48k",
        "us.anthropic.claude-3-haiku-20240307-v1:0",
        "claude-3-haiku",
        "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k",
        "arn:aws:bedrock:eu-west-3::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        f"{ACCOUNT_ARN}:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0",
        f"{ACCOUNT_ARN}:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghij12",
    ],
)
def test_any_form_of_identifier_finds_the_base_model(identifier):
    """Ids with and without a context length, ARNs of any Region, inference profiles, custom models and aliases."""
    assert catalog.find(identifier) is HAIKU


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_every_identifier_of_every_base_model_finds_it(model):
    """In all its forms."""
    ids = (model.customization_id, model.inference_id, *model.context_variants)
    forms = [*ids, *model.aliases, f"us.{model.inference_id}"]
    forms += [f"arn:aws:bedrock:{model.regions[0]}::foundation-model/{name}" for name in ids]
    forms += [f"{ACCOUNT_ARN}:custom-model/{model.customization_id}/0123456789ab"]
    assert {catalog.find(form) for form in forms} == {model}
    assert model.foundation_model_arn(model.regions[0]) in forms


def test_no_two_base_models_share_an_identifier():
    """An alias used twice would silently choose the later one."""
    identifiers = [
        name
        for model in catalog.base_models()
        for name in (model.customization_id, model.inference_id, *model.context_variants, *model.aliases)
    ] + [name for model in catalog.retired() for name in (*model.identifiers, *model.aliases)]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize(
    ("identifier", "is_one"),
    [
        (f"{ACCOUNT_ARN}:custom-model/amazon.nova-lite-v1:0:300k/abcdefghij12", True),
        (f"{ACCOUNT_ARN}:custom-model/amazon.nova-lite-v1:0:300k/ABCDEFGHIJ12", False),
        (f"{ACCOUNT_ARN}:custom-model/amazon.nova-lite-v1:0:300k", False),
        ("arn:aws:bedrock:us-west-2::custom-model/amazon.nova-lite-v1:0:300k/abcdefghij12", False),
        ("amazon.nova-lite-v1:0:300k", False),
        ("my-model", False),
    ],
)
def test_custom_model_is_told_by_its_arn(identifier, is_one):
    """It can be trained further; nothing else is taken for one."""
    assert catalog.custom_model_arn(identifier) == (identifier if is_one else None)


@pytest.mark.parametrize(
    "identifier",
    [
        f"{ACCOUNT_ARN}:custom-model/imported/abcdefghij12",
        f"{ACCOUNT_ARN}:provisioned-model/abcdefghij12",
        "us.amazon.nova-lite",
        "",
    ],
)
def test_what_leads_to_no_base_model_finds_none(identifier):
    """An imported model has no base model, and an endpoint is none."""
    with pytest.raises(catalog.UnknownBaseModelError):
        catalog.find(identifier)


def test_unknown_base_model_is_refused_with_what_is_known_and_a_guess():
    """A misspelt base model is answered with the known ones and the closest."""
    with pytest.raises(catalog.UnknownBaseModelError) as refused:
        catalog.find("nova-lit")
    message = str(refused.value)
    assert message.startswith(
        "base model 'nova-lit' is not in the catalog; known: anthropic.claude-3-haiku-20240307-v1:0:200k, "
        "amazon.nova-micro-v1:0:128k, amazon.nova-lite-v1:0:300k, amazon.nova-pro-v1:0:300k, "
        "amazon.nova-2-lite-v1:0:256k, meta.llama3-1-8b"
    )
    assert message.endswith("meta.llama3-3-70b-instruct-v1:0:128k; did you mean 'nova-lite'?")


def test_unknown_base_model_that_resembles_none_is_refused_without_a_guess():
    """No guess is made from nothing."""
    with pytest.raises(catalog.UnknownBaseModelError, match=r"128k$"):
        catalog.find("gpt")


@pytest.mark.parametrize(
    ("identifier", "what"),
    [
        ("titan-text-lite", "Titan Text G1 - Lite (Amazon)"),
        ("amazon.titan-text-lite-v1:0:4k", "Titan Text G1 - Lite (Amazon)"),
        ("amazon.titan-text-express-v1", "Titan Text G1 - Express (Amazon)"),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1:0:8k",
            "Titan Text G1 - Express (Amazon)",
        ),
        ("amazon.titan-text-premier-v1:0:32k", "Titan Text Premier (Amazon)"),
        ("cohere.command-text-v14:7:4k", "Cohere Command (Cohere)"),
        ("cohere-command-light", "Cohere Command Light (Cohere)"),
    ],
)
def test_retired_base_model_is_refused_with_the_living(identifier, what):
    """Word for word: what it is, what became of it, and what there is instead, with the Regions."""
    with pytest.raises(catalog.UnknownBaseModelError) as refused:
        catalog.find(identifier)
    assert str(refused.value) == (
        f"base model {identifier!r} is {what}, no longer among the models that can be fine-tuned on Bedrock; "
        f"choose one of {LIVING}"
    )
