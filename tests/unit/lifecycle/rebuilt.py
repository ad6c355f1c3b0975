"""A record that was lost and rebuilt of what was bought, and a look at what is there."""

from finetuning.lifecycle import JobObservation, ModelRecord, Observed
from finetuning.lifecycle.facts import EndpointFacts, JobFacts, StackFacts
from finetuning.lifecycle.observation import EndpointObservation
from finetuning.lifecycle.rebuilding import rebuild
from tests.unit.lifecycle import bought
from tests.unit.lifecycle.records import BLANK

KNOWN = bought.record()
NOW = 1_780_000_000.0


def rebuilt(
    stack: StackFacts | None = None,
    jobs: tuple[JobFacts, ...] = (bought.job_facts(KNOWN),),
    endpoints: tuple[EndpointFacts, ...] = (bought.endpoint_facts(KNOWN),),
    pointer: str = bought.POINTER,
) -> ModelRecord:
    """The record rebuilt of what serves, except for what is given."""
    return rebuild(BLANK, stack or bought.stack_facts(KNOWN), jobs, endpoints, pointer)


def look(record: ModelRecord) -> Observed:
    """What is there when all that was bought is."""
    jobs = {g.id: JobObservation(g.job_arn, g.status, "", g.model_arn, "Active") for g in record.training.generations}
    endpoints = {
        g.id: EndpointObservation(g.arn, "InService", g.model_arn) for g in record.endpoint.generations if g.intended
    }
    return Observed(jobs=jobs, endpoints=endpoints, now=NOW)
