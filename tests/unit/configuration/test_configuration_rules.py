"""What the catalog rules out is refused at synth, before anything is deployed."""

import pytest

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
TRAINING = "environments.dev.models.faq.training"
ENDPOINT = "environments.dev.models.faq.endpoint"


def test_base_model_at_end_of_life_is_refused_with_the_living(context, dev, problems_of):
    """Claude 3 Haiku cannot be trained on a real account any more; the message names what can."""
    dev["training"]["base_model"] = HAIKU
    context["environments"]["dev"]["region"] = "us-west-2"
    problem = problems_of(context)[0]
    assert problem.startswith(f"{TRAINING}.base_model: Claude 3 Haiku reached its end of life on 2026-09-10")
    assert "choose one of amazon.nova-micro-v1:0:128k (us-east-1), amazon.nova-lite-v1:0:300k (us-east-1)" in problem


def test_unknown_base_model_is_refused_with_the_known(context, dev, problems_of):
    """The catalog's own message is passed on."""
    dev["training"]["base_model"] = "amazon.nova-light-v1:0:300k"
    (problem,) = problems_of(context)
    assert problem.startswith(f"{TRAINING}.base_model: base model 'amazon.nova-light-v1:0:300k' is not in the catalog")


def test_region_without_fine_tuning_is_refused(context, problems_of):
    """Nova Lite is fine-tuned in us-east-1 only."""
    context["environments"]["dev"]["region"] = "eu-west-1"
    assert problems_of(context | {"env": "dev"}) == [
        f"{TRAINING}.base_model: Nova Lite can be fine-tuned in us-east-1, and the environment is in 'eu-west-1'; "
        "change the environment's region or the base model"
    ]


def test_serving_path_that_the_base_model_lacks_is_refused(context, problems_of):
    """Claude 3 Haiku has no on-demand deployments."""
    context["environments"]["local"]["models"]["faq"]["endpoint"]["serving"] = "on_demand"
    assert problems_of(context, "http://127.0.0.1:1") == [
        "environments.local.models.faq.endpoint.serving: custom models of Claude 3 Haiku cannot be served 'on_demand' "
        "in us-west-2; allowed: provisioned; choose 'provisioned' or another base model"
    ]


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_base_model_that_this_project_cannot_serve_is_refused(context, dev, problems_of, serving):
    """The data tools know Llama; how a custom model of it is asked is not in this project yet."""
    context["environments"]["dev"]["region"] = "us-west-2"
    dev["training"]["base_model"] = "llama-3.3-70b"
    dev["endpoint"]["serving"] = serving
    assert problems_of(context)[0] == (
        f"{ENDPOINT}.serving: this project cannot serve custom models of Llama 3.3 70B yet; "
        "choose another base model; the data tools (python -m ops data) take this one"
    )


def test_base_model_without_documented_hyperparameters_takes_none(context, dev, problems_of):
    """Nothing is guessed: the User Guide has no section on Llama 3.3."""
    context["environments"]["dev"]["region"] = "us-west-2"
    dev["training"] |= {"base_model": "llama-3.3-70b", "hyperparameters": {"epochCount": 2}}
    assert problems_of(context)[0] == (
        f"{TRAINING}.hyperparameters.epochCount: unknown hyperparameter for Llama 3.3 70B; "
        "allowed: none is documented; remove it"
    )


def test_customization_type_that_the_base_model_lacks_is_refused(context, dev, problems_of):
    """Bedrock knows more types than a base model supports."""
    dev["training"]["customization_type"] = "DISTILLATION"
    assert problems_of(context) == [
        f"{TRAINING}.customization_type: must be one of FINE_TUNING for Nova Lite, got 'DISTILLATION'"
    ]


def test_early_stopping_without_validation_is_refused(context, problems_of):
    """There would be no loss to watch."""
    training = context["environments"]["local"]["models"]["faq"]["training"]
    training["hyperparameters"]["earlyStoppingPatience"] = 2
    del training["dataset"]["validation"]
    assert problems_of(context, "http://127.0.0.1:1") == [
        "environments.local.models.faq.training.hyperparameters.earlyStoppingPatience: early stopping needs a "
        "validation dataset; add dataset.validation or remove it"
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("epochCount", 50), ("learningRateMultiplier", 0.05), ("epochCount", True)]
)
def test_hyperparameters_out_of_range_are_refused(context, problems_of, name, value):
    """The article's own learning rate multiplier of 0.05 is one of them."""
    context["environments"]["local"]["models"]["faq"]["training"]["hyperparameters"] = {name: value}
    (problem,) = problems_of(context, "http://127.0.0.1:1")
    assert problem.startswith(f"environments.local.models.faq.training.hyperparameters.{name}: must be ")
    assert f"got {value}" in problem


