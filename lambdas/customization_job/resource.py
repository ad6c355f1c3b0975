"""Create, update and delete of the customization job resource.

CloudFormation never waits for the training: Create records what is wanted, starts the job and the driver, and
answers (docs/adr/0001-no-waiting-in-cloudformation.md).
"""

import time
from collections.abc import Callable
from typing import Protocol

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import Claim, stands_on_another
from finetuning.lifecycle.observation import JOB_AT_REST
from finetuning.lifecycle.training import release_training, want_training
from lambdas import log
from lambdas.customization_job.properties import parse
from lambdas.gateways.jobs import JobQuotaError, RoleNotAssumableError
from lambdas.purchases import JobPurchases, start_or_adopt
from lambdas.registry import Registry
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


class Stacks(Protocol):
    """Knows what the owning stack is doing."""

    def rolls_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update."""


class CustomizationJob:
    """The resource behind `Custom::BedrockModelCustomizationJob`."""

    def __init__(
        self,
        settings: CustomizationJobSettings,
        *,
        registry: Registry,
        jobs: Jobs,
        driver: Driver,
        stacks: Stacks,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._registry, self._jobs = settings, registry, jobs
        self._driver, self._stacks, self._pause = driver, stacks, pause

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Record the wanted training, start its job unless that was done before, and put the driver to work."""
        wanted = parse(request, service_role_arn=self._settings.service_role_arn, key_arn=self._settings.key_arn)
        claim = Claim(request.stack_id, request.logical_id, request.allocated_id, replaces=request.known_id)
        model = request.text("Model")
        self._registry.update(model, lambda record: want_training(record, claim, wanted))
        record = self._start(model)
        self._drive(record)
        return _answer(record)

    def delete(self, request: CustomResourceRequest) -> None:
        """Write the tombstone, have running jobs stopped, and leave the rest to the driver."""
        model = request.text("Model")
        claim = Claim(request.stack_id, request.logical_id, request.known_id)
        before = self._registry.read(model)
        rolls_back = stands_on_another(before.training, claim) and self._stacks.rolls_back(request.stack_id)
        record = self._registry.update(model, lambda r: release_training(r, claim, rolls_back=rolls_back))
        for generation in record.training.generations:
            if record.training.unwanted(generation) and generation.intended and generation.status not in JOB_AT_REST:
                self._jobs.stop(generation.job_name)
        self._drive(record)

    def _start(self, model: str) -> ModelRecord:
        for pause in (*ROLE_PAUSES_SECONDS, None):
            try:
                return start_or_adopt(self._registry, self._jobs, model, self._settings.output_bucket_name)
            except JobQuotaError as error:
                # The driver queues it: the job starts when there is room (fault B11).
                log.warning("customization job queued", model=model, error=str(error))
                return self._registry.read(model)
            except RoleNotAssumableError:
                if pause is None:
                    raise
                self._pause(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _drive(self, record: ModelRecord) -> None:
        if not record.settled:
            self._driver.start(record.model, record.execution)


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
