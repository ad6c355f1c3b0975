"""In Bedrock, a role changes only what carries the owner tags, and names only base models that can be used."""

from datetime import date

import pytest

from finetuning import catalog
from stacks.constructs import base_models
from tests.infrastructure.rights import is_held, kind
from tests.infrastructure.synthesis import Synthesis
from tests.infrastructure.template import as_list, statement_with

#: A day on which that base model could be used.
HAIKU_LIVED = date(2025, 12, 15)


@pytest.mark.parametrize("function", ["CustomizationJobFunction", "DriverFunction"])
def test_the_service_role_is_passed_to_bedrock_only(dev: Synthesis, function: str) -> None:
    """PassRole names one role and one service (control S03)."""
    (statement,) = statement_with(dev.resources("Control"), function, "iam:PassRole")
    (export,) = [
        o["Export"]["Name"] for i, o in _exports(dev).items() if i.startswith("ExportsOutputFnGetAttServiceRole")
    ]
    assert statement == {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": {"Fn::ImportValue": export},
        "Condition": {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
    }


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("bedrock:CreateModelCustomizationJob", "RequestTag"),
        ("bedrock:CreateProvisionedModelThroughput", "RequestTag"),
        ("bedrock:CreateCustomModelDeployment", "RequestTag"),
        ("bedrock:StopModelCustomizationJob", "ResourceTag"),
        ("bedrock:DeleteCustomModel", "ResourceTag"),
        ("bedrock:UpdateCustomModelDeployment", "ResourceTag"),
        ("bedrock:DeleteProvisionedModelThroughput", "ResourceTag"),
        ("bedrock:DeleteCustomModelDeployment", "ResourceTag"),
        ("bedrock:InvokeModel", "ResourceTag"),
    ],
)
def test_bedrock_is_changed_within_the_owner_tags_only(dev: Synthesis, action: str, key: str) -> None:
    """Create only what carries our tags, change only what carries them (control S06).

    Models of other environments that are held here: see test_promotion.py.
    """
    tags = {f"aws:{key}/finetuning:project": "finetuning", f"aws:{key}/finetuning:environment": "dev"}
    found = [s for s in statement_with(dev.resources("Control"), "DriverFunction", action) if not is_held(s)]
    assert found
    for statement in found:
        assert statement["Condition"] == {"StringEquals": tags}


def test_tags_are_given_with_a_purchase_and_changed_without_touching_the_owner_tags(dev: Synthesis) -> None:
    """All rights go by the owner tags: who could change them could make anything ours, or ours nobody's."""
    control = dev.resources("Control")
    given = [s for s in statement_with(control, "DriverFunction", "bedrock:TagResource") if not is_held(s)]
    bought, changed = sorted(given, key=lambda s: len(s["Condition"]))
    assert bought["Condition"] == {"StringEquals": _owner("RequestTag")}
    assert changed["Condition"] == {
        "StringEquals": _owner("ResourceTag"),
        "ForAllValues:StringNotLike": {"aws:TagKeys": ["finetuning:*"]},
    }
    taken = statement_with(control, "DriverFunction", "bedrock:UntagResource")
    assert [s for s in taken if not is_held(s)] == [changed]
    (of_job_function,) = statement_with(control, "CustomizationJobFunction", "bedrock:TagResource")
    assert of_job_function["Condition"] == {"StringEquals": _owner("RequestTag")}


def test_swapping_a_model_is_bounded_by_the_owner_tags(dev: Synthesis) -> None:
    """Foundation models have no tags, so they stand in a statement of their own."""
    action = "bedrock:UpdateProvisionedModelThroughput"
    found = [s for s in statement_with(dev.resources("Control"), "DriverFunction", action) if not is_held(s)]
    bounded, foundation = sorted(found, key=lambda s: "Condition" not in s)
    assert {kind(resource) for resource in bounded["Resource"]} == {"custom-model", "provisioned-model"}
    assert {kind(resource) for resource in foundation["Resource"]} == {"foundation-model"}


def test_jobs_are_authorised_against_every_kind_of_resource(dev: Synthesis) -> None:
    """Base model, custom model and job: the published table forgets the job (control S05)."""
    (statement,) = statement_with(
        dev.resources("Control"), "CustomizationJobFunction", "bedrock:CreateModelCustomizationJob"
    )
    assert {kind(resource) for resource in statement["Resource"]} == {
        "custom-model",
        "foundation-model",
        "model-customization-job",
    }
    assert "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k" in statement["Resource"]


def test_base_models_that_cannot_be_used_are_not_named(dev: Synthesis, local: Synthesis) -> None:
    """Rights end where a model can neither be fine-tuned nor served, and with the life of a base model."""
    for synthesis, foreign in ((dev, "meta.llama"), (local, "amazon.nova")):
        assert foreign not in synthesis.text("Control")
    assert "claude-3-haiku" in local.text("Control"), "on the embedded AWS's day it lives"
    assert "claude" not in dev.text("Control")


def test_base_models_of_copies_are_named_where_they_are_served() -> None:
    """Claude 3 Haiku is trained in one Region, and its copies are served in others."""
    named = [base_models.identifiers("us-east-1", HAIKU_LIVED, takes_copies=takes) for takes in (False, True)]
    assert [any("claude-3-haiku" in name for name in found) for found in named] == [False, True]
    assert base_models.identifiers("us-east-1", catalog.reviewed(), takes_copies=True) == base_models.identifiers(
        "us-east-1", catalog.reviewed()
    )


def test_deployments_are_authorised_against_what_they_make_too(dev: Synthesis) -> None:
    """The published table lists the model only, as it forgets the job: too late to find out after the training."""
    (statement,) = statement_with(dev.resources("Control"), "DriverFunction", "bedrock:CreateCustomModelDeployment")
    assert {kind(resource) for resource in as_list(statement["Resource"])} == {
        "custom-model",
        "custom-model-deployment",
    }


def _owner(key: str) -> dict[str, str]:
    return {f"aws:{key}/finetuning:project": "finetuning", f"aws:{key}/finetuning:environment": "dev"}


def _exports(synthesis: Synthesis) -> dict[str, dict[str, dict[str, str]]]:
    return {i: o for i, o in synthesis.templates["Foundation"]["Outputs"].items() if "Export" in o}