@pytest.mark.parametrize("environment", ["local", "dev", "prod"])
def test_commitments_are_refused_everywhere(context, problems_of, environment):
    """A term cannot be cancelled, and nothing can acknowledge one yet."""
    context["environments"][environment]["models"]["faq"]["endpoint"]["commitment"] = "one_month"
    (problem,) = problems_of(context | {"env": environment}, "http://127.0.0.1:1")
    assert problem == (
        f"environments.{environment}.models.faq.endpoint.commitment: must be 'none', got 'one_month': a commitment "
        "cannot be cancelled before its term ends; remove it; no environment can acknowledge a commitment yet"
    )


def test_provisioned_throughput_needs_a_price_limit_on_a_real_account(context, dev, problems_of):
    """It costs tens of dollars an hour; the embedded AWS bills nothing."""
    dev["endpoint"] = {"serving": "provisioned"}
    (problem,) = problems_of(context)
    assert problem.startswith(f"{ENDPOINT}.max_hourly_usd: is required with serving 'provisioned'")
    dev["endpoint"]["max_hourly_usd"] = 75
    assert problems_of(context) == []


def test_model_units_without_provisioned_throughput_are_refused(context, dev, problems_of):
    """On-demand serving has none."""
    dev["endpoint"]["model_units"] = 2
    assert problems_of(context) == [
        f"{ENDPOINT}.model_units: on-demand serving has no model units, got 2; "
        "remove it, or choose serving 'provisioned'"
    ]


def test_manual_approval_is_refused(context, dev, problems_of):
    """Nobody could approve yet, and the model would never serve."""
    dev["endpoint"]["approval"] = "manual"
    assert problems_of(context) == [f"{ENDPOINT}.approval: must be 'automatic', got 'manual'; remove it"]


def test_waiver_that_cannot_be_granted_is_refused_at_its_place(context, dev, problems_of):
    """An unknown rule, one of Bedrock's own, and one without a reason: all at once."""
    dev["training"]["dataset"]["waivers"] = {"DS999": "because of this", "DS501": "because of that", "DS606": "ok"}
    problems = problems_of(context)
    assert [problem.partition(": ")[0] for problem in problems] == [
        f"{TRAINING}.dataset.waivers.{code}" for code in ("DS999", "DS501", "DS606")
    ]
    assert "no such rule" in problems[0]
    assert "cannot be waived" in problems[1]
    assert "the reason needs at least 10 characters, got 2" in problems[2]


def test_waiver_with_a_reason_is_taken(context, dev, problems_of):
    """What advises only may be set aside."""
    dev["training"]["dataset"]["waivers"] = {"DS606": "long answers are meant"}
    assert problems_of(context) == []


@pytest.mark.parametrize(
    "media", ["s3://pictures", "s3://pictures/", "s3://pictures/faq", "pictures/faq/", "s3://p/a b/"]
)
def test_media_must_be_a_folder_of_a_bucket(context, dev, problems_of, media):
    """The function may read below it, so a whole bucket is too much."""
    dev["training"]["dataset"]["media"] = media
    assert problems_of(context) == [
        f"{TRAINING}.dataset.media: must be a folder of a bucket, 's3://bucket/folder/', with letters, digits and _ - "
        f". in its name, got {media!r}"
    ]


@pytest.mark.parametrize("key", ["alias/mine", "arn:aws:kms:us-east-1:111122223333:alias/mine", "*"])
def test_key_of_the_files_must_be_one_key(context, dev, problems_of, key):
    """An alias is resolved by S3 and not by a policy."""
    dev["training"]["dataset"]["key_arn"] = key
    assert problems_of(context) == [
        f"{TRAINING}.dataset.key_arn: must be the ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>', "
        f"got {key!r}"
    ]
