"""From a job's name to the execution that waits for it."""

from typing import Protocol

from finetuning import names
from lambdas import log
from lambdas.registry import Registry
from lambdas.settings import JobEventSettings


class Parked(Protocol):
    """Wakes parked executions."""

    def wake(self, token: str) -> None:
        """Let the execution go on."""


class JobEvents:
    """Handles job-state events of one environment."""

    def __init__(self, settings: JobEventSettings, *, registry: Registry, parked: Parked) -> None:
        self._settings, self._registry, self._parked = settings, registry, parked

    def handle(self, job_name: str, status: str) -> None:
        """Wake the execution that is parked for this job's model; ignore jobs that are not ours."""
        model = names.model_of_job(self._settings.project, self._settings.environment, job_name)
        record = self._registry.read(model) if model else None
        ours = record is not None and any(g.job_name == job_name for g in record.training.generations)
        log.info("job event", job_name=job_name, status=status, model=model, ours=ours)
        if record is not None and ours and record.parked_token:
            self._parked.wake(record.parked_token)
