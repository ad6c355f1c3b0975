"""Create, update and delete of the customization job resource.

CloudFormation never waits for the training: Create records what is wanted, starts the job and the driver, and
answers (docs/adr/0001-no-waiting-in-cloudformation.md).
"""

import time
from collections.abc import Callable
from typing import Protocol

from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.claims import Claim, StaleRequestError, stands_on_another
from finetuning.lifecycle.observation import JOB_AT_REST
from finetuning.lifecycle.requests import is_owned
from finetuning.lifecycle.training import TrainingWanted, release_training, want_training
from finetuning.lifecycle.wanted import training_wanted
from lambdas import log
from lambdas.gateways.jobs import JobQuotaError, RoleNotAssumableError
from lambdas.purchases import JobPurchases, NotVisibleYetError, OverBudgetError, start_or_adopt
from lambdas.registry import Registry
from lambdas.registry.claiming import Asked, Stacks, claim_to_delete
from lambdas.registry.promotion_lock import PromotionLock
from lambdas.responder import Answer, CustomResourceRequest
from lambdas.settings import CustomizationJobSettings

#: A new role takes a while to be assumable. Bounded, because a wrong role says the same for ever (faults B01, B02);
#: with the calls in between it stays below the function's timeout of 120 s.
ROLE_PAUSES_SECONDS = (2, 4, 8, 16, 30)


class Jobs(JobPurchases, Protocol):
    """What the resource needs of Bedrock."""

    def stop(self, job_name: str) -> None:
        """Ask a running job to stop."""


class Driver(Protocol):
    """Starts driver executions."""

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""


class CustomizationJob:
    """The resource behind `Custom::BedrockModelCustomizationJob`."""

    def __init__(
        self,
        settings: CustomizationJobSettings,
        *,
        registry: Registry,
        jobs: Jobs,
        lock: PromotionLock,
        driver: Driver,
        stacks: Stacks,
        clock: Callable[[], float],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep what the resource works with; the clock gives epoch seconds."""
        self._settings, self._registry, self._jobs, self._lock = settings, registry, jobs, lock
        self._driver, self._stacks, self._clock, self._pause = driver, stacks, clock, pause

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Record the wanted training, start its job unless that was done before, and put the driver to work.

        A training by another environment's manifest is a promotion, and takes the environment's lock.

        Raises:
            StaleRequestError: CloudFormation does not ask for it any more; nothing stays wanted.
            OverBudgetError: it would cost more than a cap allows; nothing was started. Not in a rollback.
            PromotionLockedError: another model's promotion is under way; nothing was written. Not in a rollback.
        """
        wanted = training_wanted(
            request.properties, service_role_arn=self._settings.service_role_arn, key_arn=self._settings.key_arn
        )
        model = request.text("Model")
        before, asked = self._registry.read(model), Asked(request, self._stacks)
        record = self._registry.update(model, lambda r: self._recorded(r, asked.claim(), wanted))
        kept = asked.check_again(self._registry, record, "training", release_training)
        if kept is not record:
            self._lock.let_go(record, kept)
            self._drive(kept)
            raise StaleRequestError(f"{request.logical_id} was given up while it was being {request.kind.lower()}d")
        if asked.claimed.rolls_back:
            self._lock.let_go(before, record)
        record = self._start(model, request.stack_id)
        self._drive(record)
        return _answer(record)

    def delete(self, request: CustomResourceRequest) -> None:
        """Write the tombstone, have running jobs stopped, and leave the rest to the driver."""
        model = request.text("Model")
        claim = claim_to_delete(request, self._stacks)
        if claim is None:
            return
        before = self._registry.read(model)
        rolls_back = stands_on_another(before.training, claim) and self._stacks.rolls_back(request.stack_id)
        record = self._registry.update(model, lambda r: release_training(r, claim, rolls_back=rolls_back))
        self._lock.let_go(before, record)
        self._stop_unwanted(record)
        self._drive(record)

    def _recorded(self, record: ModelRecord, claim: Claim, wanted: TrainingWanted) -> ModelRecord:
        """The record that wants the training, with the lock taken before anybody can read it."""
        return self._lock.take_for(record, want_training(record, claim, wanted), rolls_back=claim.rolls_back)

    def _stop_unwanted(self, record: ModelRecord) -> None:
        for generation in record.training.generations:
            is_running = generation.intended and generation.status not in JOB_AT_REST
            if is_running and record.training.unwanted(generation) and self._is_ours(record, generation):
                self._jobs.stop(generation.job_name)

    def _is_ours(self, record: ModelRecord, generation: TrainingGeneration) -> bool:
        """Whether the job of this name is ours: one whose ARN was not noted may be somebody else's (fault A24)."""
        if generation.job_arn:
            return True
        found = self._jobs.find(generation.job_name)
        return found is not None and is_owned(self._jobs.tags(found.arn), record, generation.id)

    def _start(self, model: str, stack_id: str) -> ModelRecord:
        for pause in (*ROLE_PAUSES_SECONDS, None):
            try:
                return start_or_adopt(self._registry, self._jobs, model, self._settings.output_bucket_name, self._clock)
            except (JobQuotaError, NotVisibleYetError) as error:
                # The driver goes on with it: the job starts when there is room (fault B11).
                log.warning("customization job queued", model=model, error=str(error))
                return self._registry.read(model)
            except OverBudgetError as error:
                # A rollback that fails leaves a stack that nobody can deploy; the record says what is not started.
                if not self._stacks.rolls_back(stack_id):
                    raise
                log.warning("customization job over budget", model=model, error=str(error))
                return self._registry.read(model)
            except RoleNotAssumableError:
                if pause is None:
                    raise
                self._pause(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _drive(self, record: ModelRecord) -> None:
        if not record.settled:
            self._driver.start(record.model, record.in_charge)


def _answer(record: ModelRecord) -> Answer:
    generation = record.training.current
    name = generation.job_name if generation else ""
    return Answer(
        record.training.physical_id,
        {
            "Slot": f"{record.environment}/{record.model}/training",
            "Generation": record.training.current_id,
            "JobName": name,
            "CustomModelName": name,
        },
    )
