"""What the driver does about customization jobs and custom models; each may be done twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from finetuning.lifecycle.superseding import is_copied, maker
from finetuning.lifecycle.tagging import tag_change, with_uncertain_tags
from lambdas import log
from lambdas.gateways.jobs import JobQuotaError, ModelInUseError
from lambdas.purchases import REFUSALS, JobPurchases, NotVisibleYetError, OverBudgetError, start_or_adopt
from lambdas.registry import Registry

#: Customization jobs take hours, so there is no hurry to ask again for a free place.
JOB_QUOTA_POLL_SECONDS = 600


class Jobs(JobPurchases, Protocol):
    """What the actions need of customization jobs and custom models."""

    def stop(self, job_name: str) -> None:
        """Ask a running job to stop."""

    def delete_model(self, model_arn: str) -> None:
        """Delete a custom model; raises ModelInUseError."""

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change the tags of a job or a custom model."""


class TrainingActions:
    """Starts, stops, tags and deletes."""

    def __init__(self, *, registry: Registry, jobs: Jobs, output_bucket: str, clock: Callable[[], float]) -> None:
        """Keep what the actions work with; the clock gives epoch seconds."""
        self._registry, self._jobs, self._output_bucket, self._clock = registry, jobs, output_bucket, clock

    def start_job(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Start it; what waits for room is asked for again, what is refused waits for an operator."""
        problem, wait = "", None
        try:
            start_or_adopt(self._registry, self._jobs, record.model, self._output_bucket, self._clock)
        except JobQuotaError as error:
            problem = f"{maker(record.training.find(decision.generation_id))} queued: {error}"
            wait = Decision(Action.AWAIT_CHANGE, decision.generation_id, JOB_QUOTA_POLL_SECONDS)
        except NotVisibleYetError as error:
            log.info("not visible yet", model=record.model, error=str(error))
            wait = Decision(Action.AWAIT_CHANGE, decision.generation_id, TEARDOWN_POLL_SECONDS)
        except OverBudgetError as error:
            # The next decision says so, for as long as it is true.
            log.error("customization job over budget", model=record.model, error=str(error))
        except REFUSALS as error:
            log.error("customization job refused", model=record.model, error=str(error))
            self._registry.update(record.model, _refused(decision.generation_id, str(error)))
        self._registry.update(record.model, lambda r: replace(r, problem=problem))
        return wait

    def stop_job(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Ask the job to stop."""
        generation = record.training.find(decision.generation_id)
        if generation is not None and not is_copied(generation):
            # A copy cannot be stopped: its model is deleted when it is there.
            self._jobs.stop(generation.job_name)

    def delete_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Condemn it first: a deployment that goes back to this generation at the same moment must not get it."""
        job = seen.jobs[decision.generation_id]
        record = self._registry.update(record.model, _condemn(decision.generation_id))
        generation = record.training.find(decision.generation_id)
        if job is None or generation is None or not generation.condemned:
            return None
        try:
            self._jobs.delete_model(job.model_arn)
        except ModelInUseError as error:
            log.warning("custom model in use", model=record.model, model_arn=job.model_arn, error=str(error))
            return Decision(Action.AWAIT_CHANGE, decision.generation_id, TEARDOWN_POLL_SECONDS)
        log.info("custom model deleted", model=record.model, model_arn=job.model_arn)
        return None

    def retag(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Change the user's tags on job and model; owner tags stay (fault A27)."""
        generation, job = record.training.find(decision.generation_id), seen.jobs.get(decision.generation_id)
        if generation is None or job is None:
            return
        self._registry.update(record.model, lambda r: with_uncertain_tags(r, generation.id))
        for arn in (job.model_arn,) if is_copied(generation) else (job.arn, job.model_arn):
            self._jobs.tag(arn, *tag_change(generation))
        self._registry.update(record.model, _tagged(generation))


def _condemn(generation_id: str) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(generation_id)
        if generation is None or not record.training.unwanted(generation):
            return record
        return record.with_training(replace(generation, condemned=True))

    return change


def _refused(generation_id: str, reason: str) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(generation_id)
        if generation is None or generation.job_arn:
            return record
        failure = f"{maker(generation)} {generation.job_name} was refused: {reason}"
        return record.with_training(replace(generation, failure=failure))

    return change


def _tagged(told: TrainingGeneration) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(told.id)
        if generation is None:
            return record
        return record.with_training(replace(generation, tagged=None if generation.tags == told.tags else told.tags))

    return change
