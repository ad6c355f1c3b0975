"""`adopt`: take over a job, custom model or endpoint that exists, instead of buying another."""

from dataclasses import dataclass
from typing import Annotated

import typer

from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.adopting import adopt_endpoint, adopt_job
from finetuning.lifecycle.facts import EndpointFacts, JobFacts
from lambdas.gateways.details import DetailsGateway
from ops import console, project
from ops.confirming import confirm
from ops.errors import OperatorError, UsageError
from ops.options import EnvironmentOption, JsonOption, ModelOption, YesOption
from ops.session import Session, open_session
from ops.status.look import Lookout

ArnOption = Annotated[
    str, typer.Option("--arn", help="of a customization job, custom model, provisioned throughput or deployment")
]


class NotThereError(OperatorError):
    """There is nothing under this ARN."""


@dataclass(frozen=True)
class Adoption:
    """What was adopted, and what it supersedes ("" for nothing)."""

    model: str
    arn: str
    generation: str
    supersedes: str


def adopt(
    arn: ArnOption,
    env: EnvironmentOption = None,
    model: ModelOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Adopt what exists if it carries the owner tags and is just what is wanted; else say every difference."""
    session = open_session(env)
    chosen = project.choose_model(session.environment, model, Lookout(session).models())
    facts = find(session.details(), arn)
    before = session.registry().read(chosen)
    told = adoption(before, adopted(before, facts), facts)
    if not as_json:
        console.stdout().print(sentence(told), soft_wrap=True, markup=False)
    confirm(f"Adopt it for model {chosen}?", yes=yes)
    after = session.registry().update(chosen, lambda record: adopted(record, facts))
    told = adoption(before, after, facts)
    _tag(session, facts, told.generation)
    session.drive(after)
    if as_json:
        console.print_json(told)
    else:
        console.stdout().print("adopted; follow it with: python -m ops status --watch")


def find(details: DetailsGateway, arn: str) -> JobFacts | EndpointFacts:
    """What is under an ARN; a custom model stands for the job that made it.

    Raises:
        NotThereError: nothing is there.
        UsageError: it is no ARN of the four kinds.
    """
    if ":custom-model/" in arn:
        found: JobFacts | EndpointFacts | None = details.job(job) if (job := details.job_of_model(arn)) else None
    elif ":model-customization-job/" in arn:
        found = details.job(arn)
    elif ":provisioned-model/" in arn or ":custom-model-deployment/" in arn:
        found = details.endpoint(arn)
    else:
        raise UsageError(f"--arn: {arn!r} is no customization job, custom model, provisioned throughput or deployment")
    if found is None:
        raise NotThereError(f"{arn} is not there, or the job that made it is not; see: python -m ops leftovers")
    return found


def adopted(record: ModelRecord, facts: JobFacts | EndpointFacts) -> ModelRecord:
    """The record with it; raises AdoptionRefusedError."""
    return adopt_job(record, facts) if isinstance(facts, JobFacts) else adopt_endpoint(record, facts)


def adoption(before: ModelRecord, after: ModelRecord, facts: JobFacts | EndpointFacts) -> Adoption:
    """What an adoption changes."""
    if isinstance(facts, JobFacts):
        job = before.training.current
        superseded = f"customization job {job.job_name}" if job and job.intended and not job.gone else ""
        return Adoption(after.model, facts.arn, after.training.current_id, superseded)
    endpoint = before.endpoint.current
    superseded = f"endpoint {endpoint.name}" if endpoint and endpoint.intended and not endpoint.gone else ""
    return Adoption(after.model, facts.arn, after.endpoint.current_id, superseded)


def sentence(told: Adoption) -> str:
    """What an adoption does."""
    fate = f"; {told.supersedes} is superseded: stopped, kept or deleted as after any change" if told.supersedes else ""
    return f"adopts {told.arn} for model {told.model} as generation {told.generation}{fate}"


def _tag(session: Session, facts: JobFacts | EndpointFacts, generation: str) -> None:
    """Put the generation on: the record knows it by ARN already, so a crash before this does no harm."""
    tag = {names.GENERATION_TAG: generation}
    if isinstance(facts, EndpointFacts):
        session.endpoints()[facts.kind].tag(facts.arn, tag, ())
        return
    jobs = session.jobs()
    jobs.tag(facts.arn, tag, ())
    if facts.model_status is not None:
        jobs.tag(facts.model_arn, tag, ())
