"""`rebuild`: make the record of a model anew when the registry was lost."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from configuration import evaluated
from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.facts import HeldModel, StackFacts
from finetuning.lifecycle.rebuilding import rebuild as rebuilt
from ops import console
from ops.confirming import confirm
from ops.options import EnvironmentOption, JsonOption, YesOption
from ops.recovery import stack
from ops.session import Session, open_session


def rebuild(
    model: Annotated[str, typer.Option("--model", help="a use case whose record is lost")],
    env: EnvironmentOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Rebuild a lost record from the stack, the owner tags and the job details; buys nothing."""
    session = open_session(env)
    registry, driver, details = session.registry(), session.driver(), session.details()
    facts = stack.read(session, model)
    jobs, endpoints, held = list(details.jobs()), list(details.endpoints()), list(_held(session, model))
    pointer = session.pointer().read(names.pointer_parameter(session.project, session.environment.name, model)) or ""
    made = rebuilt(registry.read(model), facts, jobs, endpoints, pointer, held)
    if not as_json:
        for line in (*lines(made), *_lost(facts)):
            console.stdout().print(line, soft_wrap=True, markup=False)
    confirm(f"Write this record of model {model}?", yes=yes)
    after = registry.update(
        model,
        lambda record: with_unused_execution(rebuilt(record, facts, jobs, endpoints, pointer, held), driver.status),
    )
    session.drive(after)
    if as_json:
        console.print_json(document(after))
    else:
        console.stdout().print("rebuilt; see it with: python -m ops status")


def _held(session: Session, model: str) -> Iterator[HeldModel]:
    """The models of other environments that are held for this one."""
    gateway, environment = session.holds(), session.environment.name
    for thing in gateway.held_by(session.project, environment):
        found = gateway.model(thing.arn, environment)
        if found is not None and thing.tags[names.MODEL_TAG] == model:
            yield HeldModel(thing.arn, thing.name, found.job_arn, found.base_model)


def with_unused_execution(record: ModelRecord, status: Callable[[str], str | None]) -> ModelRecord:
    """The record with an execution whose name no earlier life of it has used: names are taken for 90 days."""
    while status(record.in_charge) is not None:
        record = hand_over(record)
    return record


def _lost(facts: StackFacts) -> Iterator[str]:
    """What nothing tells any more, and what brings it back: which test dataset was staged is in no template."""
    if facts.job is not None and facts.job.properties.get(evaluated.PROPERTY):
        fix = "change a value, such as evaluation.hours, and deploy; it is judged anew"
        yield f"verdict      lost, with the manifest: {fix}"


def document(record: ModelRecord) -> dict[str, Any]:
    """What was found, as JSON."""
    return {"model": record.model, "training": asdict(record.training), "endpoint": asdict(record.endpoint)}


def lines(record: ModelRecord) -> list[str]:
    """What was found, a line each: wanted, kept or let go of."""
    found = [f"stack        {record.training.owner}"]
    for job in record.training.generations:
        fate = "wanted" if not job.released else ("nothing is left of it" if job.gone else "superseded")
        what = "promoted" if job.promoted else "job"
        found.append(f"{what:<12} {job.job_name} ({job.status}): {fate}")
    for endpoint in record.endpoint.generations:
        fate = endpoint.failure or ("wanted" if not endpoint.released else "not wanted: the driver deletes it")
        found.append(f"endpoint     {endpoint.name} ({endpoint.status or 'not there'}): {fate}")
    found.append(f"pointer      {record.endpoint.published_arn or 'not published'}")
    return found
