"""The catalog knows what each base model allows, as the documents have it."""

from datetime import date
from decimal import Decimal

import pytest

from finetuning import catalog

HAIKU = catalog.find("anthropic.claude-3-haiku-20240307-v1:0:200k")


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


@pytest.mark.parametrize("alias", ["nova-micro", "nova-lite", "nova-pro", "nova-2-lite"])
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
        ("nova-2-lite", (("png", "jpeg", "gif"), None, ("mov", "mkv", "mp4"), None)),
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
    if limits is not None and alias != "nova-2-lite":  # of which no sizes are documented
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
def test_limits_of_llama_datasets_are_those_of_the_documents(alias, data_format, tokens, quota, blocks, validation):
    """What is documented about its datasets is there; what is not is None."""
    model = catalog.find(alias)
    limits = model.limits
    assert (model.data_format, limits.tokens_per_record, limits.system_blocks) == (data_format, tokens, blocks)
    assert (limits.minimum_total_records, limits.maximum_total_records) == (100, 10_000)
    assert (limits.minimum_training_records, limits.minimum_validation_records) == (None, None)
    assert (limits.maximum_training_records, limits.maximum_validation_records) == (10_000, validation)
    assert limits.records_quota.code == quota
    assert (model.reserved.strings, model.regions, model.invocation_format) == ((), ("us-west-2",), "llama-prompt")
    assert set(model.hyperparameters) == (set() if "3.3" in alias else {"epochCount", "batchSize", "learningRate"})


@pytest.mark.parametrize(
    ("alias", "code"),
    [
        ("llama-3.1-8b", "L-3632DE15"),
        ("llama-3.1-70b", "L-DD7903AD"),
        ("llama-3.2-1b", "L-B547321D"),
        ("llama-3.2-3b", "L-12E68701"),
        ("llama-3.2-11b", "L-1679CB40"),
        ("llama-3.2-90b", "L-DEE3A9C7"),
    ],
)
def test_llama_before_3_3_is_served_provisioned_only(alias, code):
    """In us-west-2, with a quota of model units that is zero."""
    model = catalog.find(alias)
    assert (model.serving_regions("provisioned"), model.serving_regions("on_demand")) == (("us-west-2",), ())
    quota = model.serving["provisioned"].units_quota
    assert quota is not None
    assert (quota.code, quota.default) == (code, 0)


def test_llama_3_3_is_served_on_demand_only():
    """It is absent from the table of provisioned throughput."""
    model = catalog.find("llama-3.3-70b")
    assert (model.serving_regions("provisioned"), model.serving_regions("on_demand")) == ((), ("us-west-2",))
    path = model.serving["on_demand"]
    assert (path.requests_per_minute, path.tokens_per_minute) == (400, 300_000)


@pytest.mark.parametrize("alias", ["nova-2-lite", "llama-3.3-70b"])
def test_hyperparameters_that_no_source_names_are_unknown_and_not_guessed(alias):
    """No page has a section on them."""
    model = catalog.find(alias)
    assert (model.hyperparameters_known, model.hyperparameters) == (False, {})
    assert "has no section on" in model.source["hyperparameters"]


def test_nova_2_lite_has_no_documented_limits_but_the_number_of_records():
    """None means unknown for it; a job takes no validation dataset; without a commitment there are no model units."""
    model = catalog.find("nova-2-lite")
    limits = model.limits
    assert (limits.known, limits.takes_validation, limits.tokens_per_record) == (False, False, None)
    assert (limits.maximum_total_records, limits.records_quota.code) == (20_000, "L-82EE9228")
    own = model.serving["provisioned"].units_quota_without_commitment
    assert own is not None
    assert (own.default, own.adjustable) == (0, False)
    assert all(
        other.limits.known and other.limits.takes_validation for other in catalog.base_models() if other != model
    )


@pytest.mark.parametrize("alias", ["llama-3.2-1b", "llama-3.2-3b", "llama-3.2-11b", "llama-3.2-90b"])
def test_llama_3_2_has_ended(alias):
    """Legacy on 2026-01-07, end of life on 2026-07-07; the tables of fine-tuning list it still."""
    model = catalog.find(alias)
    days = [date(2026, 1, 6), date(2026, 1, 7), date(2026, 7, 6), date(2026, 7, 7)]
    assert [model.status(day) for day in days] == ["active", "legacy", "legacy", "ended"]


