"""From a custom resource request to a claim on a slot, if CloudFormation still asks for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.abandonment import stand_on
from finetuning.lifecycle.asking import Stage, still_asks
from finetuning.lifecycle.claims import Claim, StaleRequestError
from lambdas import log
from lambdas.registry.registry import Registry
from lambdas.responder import CustomResourceRequest

Release = Callable[[ModelRecord, Claim], ModelRecord]


class Stacks(Protocol):
    """Knows what the owning stack is doing."""

    def stage(self, stack_id: str, logical_id: str) -> Stage:
        """What CloudFormation is doing with a resource and its stack."""

    def rolls_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update."""


class Asked:
    """A Create or an Update, and whether CloudFormation still asks for it.

    Attributes:
        claimed: the latest claim.
    """

    def __init__(self, request: CustomResourceRequest, stacks: Stacks) -> None:
        self._request, self._stacks = request, stacks
        self.claimed = Claim(request.stack_id, request.logical_id, request.allocated_id, replaces=request.known_id)

    def claim(self) -> Claim:
        """The claim of the request, by what CloudFormation does now.

        Call it between the read of a record and the write over it, in each try: whatever follows the request writes
        too, so it either shows here or makes the write fail.

        Raises:
            StaleRequestError: CloudFormation is about something else by now.
        """
        request, stage = self._request, self._stage()
        if not still_asks(request.kind, stage):
            raise StaleRequestError(
                f"{request.kind} of {request.logical_id} comes too late: the resource is "
                f"{stage.resource_status or 'not there'}; deploy again if it is still wanted"
            )
        self.claimed = replace(self.claimed, rolls_back=stage.rolls_back)
        return self.claimed

    def given_up(self, known_as: str) -> Stage | None:
        """What CloudFormation does if it has given the request up, read again now that what is wanted is written.

        A Delete may have found nothing to remove just before, and so written nothing (fault A22); an Update may be
        given up at any time. None if all is well.

        Args:
            known_as: the physical id that the slot has by now.
        """
        stage = self._stage()
        if self._request.kind == "Create":
            return stage if stage.gives_up else None
        overtaken = stage.is_at_rest or (stage.rolls_back and not self.claimed.rolls_back)
        return stage if overtaken and stage.physical_id != known_as else None

    def check_again(self, registry: Registry, record: ModelRecord, kind: str, release: Release) -> ModelRecord:
        """Take back what was just written if CloudFormation has given the request up meanwhile, and return the record.

        Args:
            registry: where it was written.
            record: that was written.
            kind: of the slot, "training" or "endpoint".
            release: lets go of the slot's present physical id.
        """
        known_as = (record.training if kind == "training" else record.endpoint).physical_id
        stage = self.given_up(known_as)
        if stage is None:
            return record
        if self._request.kind == "Create":
            return registry.update(record.model, lambda r: release(r, self.claimed))
        return registry.update(record.model, stand_on(kind, stage.physical_id, instead_of=known_as))

    def _stage(self) -> Stage:
        return self._stacks.stage(self._request.stack_id, self._request.logical_id)


def claim_to_delete(request: CustomResourceRequest, stacks: Stacks) -> Claim | None:
    """The claim of a Delete, or None if it is an old one and nothing must be touched."""
    if not request.known_id:
        stage = stacks.stage(request.stack_id, request.logical_id)
        if not still_asks("Delete", stage, is_known=False):
            log.warning("stale delete ignored", logical_id=request.logical_id, status=stage.resource_status)
            return None
    return Claim(request.stack_id, request.logical_id, request.known_id)
