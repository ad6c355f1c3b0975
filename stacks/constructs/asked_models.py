"""Rights to ask the models that a configuration names for an evaluation: a larger one to compare with, a judge.

Sources: Bedrock User Guide, 'Prerequisites for inference profiles', permissions to invoke through one; Service
Authorization Reference, 'Amazon Bedrock' (Converse is authorised as InvokeModel).
"""

import re
from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from stacks.constructs.acknowledgements import acknowledge

_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:(?:[0-9]{12})?:(?P<kind>foundation-model|inference-profile)/(?P<id>.+)",
    re.ASCII,
)
#: A geography before the provider and the model. Source: Bedrock User Guide, 'Supported Regions and models for
#: inference profiles'.
_PROFILE = re.compile(r"(?:us-gov|[a-z]{2,6})\.(?P<model>[a-z0-9]+\.[a-z].*)", re.ASCII)


def statements(
    scope: IConstruct, models: Sequence[str], actions: Sequence[str] = ("bedrock:InvokeModel",)
) -> list[iam.PolicyStatement]:
    """Return the rights to ask models; through an inference profile, its model in whichever Region it leads to."""
    stack = Stack.of(scope)
    found: list[iam.PolicyStatement] = []
    for identifier in sorted(set(models)):
        model, profile = _named(identifier)
        if profile is None:
            found.append(_allow(actions, _foundation_model(stack, model, stack.region)))
            continue
        arn = stack.format_arn(service="bedrock", resource="inference-profile", resource_name=profile)
        found.append(_allow(actions, arn))
        through = {"ArnEquals": {"bedrock:InferenceProfileArn": arn}}
        found.append(_allow(actions, _foundation_model(stack, model, "*"), through))
    return found


def acknowledge_profiles(scope: IConstruct, role: iam.IRole, models: Sequence[str]) -> None:
    """Accept the nag findings about profiles on a role that has the rights to ask through them."""
    stack = Stack.of(scope)
    reason = "A profile chooses the Region; the condition lets the model be asked through this profile only"
    named = [_named(identifier) for identifier in models]
    arns = {_foundation_model(stack, model, "*") for model, profile in named if profile}
    if arns:
        acknowledge(role, {f"IAM5[Resource::{arn}]": reason for arn in sorted(arns)})


def _named(identifier: str) -> tuple[str, str | None]:
    """The identifier of a model, and that of the inference profile through which it is asked, if there is one."""
    arn = _ARN.fullmatch(identifier)
    name = arn["id"] if arn else identifier
    profile = _PROFILE.fullmatch(name)
    if arn and arn["kind"] == "foundation-model":
        return name, None
    return (profile["model"], name) if profile else (name, None)


def _foundation_model(stack: Stack, model: str, region: str) -> str:
    return stack.format_arn(
        service="bedrock", region=region, account="", resource="foundation-model", resource_name=model
    )


def _allow(
    actions: Sequence[str], resource: str, conditions: dict[str, dict[str, str]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
