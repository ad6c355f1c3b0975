"""What is named by its ARN must be where it can be used, and an environment is where its base models are."""

import pytest

import configuration
from tests.unit.configuration.conftest import Context, ProblemsOf

LOOPBACK = "http://127.0.0.1:1"
DEV = "environments.dev"
KEY = "key/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"
CUSTOM_MODEL = "custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("key_arn", f"arn:aws:kms:us-east-1:111122223333:{KEY}", ""),
        (
            "key_arn",
            f"arn:aws:kms:eu-west-1:444455556666:{KEY}",
            "the key is in account 444455556666 and Region eu-west-1, and the environment in account 111122223333 and "
            "Region us-east-1",
        ),
        ("service_role_arn", "arn:aws:iam::111122223333:role/bedrock", ""),
        (
            "service_role_arn",
            "arn:aws:iam::444455556666:role/bedrock",
            "the role is in account 444455556666, and the environment in account 111122223333",
        ),
        ("permissions_boundary", "arn:aws:iam::aws:policy/PowerUserAccess", ""),
        ("permissions_boundary", "arn:aws:iam::111122223333:policy/boundary", ""),
        (
            "permissions_boundary",
            "arn:aws:iam::444455556666:policy/boundary",
            "the policy is in account 444455556666, and the environment in account 111122223333",
        ),
    ],
)
def test_what_an_environment_names_is_its_own(
    context: Context, dev: Context, problems_of: ProblemsOf, field: str, value: str, expected: str
) -> None:
    """A role is passed, and a boundary is set, within one account."""
    context["environments"]["dev"][field] = value
    assert problems_of(context) == (
        [f"{DEV}.{field}: {expected}; name one of the environment's own"] if expected else []
    )


def test_place_that_is_missing_is_one_problem(context: Context, dev: Context, problems_of: ProblemsOf) -> None:
    """Nothing can belong to an account that nobody named."""
    environment = context["environments"]["dev"]
    environment |= {"key_arn": f"arn:aws:kms:us-east-1:444455556666:{KEY}", "account": "here"}
    (problem,) = problems_of(context)
    assert problem.startswith(f"{DEV}.account: ")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("us-east-1:111122223333", ""),
        (
            "us-west-2:111122223333",
            "the custom model is in Region us-west-2, and the environment in Region us-east-1",
        ),
        (
            "us-east-1:444455556666",
            "the custom model is in account 444455556666, and the environment in account 111122223333",
        ),
    ],
)
def test_custom_model_that_is_trained_further_is_the_environments_own(
    context: Context, dev: Context, problems_of: ProblemsOf, place: str, expected: str
) -> None:
    """The rules and the price of its base model apply."""
    dev["training"]["base_model"] = f"arn:aws:bedrock:{place}:{CUSTOM_MODEL}"
    path = f"{DEV}.models.faq.training.base_model"
    assert problems_of(context) == ([f"{path}: {expected}; name one of the environment's own"] if expected else [])


def test_foundation_model_is_the_same_in_every_region(context: Context, dev: Context, problems_of: ProblemsOf) -> None:
    """Its ARN is one more name of it."""
    dev["training"]["base_model"] = "arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-lite-v1:0:300k"
    assert problems_of(context) == []


def test_key_of_files_is_in_the_environments_region(context: Context, dev: Context, problems_of: ProblemsOf) -> None:
    """It may belong to another account."""
    dataset = {"training": "s3://theirs/training.jsonl", "account": "444455556666"}
    dev["training"]["dataset"] = dataset | {"key_arn": f"arn:aws:kms:eu-west-1:444455556666:{KEY}"}
    assert problems_of(context) == [
        f"{DEV}.models.faq.training.dataset.key_arn: the key is in eu-west-1, and the environment is in us-east-1; "
        "name a key of the environment's Region: the files are read there"
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("key_arn", "alias/mine", "must be the ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>'"),
        ("service_role_arn", "bedrock", "must be the ARN of a role, 'arn:aws:iam::<account>:role/<name>'"),
        ("permissions_boundary", "x", "must be the ARN of a managed policy, 'arn:aws:iam::<account>:policy/<name>'"),
        ("log_retention_days", 31, "must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "),
        ("reserved_concurrency", 101, "must be less than or equal to 100"),
        ("network", {"vpc_id": "mine"}, "must be the id of a VPC, 'vpc-…'"),
        ("tags", {"a;b": "c"}, "its name must have letters, digits, spaces and . _ : / = + @ - only"),
    ],
)
def test_environment_fields_say_what_they_may_be(
    context: Context, dev: Context, problems_of: ProblemsOf, field: str, value: object, expected: str
) -> None:
    """In words, not in regular expressions."""
    context["environments"]["dev"][field] = value
    problem = problems_of(context)[0]
    assert problem.startswith(f"{DEV}.{field}")
    assert expected in problem


def test_local_is_where_its_base_model_can_be_customized(context: Context) -> None:
    """So moving to a base model of another Region is no change of the Region."""
    del context["environments"]["local"]["region"]
    assert configuration.load(context, LOOPBACK).environment.region == "us-west-2"
    context["training.base_model"] = "nova-lite"
    context["endpoint.serving"] = "on_demand"
    context["training.hyperparameters.epochCount"] = "5"
    assert configuration.load(context, LOOPBACK).environment.region == "us-east-1"


def test_local_models_need_a_region_in_common(context: Context, problems_of: ProblemsOf) -> None:
    """One environment is in one Region; one model of several can still be chosen."""
    local = context["environments"]["local"]
    del local["region"]
    local["models"]["support"] = context["environments"]["dev"]["models"]["faq"]
    assert problems_of(context, LOOPBACK) == [
        "environments.local.region: is left out, and the base models have no Region in common: faq: us-west-2; "
        "support: us-east-1; choose base models of one Region, or one model with -c model=<model>"
    ]
    assert problems_of(context | {"model": "support"}, LOOPBACK) == []


def test_local_without_a_model_needs_a_region(context: Context) -> None:
    """Nothing else could tell it."""
    context["env"] = "local"
    context["environments"]["local"].pop("region", None)
    context["environments"]["local"]["models"] = {}
    with pytest.raises(configuration.ConfigurationError) as refused:
        configuration.load(context, LOOPBACK)
    assert str(refused.value).splitlines()[1:] == [
        "  environments.local.region: is left out, and there is no model whose base model could tell it; "
        "add a model to models, or a region"
    ]


def test_broken_base_model_of_local_is_the_one_problem(context: Context, problems_of: ProblemsOf) -> None:
    """Not a Region that nobody can tell then."""
    del context["environments"]["local"]["region"]
    context["environments"]["local"]["models"]["faq"]["training"]["base_model"] = "nova-light"
    (problem,) = problems_of(context, LOOPBACK)
    assert problem.startswith("environments.local.models.faq.training.base_model: base model 'nova-light' is not in")


def test_other_environments_name_their_region(context: Context, dev: Context, problems_of: ProblemsOf) -> None:
    """A real account is never guessed at."""
    del context["environments"]["dev"]["region"]
    assert problems_of(context) == [f"{DEV}.region: is required; add it"]
