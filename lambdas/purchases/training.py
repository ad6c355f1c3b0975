"""Starts the one customization job of the wanted generation, or adopts the one that is there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from finetuning.errors import FineTuningError
from finetuning.lifecycle import JobObservation, ModelRecord
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.observation import MODEL_ACTIVE
from finetuning.lifecycle.requests import job_request
from finetuning.lifecycle.training import next_training_attempt
from lambdas import log
from lambdas.gateways.jobs import NameTakenError
from lambdas.registry import Registry

#: Job names are taken for ever, so after a lost registry the first few may belong to earlier lives of this model.
MAX_NAMES_TAKEN = 20


class JobPurchases(Protocol):
    """What starting a job needs of Bedrock."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name, or None."""

    def create(self, request: Mapping[str, Any]) -> str:
        """Start it and return its ARN; raises NameTakenError among others."""


class NoNameLeftError(FineTuningError):
    """Every name that was tried is taken by a job that cannot be adopted."""


def start_or_adopt(registry: Registry, jobs: JobPurchases, model: str, output_bucket: str) -> ModelRecord:
    """Start the job of the model's current generation, unless it was started before; return the new record.

    A job of our name that this registry never intended is from an earlier life: it is adopted while it can still
    give a model, else the next attempt number is used (faults B08, B09, B10).

    Raises:
        JobQuotaError: no more jobs are allowed at present; the intent stays recorded.
        RoleNotAssumableError: the service role is not assumable, perhaps not yet.
        NoNameLeftError: see its text.
    """
    for _ in range(MAX_NAMES_TAKEN):
        record = registry.read(model)
        generation = record.training.current
        if generation is None:
            return record
        found = jobs.find(generation.job_name)
        if found is not None and (generation.intended or _can_be_adopted(found)):
            return _note(registry, model, generation.id, found.arn)
        if found is None:
            record = _intend(registry, model, generation.id)
            generation = record.training.current
            if generation is None or not generation.intended:
                return record
            try:
                arn = jobs.create(job_request(record, generation, output_bucket))
            except NameTakenError as error:
                log.warning("name taken", job_name=generation.job_name, error=str(error))
            else:
                log.info("customization job started", model=model, job_name=generation.job_name, job_arn=arn)
                return _note(registry, model, generation.id, arn)
        registry.update(model, _next_after(generation.id))
    raise NoNameLeftError(
        f"model {model!r} has {MAX_NAMES_TAKEN} job names in a row that are taken; give the model another name"
    )


def _can_be_adopted(job: JobObservation) -> bool:
    return job.status == "InProgress" or (job.status == "Completed" and job.model_status == MODEL_ACTIVE)


def _intend(registry: Registry, model: str, generation_id: str) -> ModelRecord:
    """Write down the intent, unless something else is wanted by now (the tombstone is read before the purchase)."""

    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.current
        if generation is None or generation.id != generation_id:
            return record
        return record.with_training(replace(generation, intended=True, gone=False))

    return registry.update(model, change)


def _note(registry: Registry, model: str, generation_id: str, job_arn: str) -> ModelRecord:
    """Write down the outcome; if nobody wants it any more, hand it to a driver that undoes it (fault A21)."""

    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(generation_id)
        if generation is None:
            return record
        noted = record.with_training(replace(generation, intended=True, job_arn=job_arn, gone=False))
        return hand_over(noted) if noted != record and record.training.unwanted(generation) else noted

    return registry.update(model, change)


def _next_after(generation_id: str) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        return next_training_attempt(record) if record.training.current_id == generation_id else record

    return change
