"""Rebuilds the record of a model whose registry was lost: from the stack, the owner tags and the job details.

Nothing is bought because of a rebuild. What the stack wants and nobody finds counts as deleted outside the stack, so
that it takes an operator's `resume`; what is found and the stack does not want is let go of, as after any change.
"""

from collections.abc import Sequence
from dataclasses import replace

from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.endpoint_rebuilding import endpoint_slot
from finetuning.lifecycle.facts import EndpointFacts, HeldModel, JobFacts, StackFacts, owner_differences
from finetuning.lifecycle.record import ModelRecord
from finetuning.lifecycle.training_rebuilding import RebuildRefusedError, training_slot
from finetuning.promotion.rebuilding import promoted_slot

__all__ = ["RebuildRefusedError", "rebuild"]


def rebuild(
    record: ModelRecord,
    stack: StackFacts,
    jobs: Sequence[JobFacts],
    endpoints: Sequence[EndpointFacts],
    pointer: str,
    held: Sequence[HeldModel] = (),
) -> ModelRecord:
    """The model's record, handed over to the driver.

    Args:
        record: what the registry has, which must be blank.
        stack: the model's.
        jobs: at rest or not; those of other owners are left out.
        endpoints: likewise.
        pointer: the endpoint ARN that is published, or "".
        held: models of other environments that this one holds for this model.

    Raises:
        RebuildRefusedError: there is a record already, or what is found does not say what is wanted.
    """
    if record.training.generations or record.endpoint.generations:
        fix = f"see: python -m ops status --model {record.model}"
        raise RebuildRefusedError(f"model {record.model!r} has a record, which is not overwritten; {fix}")
    if not stack.status.endswith("_COMPLETE"):
        raise RebuildRefusedError(f"{stack.stack_id} is {stack.status}; wait until it is at rest, or repair it first")
    if not (stack.job or stack.promoted) or not stack.generation:
        raise RebuildRefusedError(f"{stack.stack_id} has no customization job and no promoted model; deploy it anew")
    owner = (record.project, record.environment, record.model)
    ours = sorted((j for j in jobs if not owner_differences(owner, j.tags)), key=lambda job: job.created_at)
    alive = [e for e in endpoints if not owner_differences(owner, e.tags)]
    if stack.job is not None:
        training = training_slot(stack.stack_id, stack.generation, stack.job, ours)
    elif stack.promoted is not None:
        training = promoted_slot(record, stack.stack_id, stack.generation, stack.promoted, held)
    record = replace(record, training=training)
    if stack.endpoint is not None:
        record = replace(record, endpoint=endpoint_slot(record, stack.stack_id, stack.endpoint, alive, pointer))
    return hand_over(record)
