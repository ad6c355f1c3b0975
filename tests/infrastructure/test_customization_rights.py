"""What the service role may call while it customizes a model: exactly the teacher, or exactly the grader."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from finetuning import catalog
from stacks.constructs import customization_rights
from stacks.constructs.customization_rights import CustomizationRights

LITE = catalog.find("nova-lite")
ACCOUNT, REGION = "111122223333", "us-east-1"
GRADER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:grade"
#: As in `cdk.json`.
PARTITION = {"@aws-cdk/core:enablePartitionLiterals": True}
PROFILE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/us.amazon.nova-pro-v1:0"
MODEL = "foundation-model/amazon.nova-pro-v1:0"


def statements(teacher: str | None = None, grader: str | None = None) -> tuple[list[dict[str, Any]], Template]:
    """The statements of the policy, and the template of the stack that has the role."""
    app, place = App(context=PARTITION), Environment(account=ACCOUNT, region=REGION)
    foundation, model = Stack(app, "Foundation", env=place), Stack(app, "Model", env=place)
    role = iam.Role(foundation, "Role", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    foundation.export_value(role.role_arn)
    CustomizationRights(
        model, "Rights", service_role_arn=role.role_arn, base_model=LITE, teacher=teacher, grader=grader
    )
    (policy,) = Template.from_stack(model).find_resources("AWS::IAM::Policy").values()
    return policy["Properties"]["PolicyDocument"]["Statement"], Template.from_stack(foundation)


def test_teacher_is_asked_by_its_model() -> None:
    """In the environment's Region, without a wildcard."""
    (statement,) = statements(teacher="amazon.nova-pro-v1:0")[0]
    assert statement["Action"] == "bedrock:InvokeModel"
    assert statement["Resource"] == f"arn:aws:bedrock:{REGION}::{MODEL}"


@pytest.mark.parametrize("name", ["us.amazon.nova-pro-v1:0", PROFILE], ids=["identifier", "arn"])
def test_teacher_behind_a_profile_is_asked_through_this_profile_only(name: str) -> None:
    """The model in any Region, because only AWS knows where the profile leads, and only through the profile."""
    profile, model = statements(teacher=name)[0]
    assert profile["Resource"] == PROFILE
    assert model["Resource"] == f"arn:aws:bedrock:*::{MODEL}"
    assert model["Condition"] == {"ArnEquals": {"bedrock:InferenceProfileArn": PROFILE}}


def test_grader_is_called_by_its_arn() -> None:
    """Exactly, with its alias if it has one."""
    for arn in (GRADER, f"{GRADER}:live"):
        assert statements(grader=arn)[0] == [{"Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": arn}]


def test_role_is_named_by_the_arn_that_is_exported_anyway() -> None:
    """Nothing that changes with a model is exported, or stands in the stack that has the role."""
    _, foundation = statements(grader=GRADER)
    assert len(foundation.to_json()["Outputs"]) == 1
    assert foundation.find_resources("AWS::IAM::Policy") == {}


def test_policies_of_two_models_on_the_one_role_are_called_differently() -> None:
    """Inline policies of one name replace each other, and go together."""
    found = set()
    for name in ("finetuning-dev-Model-a", "finetuning-dev-Model-b"):
        stack = Stack(App(context=PARTITION), name, env=Environment(account=ACCOUNT, region=REGION))
        role = f"arn:aws:iam::{ACCOUNT}:role/service"
        CustomizationRights(stack, "Rights", service_role_arn=role, base_model=LITE, teacher=None, grader=GRADER)
        (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
        found.add(policy["Properties"]["PolicyName"])
    assert found == {"finetuning-dev-Model-a", "finetuning-dev-Model-b"}


def test_rights_are_needed_by_these_two_only() -> None:
    """Fine-tuning calls nobody."""
    assert not customization_rights.are_needed(None, None)
    assert customization_rights.are_needed("teacher", None)
    assert customization_rights.are_needed(None, "grader")
