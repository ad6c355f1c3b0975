"""The training slot of a promoted model whose registry was lost: from the pin in its stack, and the holds on models."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from finetuning import names
from finetuning.fingerprint import digest
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.facts import HeldModel, ResourceFacts, trained_from
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration, TrainingSlot
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.training_rebuilding import RebuildRefusedError
from finetuning.lifecycle.verdict import Promoted
from finetuning.manifest import read
from finetuning.promotion import SWAP
from finetuning.promotion.pinned import read_pinned
from finetuning.promotion.wanted import promoted_wanted


def promoted_slot(
    record: ModelRecord, owner: str, wanted: str, resource: ResourceFacts, held: Sequence[HeldModel]
) -> TrainingSlot:
    """The slot that wants what the stack has pinned; other models that are held for it are kept or let go of as ever.

    Args:
        record: blank.
        owner: id of the stack.
        wanted: generation id that the stack has.
        resource: of the stack.
        held: models that carry this environment's hold for this model.

    Raises:
        RebuildRefusedError: what is pinned is not what the generation id says.
    """
    pinned = read_pinned(resource.properties)
    asked = promoted_wanted(pinned, read(pinned.manifest))
    digits, attempt = names.parse_generation(wanted)
    if not asked.fingerprint.startswith(digits):
        raise RebuildRefusedError(f"the pin in stack {owner} does not give generation {wanted}; deploy it anew")
    slot = want_training(record, Claim(owner, resource.logical_id, resource.physical_id), asked).training
    current = slot.current
    if current is None:
        raise RebuildRefusedError(f"the pin in stack {owner} wants nothing; deploy it anew")
    current = replace(current, id=wanted, attempt=attempt)
    others = _let_go_of(model for model in held if model.arn != current.model_arn)
    return replace(slot, current_id=wanted, generations=(*others, current))


def _let_go_of(held: Iterator[HeldModel]) -> Iterator[TrainingGeneration]:
    """What was promoted before; by which manifest, nobody knows any more."""
    for model in held:
        fingerprint = digest({"kind": "held", "model_arn": model.arn})
        yield TrainingGeneration(
            id=names.generation_id(fingerprint, 1),
            fingerprint=fingerprint,
            attempt=1,
            job_name=model.name,
            physical_id="",
            settings={"baseModelIdentifier": trained_from(model.base_model)},
            tags={},
            charged_usd=0.0,
            promoted=Promoted(SWAP, model.arn, model.job_arn, model.name, ""),
            intended=True,
            job_arn=model.job_arn,
            status="Completed",
            model_arn=model.arn,
            model_seen=True,
            released=True,
        )
