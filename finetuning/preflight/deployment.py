"""Whether the environment can be deployed at all: the CDK bootstrap, and the names of its stacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from finetuning import names
from finetuning.preflight.finding import Finding, Severity, Unreadable

BOOTSTRAP = "CDK bootstrap"
STACK = "stack name"
#: See `stacks.constructs.recent_bootstrap`: older ones trust buckets that somebody else may own.
OLDEST_BOOTSTRAP = 21


@dataclass(frozen=True)
class Stack:
    """A stack that exists, in CloudFormation's words."""

    status: str
    tags: Mapping[str, str] = field(default_factory=dict)


def judge_bootstrap(version: str | Unreadable | None, account: str, region: str) -> Finding:
    """Return whether the account's Region has a recent CDK bootstrap; None for one that has none."""
    fix = f"cdk bootstrap aws://{account}/{region}"
    needed = f"version {OLDEST_BOOTSTRAP} or newer"
    if isinstance(version, Unreadable):
        return version.finding(BOOTSTRAP)
    if version is None:
        told = f"{account} in {region} has none, needed is {needed}"
        return Finding(BOOTSTRAP, Severity.ERROR, told, str(OLDEST_BOOTSTRAP), "none", fix)
    if not version.isdigit() or int(version) < OLDEST_BOOTSTRAP:
        told = f"{account} in {region} has version {version}, needed is {needed}"
        return Finding(BOOTSTRAP, Severity.ERROR, told, str(OLDEST_BOOTSTRAP), version, fix)
    return Finding(BOOTSTRAP, Severity.OK, f"version {version}", str(OLDEST_BOOTSTRAP), version)


def judge_stack(name: str, stack: Stack | Unreadable | None, project: str, environment: str, region: str) -> Finding:
    """Return whether a stack's name is free or this project's."""
    if isinstance(stack, Unreadable):
        return stack.finding(STACK)
    if stack is None:
        return Finding(STACK, Severity.OK, f"{name} is free", "free", "free")
    owner = {names.PROJECT_TAG: project, names.ENVIRONMENT_TAG: environment}
    if not owner.items() <= stack.tags.items():
        return Finding(
            STACK,
            Severity.ERROR,
            f"{name} exists and is not this project's by its tags",
            "free",
            stack.status,
            "rename the project in cdk.json, or delete that stack",
        )
    if stack.status.endswith("_IN_PROGRESS"):
        told = f"{name} is {stack.status}"
        return Finding(STACK, Severity.WARNING, told, "at rest", stack.status, "wait until it is done")
    if stack.status.endswith("_FAILED"):
        fix = f"see why: aws cloudformation describe-stack-events --stack-name {name} --region {region}"
        return Finding(STACK, Severity.WARNING, f"{name} is {stack.status}", "at rest", stack.status, fix)
    return Finding(STACK, Severity.OK, f"{name} is ours ({stack.status})", "free", stack.status)
