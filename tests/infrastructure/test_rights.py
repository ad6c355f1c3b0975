"""No role may do more than its function does, nor to anything but what this environment owns."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from finetuning import catalog
from lambdas.gateways import answers_table
from stacks.constructs import registry_access
from tests.infrastructure import given
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.expected_actions import (
    DRIVER_ACTIONS,
    EVERY_FUNCTION,
    KEEPS_FAILED_EVENTS,
    OWN_ACTIONS,
    UNDELIVERED_ACTIONS,
    WITHOUT_RESOURCE,
)
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import Statement, actions_of, as_list, statement_with, statements

BUYS_OR_DELETES = ("bedrock:Delete", "bedrock:CreateProvisioned", "bedrock:CreateCustomModelDeployment")
STACKS = ("Foundation", "Control", "Model-faq")


@pytest.mark.parametrize("function", OWN_ACTIONS)
def test_function_has_exactly_the_actions_that_it_calls(dev: Synthesis, function: str) -> None:
    """One action more is a right that nobody needs; one less fails at run time."""
    expected = OWN_ACTIONS[function] | EVERY_FUNCTION | KEEPS_FAILED_EVENTS
    assert actions_of(dev.resources("Control"), function) == expected


def test_only_the_driver_buys_and_deletes(dev: Synthesis) -> None:
    """No other function may create or delete an endpoint, or delete a model."""
    assert actions_of(dev.resources("Control"), "DriverFunction") == DRIVER_ACTIONS
    for function, actions in OWN_ACTIONS.items():
        assert not {a for a in actions if a.startswith(BUYS_OR_DELETES)}, function


def test_no_statement_has_a_wildcard_action(each: Synthesis) -> None:
    """Neither `*` nor `service:*` nor `service:Verb*` (control S04)."""
    for stack in STACKS:
        for role, statement in statements(each.resources(stack)):
            assert not [action for action in as_list(statement["Action"]) if "*" in action], role
            assert "NotAction" not in statement
            assert statement["Effect"] == "Allow"


def test_every_resource_is_named_unless_the_action_has_none(each: Synthesis) -> None:
    """`Resource: *` is for actions without a resource type only (control S04)."""
    for stack in STACKS:
        for role, statement in statements(each.resources(stack)):
            if "*" in as_list(statement["Resource"]):
                assert set(as_list(statement["Action"])) <= WITHOUT_RESOURCE, role


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
    found = [s for s in statement_with(dev.resources("Control"), "DriverFunction", action) if not _is_held(s)]
    assert found
    for statement in found:
        assert statement["Condition"] == {"StringEquals": tags}


def test_tags_are_given_with_a_purchase_and_changed_without_touching_the_owner_tags(dev: Synthesis) -> None:
    """All rights go by the owner tags: who could change them could make anything ours, or ours nobody's."""
    control = dev.resources("Control")
    given = [s for s in statement_with(control, "DriverFunction", "bedrock:TagResource") if not _is_held(s)]
    bought, changed = sorted(given, key=lambda s: len(s["Condition"]))
    assert bought["Condition"] == {"StringEquals": _owner("RequestTag")}
    assert changed["Condition"] == {
        "StringEquals": _owner("ResourceTag"),
        "ForAllValues:StringNotLike": {"aws:TagKeys": ["finetuning:*"]},
    }
    taken = statement_with(control, "DriverFunction", "bedrock:UntagResource")
    assert [s for s in taken if not _is_held(s)] == [changed]
    (of_job_function,) = statement_with(control, "CustomizationJobFunction", "bedrock:TagResource")
    assert of_job_function["Condition"] == {"StringEquals": _owner("RequestTag")}