def test_living_base_models_are_those_that_can_be_trained_and_served_today():
    """Four Novas and three Llamas at the day of the review; before 2026-01-07 all."""
    assert [model.name for model in catalog.living(catalog.reviewed())] == [
        *("Nova Micro", "Nova Lite", "Nova Pro", "Nova 2 Lite"),
        *("Llama 3.1 8B", "Llama 3.1 70B", "Llama 3.3 70B"),
    ]
    assert catalog.living(date(2025, 12, 15)) == catalog.base_models()


STUDENTS = {
    "nova-micro": ["amazon.nova-pro-v1:0", "amazon.nova-premier-v1:0"],
    "nova-lite": ["amazon.nova-pro-v1:0", "amazon.nova-premier-v1:0"],
    "nova-pro": ["amazon.nova-premier-v1:0"],
    "llama-3.1-8b": [
        "meta.llama3-1-405b-instruct-v1:0",
        "meta.llama3-1-70b-instruct-v1:0",
        "meta.llama3-3-70b-instruct-v1:0",
    ],
    "llama-3.1-70b": ["meta.llama3-1-405b-instruct-v1:0"],
    "llama-3.2-1b": [
        "meta.llama3-1-405b-instruct-v1:0",
        "meta.llama3-1-70b-instruct-v1:0",
        "meta.llama3-3-70b-instruct-v1:0",
    ],
    "llama-3.2-3b": ["meta.llama3-1-70b-instruct-v1:0", "meta.llama3-3-70b-instruct-v1:0"],
    "llama-3.3-70b": ["meta.llama3-1-405b-instruct-v1:0"],
}


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_customization_types_are_those_of_the_documents(model):
    """All are fine-tuned, eight are students, one takes reinforcement, and none continued pre-training any more."""
    teachers = STUDENTS.get(model.aliases[0])
    expected = ["FINE_TUNING"] + ["DISTILLATION"] * bool(teachers)
    expected += ["REINFORCEMENT_FINE_TUNING"] * (model.name == "Nova 2 Lite")
    assert list(model.customization_types) == expected
    assert all(model.customization_regions(kind) == model.regions for kind in expected)
    assert model.customization_regions("CONTINUED_PRE_TRAINING") == ()
    if teachers:
        found = model.customizations["DISTILLATION"]
        assert [teacher.model for teacher in found.teachers] == teachers
        assert found.minimum_records == 100


def test_teacher_past_its_end_of_life_teaches_no_more():
    """Nova Premier ended on 2026-09-14 and Llama 3.1 405B on 2026-07-07; Nova Pro has announced no end."""
    pro, premier = catalog.find("nova-lite").customizations["DISTILLATION"].teachers
    assert (pro.inference_profile, premier.inference_profile) == ("optional", "required")
    days = (date(2026, 9, 13), date(2026, 9, 14))
    assert [[teacher.is_alive(day) for day in days] for teacher in (pro, premier)] == [[True, True], [True, False]]
    largest = catalog.find("llama-3.1-8b").customizations["DISTILLATION"].teachers[0]
    assert (largest.inference_profile, largest.end_of_life) == ("unsupported", date(2026, 7, 7))


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_hyperparameter_defaults_lie_in_their_ranges(model):
    """A default that its own range refuses would be a typing error in the catalog."""
    for parameter in model.hyperparameters.values():
        assert parameter.minimum <= parameter.default <= parameter.maximum, parameter.name
    assert model.hyperparameters_known == bool(model.hyperparameters)
    known = {"Anthropic": Decimal(2), "Amazon": Decimal(2), "Meta": Decimal(5)}
    if model.hyperparameters:
        assert model.hyperparameters["epochCount"].default == known[model.provider]


def test_quotas_of_a_fresh_account_allow_no_provisioned_throughput():
    """The quota that stops every fresh account is zero and has a code to ask for."""
    quota = catalog.quotas()["custom_provisioned_units"]
    assert (quota.default, quota.code) == (0, "L-BE77399C")
