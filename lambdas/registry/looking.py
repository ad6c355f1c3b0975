"""Looks at everything that a record's generations may have bought, by name, and makes sure that it is ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from finetuning import names
from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.requests import is_owned
from finetuning.lifecycle.superseding import deletable, is_copied, is_lent
from finetuning.lifecycle.tagging import holds
from finetuning.lifecycle.verdict import Promoted
from lambdas import log

_Found = TypeVar("_Found", JobObservation, EndpointObservation)


class Tagged(Protocol):
    """Knows the tags of things."""

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a resource."""


class Makers(Tagged, Protocol):
    """Finds what makes models."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name with its model's status, or None."""


class Jobs(Makers, Protocol):
    """Finds customization jobs, and copies."""

    @property
    def copies(self) -> Makers:
        """What makes models by copying them."""


class Endpoints(Tagged, Protocol):
    """Finds endpoints of one kind."""

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name, or None."""

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of the endpoints that serve a custom model."""


class Holds(Protocol):
    """Finds models of other environments."""

    def find(self, promoted: Promoted, environment: str, value: str) -> JobObservation:
        """A promoted model, with whether this environment holds it."""


class Alarms(Protocol):
    """Knows alarms."""

    def going_off(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of these alarms that are going off."""


class Looking:
    """One fresh look at Bedrock; only what was intended can exist, and what is gone is not looked for again."""

    def __init__(
        self,
        jobs: Jobs,
        endpoints: Mapping[str, Endpoints],
        *,
        holds: Holds,
        alarms: Alarms,
        clock: Callable[[], float],
    ) -> None:
        """Keep what is looked with; the clock gives epoch seconds."""
        self._jobs, self._endpoints, self._clock = jobs, endpoints, clock
        self._holds, self._alarms = holds, alarms

    def look(self, record: ModelRecord) -> Observed:
        """What is there now, by generation id; what carries our names and is not ours counts as not there."""
        now = self._clock()
        jobs = {
            generation.id: self._job(record, generation)
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
        return Observed(jobs=jobs, endpoints=endpoints, now=now, alarms=self._going_off(record))

    def _job(self, record: ModelRecord, generation: TrainingGeneration) -> JobObservation | None:
        if generation.promoted is not None and is_lent(generation):
            value = names.hold_value(record.project, record.model)
            return self._holds.find(generation.promoted, record.environment, value)
        makers = self._jobs.copies if is_copied(generation) else self._jobs
        found = makers.find(generation.job_name)
        return self._ours(makers, record, generation.id, generation.job_arn, found)

    def _going_off(self, record: ModelRecord) -> tuple[str, ...]:
        """A settled model is not watched any more."""
        endpoint = record.endpoint.wanted
        return self._alarms.going_off(endpoint.alarms) if endpoint and endpoint.alarms and not record.settled else ()

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
