"""The catalog finds base models by any of their names and knows what each allows, with a source for every fact."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import finetuning
from finetuning import catalog

HAIKU = catalog.find("anthropic.claude-3-haiku-20240307-v1:0:200k")


@pytest.mark.parametrize(
    "identifier",
    [
        "anthropic.claude-3-haiku-20240307-v1:0",
        "claude-3-haiku",
        "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k",
        "arn:aws:bedrock:eu-west-3::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
    ],
)
def test_any_form_of_identifier_finds_the_base_model(identifier):
    """Customization id, inference id, ARN of any Region and alias mean the same base model."""
    assert catalog.find(identifier) is HAIKU


def test_unknown_base_model_is_refused_with_what_is_known_and_a_guess():
    """A misspelt base model is answered with the known ones and the closest."""
    with pytest.raises(catalog.UnknownBaseModelError) as refused:
        catalog.find("nova-lit")
    message = str(refused.value)
    assert message.startswith(
        "base model 'nova-lit' is not in the catalog; known: anthropic.claude-3-haiku-20240307-v1:0:200k, "
        "amazon.nova-micro-v1:0:128k, amazon.nova-lite-v1:0:300k, amazon.nova-pro-v1:0:300k, meta.llama3-1-8b"
    )
    assert message.endswith("meta.llama3-3-70b-instruct-v1:0:128k; did you mean 'nova-lite'?")


def test_unknown_base_model_that_resembles_none_is_refused_without_a_guess():
    """No guess is made from nothing."""
    with pytest.raises(catalog.UnknownBaseModelError, match=r"128k$"):
        catalog.find("gpt")


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-01-15", "active"),
        ("2026-03-09", "active"),
        ("2026-03-10", "legacy"),
        ("2026-09-09", "legacy"),
        ("2026-09-10", "ended"),
    ],
)
def test_status_changes_at_the_beginning_of_its_day(day, status):
    """Claude 3 Haiku was active until 2026-03-09 and reached its end of life on 2026-09-10."""
    assert HAIKU.status(date.fromisoformat(day)) == status


def test_new_jobs_are_refused_from_legacy_on():
    """Legacy is enough for Bedrock to refuse new customization jobs; the sentence says since when."""
    assert HAIKU.problem_with_new_jobs(date(2026, 1, 15)) is None
    assert HAIKU.problem_with_new_jobs(date(2026, 3, 10)) == (
        "Claude 3 Haiku is Legacy since 2026-03-10, end of life on 2026-09-10; "
        "Bedrock refuses new customization jobs and new provisioned throughput for it"
    )
    assert HAIKU.problem_with_new_jobs(catalog.reviewed()) == (
        "Claude 3 Haiku reached its end of life on 2026-09-10; Bedrock refuses all requests to it"
    )


@pytest.mark.parametrize("alias", ["nova-micro", "nova-lite", "nova-pro"])
def test_nova_is_alive_and_served_both_ways(alias):
    """Nova models take new jobs and are served on demand or provisioned in us-east-1."""
    nova = catalog.find(alias)
    assert nova.problem_with_new_jobs(catalog.reviewed()) is None
    assert nova.serving_regions("on_demand") == ("us-east-1",)
    assert nova.serving_regions("provisioned") == ("us-east-1",)
    assert nova.data_format == "bedrock-conversation-2024"


def test_haiku_is_served_provisioned_where_it_is_trained():
    """Claude 3 Haiku is trained in us-west-2 and has no on-demand deployment."""
    assert HAIKU.serving_regions("provisioned") == ("us-west-2",)
    assert HAIKU.serving_regions("on_demand") == ()
    quota = HAIKU.serving["provisioned"].units_quota
    assert quota is not None
    assert quota.code == "L-EF415EF6"
    assert HAIKU.foundation_model_arn("us-west-2") == (
        "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k"
    )


def test_haiku_dataset_limits_are_those_of_the_user_guide():
    """32 records or more in each file, 10,000 in all, 1,000 for validation, 32,000 tokens each."""
    limits = HAIKU.limits
    assert (limits.minimum_training_records, limits.minimum_validation_records) == (32, 32)
    assert (limits.maximum_training_records, limits.maximum_validation_records) == (10_000, 1_000)
    assert (limits.maximum_total_records, limits.tokens_per_record) == (10_000, 32_000)
    assert HAIKU.reserved.strings == ("\nHuman:", "\nAssistant:")
    assert HAIKU.limits.advised_training_records == 50  # the article: 50 to 100 rows are a reasonable start
    assert "50-100 rows" in limits.source


@pytest.mark.parametrize(
    ("alias", "media"),
    [
        ("claude-3-haiku", None),
        ("nova-micro", None),
        ("nova-lite", (("jpeg", "png", "gif", "webp"), 10, ("mov", "mkv", "mp4", "webm"), 1)),
        ("nova-pro", (("jpeg", "png", "gif", "webp"), 10, ("mov", "mkv", "mp4", "webm"), 1)),
        ("llama-3.1-8b", None),
        ("llama-3.2-3b", None),
        ("llama-3.2-11b", (("gif", "jpeg", "png", "webp"), None, (), None)),
        ("llama-3.2-90b", (("gif", "jpeg", "png", "webp"), None, (), None)),
        ("llama-3.3-70b", None),
    ],
)
def test_media_are_those_of_the_documents(alias, media):
    """Most base models are trained on text only; Nova Lite and Pro take one video or ten images, Llama images."""
    limits = catalog.find(alias).limits.media
    found = limits and (
        limits.image_formats,
        limits.images_per_record,
        limits.video_formats,
        limits.videos_per_record,
    )
    assert found == media
    if limits is not None:
        assert limits.image_bytes == 10 * 1024**2
        assert (limits.video_bytes, limits.video_seconds) == (
            (50 * 1024**2, 90) if limits.video_formats else (None, None)
        )


@pytest.mark.parametrize(
    ("alias", "data_format", "tokens", "quota", "blocks", "validation"),
    [
        ("llama-3.1-8b", "prompt-completion", 16_000, "L-34C933D1", None, 1_000),
        ("llama-3.1-70b", "prompt-completion", 16_000, "L-63EC9D04", None, 1_000),
        ("llama-3.2-1b", "bedrock-conversation-2024", 16_000, "L-70B8359C", 1, 1_000),
        ("llama-3.2-3b", "bedrock-conversation-2024", 16_000, "L-75A18A04", 1, 1_000),
        ("llama-3.2-11b", "bedrock-conversation-2024", 16_000, "L-E5FD5C04", 1, 1_000),
        ("llama-3.2-90b", "bedrock-conversation-2024", 10_000, "L-8076814C", 1, 1_000),
        ("llama-3.3-70b", "bedrock-conversation-2024", 16_000, "L-48C95F85", None, None),
    ],
)
def test_llama_is_known_to_the_data_tools_and_not_served(alias, data_format, tokens, quota, blocks, validation):
    """What is documented about its datasets is there; what is not is None, and no path serves it."""
    model = catalog.find(alias)
    limits = model.limits
    assert (model.data_format, limits.tokens_per_record, limits.system_blocks) == (data_format, tokens, blocks)
    assert (limits.minimum_total_records, limits.maximum_total_records) == (100, 10_000)
    assert (limits.minimum_training_records, limits.minimum_validation_records) == (None, None)
    assert (limits.maximum_training_records, limits.maximum_validation_records) == (10_000, validation)
    assert limits.records_quota.code == quota
    assert model.reserved.strings == ()
    assert (model.serving, model.regions) == ({}, ("us-west-2",))
    assert model.source["serving"].startswith("left out")
    assert model.customization_id == f"meta.{alias.replace('llama-', 'llama').replace('.', '-')}-instruct-v1:0:128k"
    assert set(model.hyperparameters) == (set() if "3.3" in alias else {"epochCount", "batchSize", "learningRate"})


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_hyperparameter_defaults_lie_in_their_ranges(model):
    """A default that its own range refuses would be a typing error in the catalog."""
    for parameter in model.hyperparameters.values():
        assert parameter.minimum <= parameter.default <= parameter.maximum, parameter.name
    known = {"Anthropic": Decimal(2), "Amazon": Decimal(2), "Meta": Decimal(5)}
    if model.hyperparameters:
        assert model.hyperparameters["epochCount"].default == known[model.provider]


def test_no_two_base_models_share_an_identifier():
    """An alias used twice would silently choose the later one."""
    identifiers = [
        name for model in catalog.base_models() for name in (model.customization_id, model.inference_id, *model.aliases)
    ]
    assert len(identifiers) == len(set(identifiers))


def test_every_group_of_facts_names_its_source():
    """No object with facts stands in the file without a source of its own or of the object around it."""
    raw = json.loads(Path(finetuning.__file__).with_name("catalog.json").read_text())
    for entry in raw["base_models"]:
        assert entry["identifiers_source"]
        groups = [value for value in entry.values() if isinstance(value, dict) and "source" not in value]
        assert groups == [entry["serving"]]
        assert all(path["source"] and (path["units_quota"] or {"source": 1})["source"] for path in groups[0].values())
    assert all(quota["source"] for quota in raw["quotas"].values())
    assert all(all(model.source.values()) for model in catalog.base_models())


def test_quotas_of_a_fresh_account_allow_no_provisioned_throughput():
    """The quota that stops every fresh account is zero and has a code to ask for."""
    quota = catalog.quotas()["custom_provisioned_units"]
    assert (quota.default, quota.code) == (0, "L-BE77399C")
