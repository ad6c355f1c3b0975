"""What the catalog rules out is refused at synth, before anything is deployed."""

import pytest

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
TRAINING = "environments.dev.models.faq.training"
ENDPOINT = "environments.dev.models.faq.endpoint"
PRICE = {"training_usd_per_1k_tokens": 0.002}


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
        "in us-west-2; allowed: provisioned, none; choose 'provisioned' or another base model"
    ]


def test_base_model_without_documented_hyperparameters_takes_none(context, dev, problems_of):
    """Nothing is guessed: the User Guide has no section on Llama 3.3. Who relies on them says so."""
    context["environments"]["dev"] |= {"region": "us-west-2", "prices": {"llama-3.3-70b": PRICE}}
    dev["training"] |= {"base_model": "llama-3.3-70b", "hyperparameters": {"epochCount": 2}}
    (problem,) = problems_of(context)
    assert problem.startswith(f"{TRAINING}.hyperparameters: AWS documents no hyperparameters of Llama 3.3 70B")
    dev["training"]["accept_unknown"] = ["hyperparameters"]
    assert problems_of(context) == []


def test_base_model_without_documented_dataset_is_taken_when_that_is_accepted(context, dev, problems_of):
    """Nova 2 Lite: what may be in a record is not documented for Bedrock, and a validation dataset is not taken."""
    context["environments"]["dev"]["prices"] = {"nova-2-lite": PRICE}
    dev["training"] |= {"base_model": "nova-2-lite", "hyperparameters": {"epochCount": 2}}
    assert [problem.partition(": ")[0] for problem in problems_of(context)] == [
        f"{TRAINING}.hyperparameters",
        f"{TRAINING}.dataset.validation",
        f"{TRAINING}.dataset",
    ]
    dev["training"]["accept_unknown"] = ["dataset", "hyperparameters"]
    del dev["training"]["dataset"]["validation"]
    assert problems_of(context) == []


@pytest.mark.parametrize(
    ("kind", "fix"),
    [
        ("REINFORCEMENT_FINE_TUNING", "base models with REINFORCEMENT_FINE_TUNING: amazon.nova-2-lite-v1:0:256k"),
        ("CONTINUED_PRE_TRAINING", "no base model takes CONTINUED_PRE_TRAINING today"),
    ],
)
def test_customization_type_that_the_base_model_lacks_is_refused(context, dev, problems_of, kind, fix):
    """Bedrock knows more types than a base model supports; what the type would need is not asked for."""
    dev["training"]["customization_type"] = kind
    assert problems_of(context) == [
        f"{TRAINING}.customization_type: must be one of FINE_TUNING, DISTILLATION for Nova Lite, got {kind!r}; {fix}"
    ]


def test_retired_base_model_is_refused_with_the_living(context, dev, problems_of):
    """The catalog knows names that Bedrock once had."""
    dev["training"]["base_model"] = "titan-text-lite"
    (problem,) = problems_of(context)
    assert problem.startswith(f"{TRAINING}.base_model: base model 'titan-text-lite' is Titan Text G1 - Lite (Amazon), ")


