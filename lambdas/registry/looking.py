"""Looks at everything that a record's generations may have bought, by name."""

from collections.abc import Mapping
from typing import Protocol

from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed


class Jobs(Protocol):
    """Finds jobs."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name with its model's status, or None."""


class Endpoints(Protocol):
    """Finds endpoints of one kind."""

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name, or None."""


class Looking:
    """One fresh look at Bedrock; only what was intended can exist, and what is gone is not looked for again."""

    def __init__(self, jobs: Jobs, endpoints: Mapping[str, Endpoints]) -> None:
        self._jobs, self._endpoints = jobs, endpoints

    def look(self, record: ModelRecord) -> Observed:
        """What is there now, by generation id."""
        return Observed(
            jobs={
                generation.id: self._jobs.find(generation.job_name)
                for generation in record.training.generations
                if generation.intended and not generation.gone
            },
            endpoints={
                endpoint.id: self._endpoints[endpoint.serving].find(endpoint.name)
                for endpoint in record.endpoint.generations
                if endpoint.intended and not endpoint.gone
            },
        )
