"""Which log group belongs to which function: the Control stack's resources say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finetuning.suggestions import did_you_mean
from ops.errors import UsageError
from ops.session import Session

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

#: Functions of the Control stack by the beginning of their constructs' ids, which logical ids begin with.
FUNCTIONS = {
    "Preflight": "preflight",
    "TrainingDataset": "training_dataset",
    "CustomizationJob": "customization_job",
    "PromotedModel": "promoted_model",
    "ModelEndpoint": "model_endpoint",
    "Driver": "driver",
    "Evaluation": "evaluation",
    "JobState": "job_event",
    "Sweep": "sweep",
    "LifecycleGuard": "guard",
    "Undelivered": "undelivered",
}
_FUNCTION = "Function"


@dataclass(frozen=True)
class LogGroup:
    """A log group and the function that writes it."""

    function: str
    name: str


def find(session: Session, function: str | None) -> list[LogGroup]:
    """The log groups of the Control stack's functions, or the one of a function.

    Raises:
        UsageError: there is no such function.
    """
    session.outputs("Control")  # says what to do when the stack is not there
    cloudformation: CloudFormationClient = session.client("cloudformation")
    resources = cloudformation.get_paginator("list_stack_resources").paginate(StackName=session.stack_name("Control"))
    names = {
        resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
        for page in resources
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Logs::LogGroup"
    }
    return choose(of_functions(names), function)


def of_functions(names: Mapping[str, str]) -> list[LogGroup]:
    """The functions' log groups among log groups by logical id; the state machine's own is left out.

    Its events say less than the execution history does.
    """
    groups = []
    for logical_id, name in sorted(names.items()):
        found = next((text for beginning, text in FUNCTIONS.items() if logical_id.startswith(beginning)), None)
        if found is not None and name and _FUNCTION in logical_id:
            groups.append(LogGroup(found, name))
    return groups


def choose(groups: Iterable[LogGroup], function: str | None) -> list[LogGroup]:
    """All groups, or the one of a function, however it is spelt (`model_endpoint`, `model-endpoint`).

    Raises:
        UsageError: there is no such function.
    """
    all_groups = list(groups)
    if function is None:
        return all_groups
    known = sorted({group.function for group in all_groups})
    wanted = function.lower().replace("-", "_")
    if wanted not in known:
        fix = did_you_mean(wanted, known) or "choose one of them"
        raise UsageError(f"--function: unknown function {function!r}; known: {', '.join(known) or 'none'}; {fix}")
    return [group for group in all_groups if group.function == wanted]