def test_tags_of_environment_and_model_are_counted_together(context, dev, problems_of):
    """Bedrock counts them all."""
    context["environments"]["dev"]["tags"] = {f"a{number}": "1" for number in range(30)}
    dev["training"]["tags"] = {f"a{number}": "2" for number in range(13, 47)}
    assert problems_of(context) == [
        f"{TRAINING}.tags: a job may have 46 tags besides the owner tags, got 47 with the environment's; "
        "remove some of them"
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


@pytest.mark.parametrize("serving", ["on_demand", "none"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model_units", 2),
        ("commitment", "one_month"),
        ("max_hourly_usd", 10.0),
        ("idle_days", 3),
        ("remove_idle", True),
    ],
)
def test_what_speaks_of_provisioned_throughput_is_refused_without_it(context, dev, problems_of, serving, field, value):
    """It would hold back nothing, and its reader would rely on it."""
    dev["endpoint"] |= {"serving": serving, field: value} | ({"idle_days": 3} if field == "remove_idle" else {})
    assert (
        f"{ENDPOINT}.{field}: is only for serving 'provisioned', and serving is {serving!r}; got {value!r}; "
        "remove it, or choose serving 'provisioned'"
    ) in problems_of(context)


def test_defaults_that_say_nothing_may_stay_with_another_serving_path(context, dev, problems_of):
    """So a change of the serving path is a change of one value."""
    dev["endpoint"] |= {"model_units": 1, "commitment": "none", "remove_idle": False}
    assert problems_of(context) == []


def test_removal_of_what_is_idle_needs_the_days(context, problems_of):
    """After how many days is nothing to guess."""
    context["environments"]["local"]["models"]["faq"]["endpoint"]["remove_idle"] = True
    assert problems_of(context, "http://127.0.0.1:1") == [
        "environments.local.models.faq.endpoint.remove_idle: needs endpoint.idle_days: after how many days without an "
        "invocation; add it, or remove remove_idle"
    ]


def test_approval_of_what_never_serves_is_refused(context, dev, problems_of):
    """Nobody would ever be asked."""
    dev["endpoint"] = {"serving": "none", "approval": "manual"}
    assert problems_of(context) == [
        f"{ENDPOINT}.approval: means nothing with serving 'none': nothing goes into service; remove it"
    ]


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ({"serving": "none"}, "endpoint.serving is 'none', so nothing would ever be in service"),
        (
            {"serving": "on_demand", "approval": "manual"},
            "endpoint.approval is 'manual', and CloudFormation would wait for a person",
        ),
    ],
)
def test_wait_mode_needs_something_to_wait_for(context, dev, problems_of, endpoint, reason):
    """CloudFormation would wait for twelve hours and roll back."""
    dev["endpoint"] = endpoint
    assert problems_of(context) == []
    assert problems_of(context | {"wait": "true"}) == [
        f"-c wait: environments.dev.models.faq.{reason}; leave out -c wait=true; "
        "python -m ops status --watch shows what happens"
    ]


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


def test_system_prompt_for_prompts_and_completions_is_refused(context, dev, problems_of):
    """Every record would be refused, hours after the data was sent."""
    context["environments"]["dev"] |= {"region": "us-west-2", "prices": {"llama-3.1-8b": PRICE}}
    dev["training"] |= {"base_model": "llama-3.1-8b"}
    dev["training"]["dataset"]["system_prompt"] = "Be brief."
    dev["endpoint"]["serving"] = "none"
    assert problems_of(context) == [
        f"{TRAINING}.dataset.system_prompt: Llama 3.1 8B is trained on 'prompt-completion', which has no place for a "
        "system prompt; remove it, or put it into the examples"
    ]


def test_system_prompt_for_conversations_is_taken(context, dev, problems_of):
    """They have a place for it."""
    dev["training"]["dataset"]["system_prompt"] = "Be brief."
    assert problems_of(context) == []


def test_plain_text_is_no_answered_question(context, dev, problems_of):
    """It can be converted to no format of fine-tuning."""
    dev["training"]["dataset"]["format"] = "plain-text"
    assert problems_of(context) == [
        f"{TRAINING}.dataset.format: FINE_TUNING of Nova Lite takes 'bedrock-conversation-2024', and 'plain-text' "
        "cannot be converted to it; give other data, or another customization_type"
    ]


def test_images_for_a_base_model_of_text_are_refused(context, dev, problems_of):
    """Nova Micro reads text only."""
    context["environments"]["dev"]["prices"] = {"nova-micro": PRICE}
    dev["training"] |= {"base_model": "nova-micro"}
    dev["training"]["dataset"]["media"] = "s3://pictures/faq/"
    assert problems_of(context) == [
        f"{TRAINING}.dataset.media: FINE_TUNING of Nova Micro takes text, without images and videos; remove it"
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("account", "444455556666"), ("key_arn", "arn:aws:kms:us-east-1:444455556666:key/0a1b")],
)
def test_owner_of_a_bucket_is_named_for_files_in_buckets_only(context, dev, problems_of, field, value):
    """A file of the repository travels in the environment's own bucket."""
    dev["training"]["dataset"][field] = value
    assert problems_of(context) == [
        f"{TRAINING}.dataset.{field}: is only for files in S3, and all files here are in the repository; "
        "remove it, or give s3:// URIs"
    ]
    dev["training"]["dataset"]["test"] = "s3://theirs/test.jsonl"
    assert problems_of(context) == []


@pytest.mark.parametrize("customization_type", ["DISTILLATION", "PRETRAINING"])
def test_type_that_a_base_model_does_not_take_says_nothing_of_its_data(context, dev, problems_of, customization_type):
    """No documentation says what data it would take."""
    dev["training"] |= {"base_model": "nova-2-lite", "customization_type": customization_type}
    found = [problem for problem in problems_of(context) if problem.startswith(TRAINING)]
    assert not [problem for problem in found if problem.startswith(f"{TRAINING}.dataset")]
    assert [problem for problem in found if problem.startswith(f"{TRAINING}.customization_type: must be ")]
