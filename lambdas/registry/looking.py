"""Looks at everything that a record's generations may have bought, by name, and makes sure that it is ours."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed
from finetuning.lifecycle.requests import is_owned
from finetuning.lifecycle.superseding import deletable
from finetuning.lifecycle.tagging import holds
from lambdas import log

_Found = TypeVar("_Found", JobObservation, EndpointObservation)


class Tagged(Protocol):
    """Knows the tags of things."""

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a resource."""


class Jobs(Tagged, Protocol):
    """Finds jobs."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name with its model's status, or None."""


class Endpoints(Tagged, Protocol):
    """Finds endpoints of one kind."""

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name, or None."""

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of the endpoints that serve a custom model."""


class Looking:
    """One fresh look at Bedrock; only what was intended can exist, and what is gone is not looked for again."""

    def __init__(self, jobs: Jobs, endpoints: Mapping[str, Endpoints], *, clock: Callable[[], float]) -> None:
        """Keep what is looked with; the clock gives epoch seconds."""
        self._jobs, self._endpoints, self._clock = jobs, endpoints, clock

    def look(self, record: ModelRecord) -> Observed:
        """What is there now, by generation id; what carries our names and is not ours counts as not there."""
        now = self._clock()
        jobs = {
            generation.id: self._ours(
                self._jobs, record, generation.id, generation.job_arn, self._jobs.find(generation.job_name)
            )
            for generation in record.training.generations
            if generation.intended and not generation.gone
        }
        endpoints = {
            endpoint.id: self._ours(
                self._endpoints[endpoint.serving],
                record,
                endpoint.id,
                endpoint.arn,
                self._endpoints[endpoint.serving].find(endpoint.name),
            )
            for endpoint in record.endpoint.generations
            if endpoint.intended and not endpoint.gone
        }
        for generation, job in list(deletable(record, jobs)):
            jobs[generation.id] = replace(job, held_by=self._holders(record, job.model_arn))
        return Observed(jobs=jobs, endpoints=endpoints, now=now)

    def _ours(
        self, gateway: Tagged, record: ModelRecord, generation_id: str, arn: str, found: _Found | None
    ) -> _Found | None:
        """What was found, if it is what we bought: by the ARN that was noted, else by its owner tags (fault A24)."""
        if found is None or arn == found.arn:
            return found
        if not arn and is_owned(gateway.tags(found.arn), record, generation_id):
            return found
        log.warning("not ours", model=record.model, generation=generation_id, arn=found.arn)
        return None

    def _holders(self, record: ModelRecord, model_arn: str) -> tuple[str, ...]:
        """What else needs a custom model: hold tags, and endpoints that this record does not know."""
        own = {endpoint.arn for endpoint in record.endpoint.generations}
        serving = {arn for gateway in self._endpoints.values() for arn in gateway.serving(model_arn)}
        return (*holds(self._jobs.tags(model_arn)), *sorted(serving - own))
