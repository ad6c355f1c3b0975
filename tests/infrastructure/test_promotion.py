"""A target of promotions: what its stacks ask for, whom they trust, and what its functions may do to other's models."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from finetuning.manifest import digest
from tests.fakes.manifests import MODEL_ARN
from tests.infrastructure import promoted
from tests.infrastructure.expected_actions import EVERY_FUNCTION, KEEPS_FAILED_EVENTS, OWN_ACTIONS
from tests.infrastructure.promoted import ELSEWHERE, LITE, SIGNATURE, text_of
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import actions_of, closure, dependencies, statement_with

FUNCTION = "PromotedModelFunction"
HOLD = "finetuning:hold-staging"
TRUSTED = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/finetuning-dev-manifest"


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """Two promoted models; cdk-nag has nothing against their stacks."""
    return promoted.synthesis(tmp_path_factory.mktemp("promoted"))


def only(staging: Synthesis, model: str, type_: str) -> dict[str, Any]:
    """The properties of the one resource of this type."""
    return staging.only(f"Model-{model}", f"Custom::{type_}")


def test_promoted_model_is_what_the_pin_says(staging: Synthesis) -> None:
    """Its text as base64, because CloudFormation gives back what is not ASCII as question marks."""
    properties = only(staging, "faq", "BedrockPromotedModel")
    assert b64decode(properties["Manifest"]) == text_of("faq")
    assert b64decode(properties["Signature"]) == SIGNATURE
    del properties["Manifest"], properties["Signature"], properties["ServiceToken"]
    assert properties == {
        "Model": "faq",
        "Source": "dev",
        "Method": "swap",
        "BaseModel": LITE,
        "ManifestSha256": digest(text_of("faq")),
        "ManifestKey": TRUSTED,
        "ApprovedBy": "ada",
        "Reference": "https://example.com/pull/7",
        "KeepPrevious": "2",
        "Tags": {"cost-center": "4711"},
        "ServiceTimeout": "600",
    }


def test_key_that_is_trusted_never_comes_from_the_manifest(staging: Synthesis) -> None:
    """Whoever tampers with a manifest signs it anew, and says so beside it."""
    assert "999999999999" not in staging.text("Control")
    for model, key in (("faq", TRUSTED), ("sales", ELSEWHERE)):
        assert only(staging, model, "BedrockPromotedModel")["ManifestKey"] == key
        assert "999999999999" not in staging.text(f"Model-{model}")


def test_nothing_is_checked_staged_or_trained_for_a_promoted_model(staging: Synthesis) -> None:
    """No dataset, no job, no role that reads data; the endpoint comes after the model, and that after the preflight."""
    resources = staging.resources("Model-faq")
    custom = {r["Type"]: i for i, r in resources.items() if r["Type"].startswith("Custom::")}
    assert set(custom) == {"Custom::BedrockPreflight", "Custom::BedrockPromotedModel", "Custom::BedrockModelEndpoint"}
    assert not [r for r in resources.values() if r["Type"].startswith("AWS::IAM")]
    needs = dependencies(staging.template("Model-faq"))
    assert custom["Custom::BedrockPromotedModel"] in closure(custom["Custom::BedrockModelEndpoint"], needs)
    assert custom["Custom::BedrockPreflight"] in closure(custom["Custom::BedrockPromotedModel"], needs)


def test_preflight_is_asked_about_the_model(staging: Synthesis) -> None:
    """And again whenever another manifest is pinned."""
    properties = only(staging, "faq", "BedrockPreflight")
    assert properties["PromotedModelArn"] == MODEL_ARN
    assert "SourceBuckets" not in properties
    assert "JudgedApart" not in properties, "it was judged where it was trained"
    assert "PromotedModelArn" not in only(staging, "sales", "BedrockPreflight")


def test_model_that_is_trained_again_is_held_to_the_manifest(staging: Synthesis) -> None:
    """The check comes before everything else; the same data; metrics within the band."""
    check = only(staging, "sales", "BedrockPromotedModel")
    assert check["Method"] == "retrain"
    dataset = only(staging, "sales", "BedrockTrainingDataset")
    assert dataset["ExpectedDigests"] == {"training": "a" * 64, "validation": "b" * 64, "test": "c" * 64}
    evaluation = only(staging, "sales", "BedrockModelCustomizationJob")["Evaluation"]
    reference = f'{{"band":0.1,"manifest":"{digest(text_of("sales"))}","metrics":{{"rouge_l":0.75}}}}'
    assert f'"reference":{reference}' in evaluation
    needs = dependencies(staging.template("Model-sales"))
    custom = {r["Type"]: i for i, r in staging.resources("Model-sales").items()}
    assert custom["Custom::BedrockPromotedModel"] in closure(custom["Custom::BedrockPreflight"], needs)


def test_function_looks_and_verifies_and_changes_no_model(staging: Synthesis) -> None:
    """What holds and serves is the driver."""
    expected = OWN_ACTIONS[FUNCTION] | EVERY_FUNCTION | KEEPS_FAILED_EVENTS | {"kms:Verify"}
    assert actions_of(staging.resources("Control"), FUNCTION) == expected


def test_function_verifies_with_the_trusted_keys_only(staging: Synthesis) -> None:
    """One by its alias, one of another account by its ARN."""
    found = statement_with(staging.resources("Control"), FUNCTION, "kms:Verify")
    assert [(s["Resource"], s.get("Condition")) for s in found] == [
        (ELSEWHERE, None),
        (
            f"arn:aws:kms:us-east-1:{ACCOUNT}:key/*",
            {"StringEquals": {"kms:RequestAlias": "alias/finetuning-dev-manifest"}},
        ),
    ]


def test_driver_changes_one_tag_of_others_models(staging: Synthesis) -> None:
    """This environment's hold, on models of the project, in the project's name; and takes off no other."""
    resources = staging.resources("Control")
    model, alone = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:custom-model/*", {"aws:TagKeys": [HOLD]}
    for action, kind in (("bedrock:TagResource", "RequestTag"), ("bedrock:UntagResource", "ResourceTag")):
        [held] = [
            s
            for s in statement_with(resources, "DriverFunction", action)
            if s["Condition"].get("ForAllValues:StringEquals") == alone
        ]
        assert held["Resource"] == model
        assert held["Condition"]["StringLike"] == {f"aws:{kind}/{HOLD}": "finetuning/*"}
        assert held["Condition"]["StringEquals"] == {"aws:ResourceTag/finetuning:project": "finetuning"}


def test_driver_serves_what_it_holds(staging: Synthesis) -> None:
    """An update of an endpoint is authorised against the model, whose owner is another environment."""
    for action in ("bedrock:UpdateCustomModelDeployment", "bedrock:UpdateProvisionedModelThroughput"):
        conditions = [
            s.get("Condition") for s in statement_with(staging.resources("Control"), "DriverFunction", action)
        ]
        assert {"StringLike": {f"aws:ResourceTag/{HOLD}": "finetuning/*"}} in conditions


def test_driver_deletes_no_model_of_another_environment(staging: Synthesis) -> None:
    """Held or not."""
    for statement in statement_with(staging.resources("Control"), "DriverFunction", "bedrock:DeleteCustomModel"):
        assert statement["Condition"]["StringEquals"]["aws:ResourceTag/finetuning:environment"] == "staging"


def test_driver_uses_the_sources_key_through_bedrock(staging: Synthesis, dev: Synthesis) -> None:
    """A promoted model is encrypted with the key of who trained it; without promotions no other key is used."""

    def of_others(synthesis: Synthesis) -> list[dict[str, Any]]:
        found = statement_with(synthesis.resources("Control"), "DriverFunction", "kms:CreateGrant")
        return [s["Condition"]["StringEquals"] for s in found if str(s["Resource"]).endswith(":key/*")]

    assert of_others(staging) == [
        {
            "kms:ViaService": ["bedrock.us-east-1.amazonaws.com"],
            "aws:ResourceTag/finetuning:project": "finetuning",
            "aws:ResourceTag/finetuning:environment": ["dev"],
        }
    ]
    assert of_others(dev) == []


def test_copies_are_made_with_the_owner_tags_and_only_where_configured(
    staging: Synthesis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From anywhere, because only owners know who shares what; into this Region, as this environment's own."""
    action = "bedrock:CreateModelCopyJob"
    assert statement_with(staging.resources("Control"), "DriverFunction", action) == []
    copying = promoted.synthesis(tmp_path_factory.mktemp("copied"), copies=True)
    [made] = statement_with(copying.resources("Control"), "DriverFunction", action)
    assert made["Condition"]["StringEquals"] == {
        "aws:RequestTag/finetuning:project": "finetuning",
        "aws:RequestTag/finetuning:environment": "staging",
        "aws:RequestedRegion": "us-east-1",
    }
    decrypting = statement_with(copying.resources("Control"), "DriverFunction", "kms:Decrypt")
    anywhere = [s["Condition"] for s in decrypting if s["Resource"] == "arn:aws:kms:*:*:key/*"]
    assert anywhere == [{"StringLike": {"kms:ViaService": "bedrock.*.amazonaws.com"}}]


def test_control_stack_does_not_depend_on_which_models_are_chosen(staging: Synthesis, tmp_path: Path) -> None:
    """Nor on what is pinned: only on whose manifests are trusted."""
    another = promoted.synthesis(tmp_path, is_judged=False, model="faq")
    assert another.text("Control") == staging.text("Control")
