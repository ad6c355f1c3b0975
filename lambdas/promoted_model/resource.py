"""Create, update and delete of the promoted model resource.

It records which model is wanted; the driver holds it, serves it and lets go of it. Nothing is bought or tagged here.
"""

from hashlib import sha256
from typing import Protocol

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import Claim, StaleRequestError, stands_on_another
from finetuning.lifecycle.training import TrainingWanted, release_training, want_training
from finetuning.manifest import Manifest, read
from finetuning.promotion import RETRAIN
from finetuning.promotion.checks import Place
from finetuning.promotion.pinned import Pinned, read_pinned
from finetuning.promotion.wanted import promoted_fingerprint, promoted_wanted
from lambdas import log
from lambdas.promoted_model.verification import Verification
from lambdas.registry import Registry
from lambdas.registry.claiming import Asked, Stacks, claim_to_delete
from lambdas.registry.promotion_lock import PromotionLock
from lambdas.responder import Answer, CustomResourceRequest
from lambdas.settings import PromotedModelSettings


class Driver(Protocol):
    """Starts driver executions."""

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""


class PromotedModel:
    """The resource behind `Custom::BedrockPromotedModel`."""

    def __init__(
        self,
        settings: PromotedModelSettings,
        *,
        registry: Registry,
        verification: Verification,
        lock: PromotionLock,
        driver: Driver,
        stacks: Stacks,
    ) -> None:
        """Keep what the resource works with."""
        self._settings, self._registry, self._verification = settings, registry, verification
        self._lock, self._driver, self._stacks = lock, driver, stacks

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Verify what is pinned, take the environment's promotion lock, record the model, put the driver to work.

        Raises:
            StaleRequestError: CloudFormation does not ask for it any more; nothing stays wanted.
            PromotionRefusedError: the manifest, its signature or the model is not what the pin says. Not in a rollback
                to what was verified before.
            PromotionLockedError: another model's promotion is under way. Not in a rollback.
        """
        pinned, asked = read_pinned(request.properties), Asked(request, self._stacks)
        before, claim = self._registry.read(pinned.model), asked.claim()
        place = self._place(request.stack_id)
        if pinned.method == RETRAIN:
            return self._checked(request, pinned, claim, place)
        wanted = promoted_wanted(pinned, self._manifest(pinned, before, claim, place), self._settings.key_arn)
        record = self._registry.update(pinned.model, lambda r: self._recorded(r, asked.claim(), wanted))
        kept = asked.check_again(self._registry, record, "training", release_training)
        if kept is not record:
            self._lock.let_go(record, kept)
            self._drive(kept)
            raise StaleRequestError(f"{request.logical_id} was given up while it was being {request.kind.lower()}d")
        if asked.claimed.rolls_back:
            self._lock.let_go(before, record)
        self._drive(record)
        return _answer(record, pinned)

    def delete(self, request: CustomResourceRequest) -> None:
        """Write the tombstone and leave the rest to the driver: it takes the hold off once nothing serves the model."""
        if request.text("Method") == RETRAIN:
            return
        claim = claim_to_delete(request, self._stacks)
        if claim is None:
            return
        model = request.text("Model")
        before = self._registry.read(model)
        rolls_back = stands_on_another(before.training, claim) and self._stacks.rolls_back(request.stack_id)
        record = self._registry.update(model, lambda r: release_training(r, claim, rolls_back=rolls_back))
        self._lock.let_go(before, record)
        self._drive(record)

    def _checked(self, request: CustomResourceRequest, pinned: Pinned, claim: Claim, place: Place) -> Answer:
        """What follows another model's manifest: it alone is verified; the job's resource does the rest."""
        if not claim.rolls_back:
            self._verification.verified(pinned, place)
        return Answer(_one_id(request), {"Manifest": pinned.sha256})

    def _manifest(self, pinned: Pinned, record: ModelRecord, claim: Claim, place: Place) -> Manifest:
        """What is pinned, verified now or when it was recorded.

        A source environment that is gone by now, with its key, must not stand in the way of a change of tags; and a
        stack that cannot even roll back needs a human.
        """
        if _is_verified(pinned, record, claim):
            log.info("manifest was verified before", model=pinned.model, manifest=pinned.sha256)
            return read(pinned.manifest)
        return self._verification.verified(pinned, place)

    def _recorded(self, record: ModelRecord, claim: Claim, wanted: TrainingWanted) -> ModelRecord:
        """The record that wants the model, with the lock taken before anybody can read it."""
        return self._lock.take_for(record, want_training(record, claim, wanted), rolls_back=claim.rolls_back)

    def _place(self, stack_id: str) -> Place:
        """Where the stack is: `arn:aws:cloudformation:<Region>:<account>:stack/…`."""
        _, _, _, region, account, _ = stack_id.split(":", 5)
        return Place(self._settings.project, self._settings.environment, account, region)

    def _drive(self, record: ModelRecord) -> None:
        if not record.settled:
            self._driver.start(record.model, record.in_charge)


def _is_verified(pinned: Pinned, record: ModelRecord, claim: Claim) -> bool:
    """Whether the record has it from an earlier request: the wanted one, or in a rollback any that is still there."""
    if pinned.digest != pinned.sha256:
        return False
    fingerprint, current = promoted_fingerprint(pinned.sha256, pinned.method), record.training.current
    if current is not None and current.fingerprint == fingerprint:
        return True
    return claim.rolls_back and any(g.fingerprint == fingerprint for g in record.training.generations)


def _one_id(request: CustomResourceRequest) -> str:
    """The same at each request, so that no update is ever a replacement: nothing is made that could be replaced."""
    digest = sha256(f"{request.stack_id}|{request.logical_id}".encode()).hexdigest()
    return f"{request.logical_id}-{digest[:16]}"


def _answer(record: ModelRecord, pinned: Pinned) -> Answer:
    generation = record.training.current
    promoted = generation.promoted if generation else None
    return Answer(
        record.training.physical_id,
        {
            "Slot": f"{record.environment}/{record.model}/training",
            "Generation": record.training.current_id,
            "CustomModelArn": promoted.model_arn if promoted else "",
            "Manifest": pinned.sha256,
        },
    )
