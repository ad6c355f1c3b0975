"""Flaws in events, in the driver's lease, in the sweep, and in what people can read."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from finetuning import names
from finetuning.lifecycle import ModelRecord, Observed, decision
from finetuning.lifecycle.observation import MODEL_ACTIVE, OwnedThing
from finetuning.lifecycle.orphans import Orphan
from lambdas.job_event.waking import JobEvents
from lambdas.registry.looking import Looking
from lambdas.responder import CustomResourceRequest
from lambdas.sweep import strays
from lambdas.sweep.models import Models
from tests.simulation.bench.plans import late_model, slow_rollback
from tests.simulation.bench.variant import Replacement, Variant, always
from tests.simulation.bench.variants.protocol import RESPOND
from tests.simulation.wanted import ENVIRONMENT, PROJECT


def _written_down(real: Any) -> Any:
    """The job's status is what the event says."""

    def handle(self: JobEvents, job_name: str, status: str) -> None:
        def told(record: ModelRecord) -> ModelRecord:
            for generation in record.training.generations:
                if generation.job_name == job_name:
                    record = record.with_training(replace(generation, status=status))
            return record

        model = names.model_of_job(PROJECT, ENVIRONMENT, job_name)
        if model is not None:
            self._registry.update(model, told)
        real(self, job_name, status)

    return handle


def _believed(real: Any) -> Any:
    """A job of which an event said that it completed has a model."""

    def look(self: Looking, record: ModelRecord) -> Observed:
        seen: Observed = real(self, record)
        jobs = dict(seen.jobs)
        for generation in record.training.generations:
            job = jobs.get(generation.id)
            if job is not None and generation.status == "Completed" and not generation.model_seen:
                jobs[generation.id] = replace(job, status="Completed", model_status=MODEL_ACTIVE)
        return replace(seen, jobs=jobs)

    return look


def _all_but_current(real: Any) -> Any:
    def orphans(records: Iterable[ModelRecord], things: Iterable[OwnedThing], now: float) -> list[Orphan]:
        current = {i for record in records for i in (record.training.current_id, record.endpoint.current_id)}
        return [Orphan(thing, True, "") for thing in things if thing.tags.get(names.GENERATION_TAG) not in current]

    return orphans


def _with_url(real: Any) -> Any:
    def fields(request: CustomResourceRequest) -> dict[str, object]:
        return {**real(request), "response_url": request.response_url}

    return fields


OPERATIONS = (
    Variant(
        "events-trusted",
        "a job of which an event says that it completed is not looked at",
        ("B15", "D02", "D03"),
        (Replacement(JobEvents, "handle", _written_down), Replacement(Looking, "look", _believed)),
        late_model,
    ),
    Variant(
        "events-relied-on",
        "nothing but an event ends the wait for a job",
        ("D01",),
        (
            Replacement(Models, "_wake", always("waiting")),
            Replacement(decision, "JOB_TIMEOUT_SECONDS", lambda real: 10**8),
        ),
    ),
    Variant(
        "dead-driver",
        "an execution that died is not followed by another",
        ("D07",),
        (Replacement(Models, "_settle", always("waiting")),),
    ),
    Variant(
        "orphans-unchecked",
        "the sweep has everything deleted that is not of a current generation",
        ("D08",),
        (Replacement(strays, "orphans", _all_but_current), Replacement(strays, "claimed", always(frozenset()))),
        slow_rollback,
    ),
    Variant(
        "url-logged",
        "the pre-signed URL is logged",
        ("A09",),
        (Replacement(RESPOND, "_fields", _with_url),),
    ),
)
