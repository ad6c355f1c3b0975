"""What ends each thing that is billed: the exact command, or the change of `cdk.json`. Pure."""

from finetuning.lifecycle import EndpointGeneration, ModelRecord
from finetuning.lifecycle.facts import EndpointFacts
from finetuning.lifecycle.orphans import Orphan
from ops.cost.looking import Look
from ops.status.attention import day

_TERMS = {"one_month": "another month", "six_months": "another six months"}


def of_throughput(look: Look, record: ModelRecord, endpoint: EndpointGeneration, found: EndpointFacts) -> str:
    """What ends provisioned throughput that a record claims."""
    committed = found.committed_until > look.now.timestamp()
    if record.endpoint.unwanted(endpoint):
        return f"the driver, at {day(found.committed_until)}" if committed else "the driver, which is deleting it"
    if committed:
        return (
            f"nothing before {day(found.committed_until)}: a commitment cannot be cancelled; take it out of cdk.json "
            f"before then, or run '{stop(look, record)}', and it is deleted on that day"
        )
    return f"{stop(look, record)} (resume brings it back)"


def of_orphan(look: Look, arn: str, orphan: Orphan | None) -> str:
    """What ends something that no record claims."""
    environment = look.environment.name
    if orphan is None:
        return f"it is younger than an hour; then python -m ops orphans --env {environment} judges it"
    if orphan.removable:
        return "the sweep, which has it deleted"
    return f"python -m ops orphans --env {environment} --remove {arn}"


def of_model(look: Look, record: ModelRecord, *, current: bool) -> str:
    """What deletes a custom model that a record claims."""
    if current or record.training.removed:
        return destroy(look, record.model)
    return f"training.keep_previous 0 in cdk.json and a deployment, or {destroy(look, record.model)}"


def of_key(look: Look) -> str:
    """What deletes the environment's key."""
    kept = look.environment.removal_policy == "retain"
    after = "; removal_policy retain keeps the key then, and KMS's ScheduleKeyDeletion ends it" if kept else ""
    return f"cdk destroy --all -c env={look.environment.name}{after}"


def stop(look: Look, record: ModelRecord) -> str:
    """The command that takes a model's endpoints away."""
    return f"python -m ops stop --billing --env {look.environment.name} --model {record.model}"


def destroy(look: Look, model: str) -> str:
    """The command that takes a model away."""
    name = look.environment.name
    return f"cdk destroy {look.project}-{name}-Model-{model} -c env={name}"


def term(found: EndpointFacts, now: float, *, unwanted: bool) -> str:
    """What the commitment of provisioned throughput means, or "" without one."""
    if found.commitment == "none" and not found.committed_until:
        return ""
    if found.committed_until <= now:
        return "its commitment has ended"
    then = "it is deleted then" if unwanted else f"it renews itself then for {_TERMS.get(found.commitment, 'a term')}"
    return f"committed until {day(found.committed_until)}; {then}"