def test_undelivered_events_are_settled_with_the_fewest_rights(dev: Synthesis) -> None:
    """It receives from one queue, reads and keeps answers in one partition, and nothing else."""
    for stack in ("Foundation", "Control"):
        resources = dev.resources(stack)
        assert actions_of(resources, "UndeliveredFunction") == UNDELIVERED_ACTIONS
        (table,) = statement_with(resources, "UndeliveredFunction", "dynamodb:PutItem")
        assert table["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["#answers"]}}
        (received,) = statement_with(resources, "UndeliveredFunction", "sqs:ReceiveMessage")
        queue = dev.logical_id(stack, "AWS::SQS::Queue", "DeadLetterQueue", without="Unanswered")
        assert received["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_answers_are_where_the_code_keeps_them() -> None:
    """Stacks and code do not import each other, so the partition's name stands twice."""
    assert registry_access.ANSWERS == answers_table.PARTITION


def test_swapping_a_model_is_bounded_by_the_owner_tags(dev: Synthesis) -> None:
    """Foundation models have no tags, so they stand in a statement of their own."""
    action = "bedrock:UpdateProvisionedModelThroughput"
    found = [s for s in statement_with(dev.resources("Control"), "DriverFunction", action) if not _is_held(s)]
    bounded, foundation = sorted(found, key=lambda s: "Condition" not in s)
    assert {_kind(resource) for resource in bounded["Resource"]} == {"custom-model", "provisioned-model"}
    assert {_kind(resource) for resource in foundation["Resource"]} == {"foundation-model"}


def test_jobs_are_authorised_against_every_kind_of_resource(dev: Synthesis) -> None:
    """Base model, custom model and job: the published table forgets the job (control S05)."""
    (statement,) = statement_with(
        dev.resources("Control"), "CustomizationJobFunction", "bedrock:CreateModelCustomizationJob"
    )
    assert {_kind(resource) for resource in statement["Resource"]} == {
        "custom-model",
        "foundation-model",
        "model-customization-job",
    }
    assert "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k" in statement["Resource"]


def test_policies_fit_a_role(each: Synthesis) -> None:
    """Beyond 10,240 characters CDK splits them into managed policies of its own making.

    Source: IAM User Guide, 'IAM and AWS STS quotas', inline policies of a role, all of them together.
    """
    for stack in STACKS:
        _assert_policies_fit(each.resources(stack))


#: What the driver's own policy has no room for.
MANAGED = ("DriverFunctionCopies", "DriverFunctionManifests", "DriverFunctionPromotions")


def _assert_policies_fit(resources: Mapping[str, Any]) -> int:
    """All policies of a role together, and each managed policy (6,144 characters); returns how many roles there are."""
    inline: Counter[str] = Counter()
    for role, statement in statements(resources, "AWS::IAM::Policy"):
        inline[role] += len(json.dumps(_resolved(statement), separators=(",", ":"))) + 1
    managed: Counter[str] = Counter()
    for logical_id, resource in resources.items():
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            assert logical_id.startswith(MANAGED)
            document = _resolved(resource["Properties"]["PolicyDocument"])
            managed[logical_id] += len(json.dumps(document, separators=(",", ":")))
    assert max(inline.values(), default=0) < 10_000, inline
    assert max(managed.values(), default=0) < 6_000, managed
    return len(inline)


LONGEST_PROJECT = "sixteen-letters1"
REGIONS = sorted({region for model in catalog.base_models() for region in model.regions})


@pytest.mark.parametrize("region", REGIONS)
def test_policies_fit_a_role_in_every_region(synthesize: Synthesize, region: str) -> None:
    """However many base models there are in a Region, whatever is brought, and however long the names are."""
    moved = {name: value.replace("us-east-1", region) for name, value in given.EVERYTHING.items()}
    del moved["training.dataset.media"]  # not every model takes any, and no role of the Control stack hears of them
    model = next(model for model in catalog.living(catalog.reviewed()) if region in model.regions)
    prices = {"training_usd_per_1k_tokens": 0.002, "unit_hour_usd": {"none": 20}}
    wanted = {
        "environment.region": region,
        "environment.prices": json.dumps({model.customization_id: prices}),
        "training.base_model": model.customization_id,
        "endpoint.serving": "none",
        "evaluation": "null",  # not every model can be asked without an endpoint
        "gate.thresholds": "{}",
        "training.accept_unknown": '["hyperparameters", "dataset"]',
    }
    synthesis = synthesize("dev", project=LONGEST_PROJECT, **{**moved, **wanted})
    roles = 0
    for path in synthesis.folder.glob("*.template.json"):
        roles += _assert_policies_fit(json.loads(path.read_text(encoding="utf-8"))["Resources"])
    assert roles > 10


def test_base_models_that_cannot_be_used_are_not_named(dev: Synthesis, local: Synthesis) -> None:
    """Rights end where a model can neither be fine-tuned nor served, and with the life of a base model."""
    for synthesis, foreign in ((dev, "meta.llama"), (local, "amazon.nova")):
        assert foreign not in synthesis.text("Control")
    assert "claude-3-haiku" in local.text("Control"), "on the embedded AWS's day it lives"
    assert "claude" not in dev.text("Control")


def test_deployments_are_authorised_against_what_they_make_too(dev: Synthesis) -> None:
    """The published table lists the model only, as it forgets the job: too late to find out after the training."""
    (statement,) = statement_with(dev.resources("Control"), "DriverFunction", "bedrock:CreateCustomModelDeployment")
    assert {_kind(resource) for resource in as_list(statement["Resource"])} == {
        "custom-model",
        "custom-model-deployment",
    }


def test_the_key_is_used_through_services_only(each: Synthesis) -> None:
    """Every KMS statement of every role says through which service; looking at a key uses nothing.

    Manifests are signed and verified by no service: see test_manifest_key.py.
    """
    for stack in STACKS:
        for role, statement in statements(each.resources(stack)):
            used = {action for action in as_list(statement["Action"]) if action.startswith("kms:")}
            if used - {"kms:DescribeKey", "kms:Sign", "kms:Verify"}:
                assert list(statement["Condition"]["StringEquals"]) == ["kms:ViaService"], role


def test_pointers_and_signals_stay_within_the_environment(dev: Synthesis) -> None:
    """Parameters and stacks are named by project and environment."""
    control = dev.resources("Control")
    (pointer,) = statement_with(control, "DriverFunction", "ssm:PutParameter")
    assert pointer["Resource"] == f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/finetuning/dev/*"
    (signal,) = statement_with(control, "DriverFunction", "cloudformation:SignalResource")
    assert signal["Resource"] == f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/finetuning-dev-Model-*/*"


def test_state_machine_may_invoke_the_driver_only(dev: Synthesis) -> None:
    """One function, no version of another."""
    invoked = statement_with(dev.resources("Control"), "DriverRole", "lambda:InvokeFunction")
    (driver,) = [i for i in dev.resources("Control", "AWS::Lambda::Function") if i.startswith("DriverFunction")]
    assert [s["Resource"] for s in invoked] == [{"Fn::GetAtt": [driver, "Arn"]}]


def test_dataset_function_reads_exactly_the_sources_of_a_model(dev: Synthesis) -> None:
    """The files are named one by one, in the model's own stack: nothing of them is in the Control stack."""
    (read, listed) = [s for _, s in statements(dev.resources("Model-faq"))]
    dataset = next(iter(dev.resources("Model-faq", "Custom::BedrockTrainingDataset").values()))["Properties"]
    sources = sorted(dataset[split].replace("s3://", "arn:aws:s3:::") for split in ("Training", "Validation", "Test"))
    assert read["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    assert sorted(read["Resource"]) == sources
    assert listed["Action"] == "s3:ListBucket"
    assert listed["Resource"] == sources[0].rpartition("/")[0]
    assert sorted(listed["Condition"]["StringEquals"]["s3:prefix"]) == [s.rpartition("/")[2] for s in sources]


def test_dataset_function_deletes_only_what_nothing_refers_to(each: Synthesis) -> None:
    """What a job may read stays: the function may write it, and delete nothing outside `incoming/`."""
    control = each.resources("Control")
    may = {
        action: sorted(
            str(s["Resource"]["Fn::Join"][1][-1])
            for s in statement_with(control, "TrainingDatasetFunction", action)
            if "Fn::Join" in s["Resource"]
        )
        for action in ("s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:GetObject", "s3:PutObject")
    }
    assert may == {
        "s3:DeleteObjectVersion": ["/incoming/*"],
        "s3:GetObjectVersion": ["/incoming/*"],
        "s3:GetObject": ["/datasets/*"],
        "s3:PutObject": ["/datasets/*", "/incoming/*", "/reports/*"],
    }


def test_key_of_the_sources_is_used_to_read_only(synthesize: Synthesize) -> None:
    """Exactly the key that the configuration names, through S3 only; without one there is no such right."""
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
    files = {f"training.dataset.{split}": f"s3://data/{split}.jsonl" for split in ("training", "validation")}
    named = synthesize("dev", **files, **{"training.dataset.key_arn": key})
    granted = [s for _, s in statements(named.resources("Model-faq")) if s["Action"] == "kms:Decrypt"]
    condition = {"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}}
    assert granted == [{"Action": "kms:Decrypt", "Condition": condition, "Effect": "Allow", "Resource": key}]


def test_media_are_read_below_the_configured_folder_only(synthesize: Synthesize) -> None:
    """Which objects the examples name is not known at synth."""
    named = synthesize("dev", **{"training.dataset.media": "s3://pictures/faq/"})
    read = [s["Resource"] for _, s in statements(named.resources("Model-faq")) if "s3:GetObject" in s["Action"]]
    assert "arn:aws:s3:::pictures/faq/*" in {resource for found in read for resource in as_list(found)}
    listed = [s for _, s in statements(named.resources("Model-faq")) if s["Resource"] == "arn:aws:s3:::pictures"]
    owned = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    assert [s["Condition"] for s in listed] == [{"StringLike": {"s3:prefix": "faq/*"}, **owned}]


def test_emptying_function_may_touch_only_the_buckets_of_its_stack(dev: Synthesis) -> None:
    """Three buckets, named one by one."""
    deletions: list[Statement] = statement_with(
        dev.resources("Foundation"), "BucketEmptyingFunction", "s3:DeleteObjectVersion"
    )
    buckets = sorted(dev.resources("Foundation", "AWS::S3::Bucket"))
    assert sorted(s["Resource"]["Fn::Join"][1][0]["Fn::GetAtt"][0] for s in deletions) == buckets


def _is_held(statement: Statement) -> bool:
    """Whether it is about models of other environments, by this one's hold on them."""
    return "finetuning:hold-" in json.dumps(statement.get("Condition", {}))


def _owner(key: str) -> dict[str, str]:
    return {f"aws:{key}/finetuning:project": "finetuning", f"aws:{key}/finetuning:environment": "dev"}


def _resolved(value: object) -> object:
    """A statement with an ARN of usual length in the place of each reference."""
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if isinstance(value, dict):
        if set(value) & {"Fn::GetAtt", "Ref", "Fn::ImportValue", "Fn::Join", "Fn::Sub"}:
            return "x" * 130
        return {key: _resolved(item) for key, item in value.items()}
    return value


def _kind(resource: str) -> str:
    return resource.split(":", 5)[5].split("/")[0]


def _exports(synthesis: Synthesis) -> dict[str, dict[str, dict[str, str]]]:
    return {i: o for i, o in synthesis.templates["Foundation"]["Outputs"].items() if "Export" in o}
