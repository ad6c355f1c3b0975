"""What a deployment would do to one model, without doing it.

The functions behind the custom resources run on a copy of the record, and then the driver's own decisions
(`rehearsal`): a forecast and the deployment after it cannot disagree.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from finetuning.lifecycle.caps import billed, job_refusal, usd_of_jobs
from finetuning.lifecycle.causes import Causes, endpoint_causes, training_causes
from finetuning.lifecycle.decision import Action
from finetuning.lifecycle.deployment import deployed, job_asked_for
from finetuning.lifecycle.endpoint import EndpointWanted
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.observation import Observed
from finetuning.lifecycle.outcome import purchase_refusal
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord
from finetuning.lifecycle.rehearsal import Rehearsed, Step, rehearse
from finetuning.lifecycle.training import TrainingWanted


class Change(StrEnum):
    """What happens to the customization job or to the endpoint of a model."""

    NOTHING = "nothing"
    REFUSED = "refused"
    REMOVED = "removed"
    STARTED = "started"
    ADOPTED = "adopted"
    CREATED = "created"
    REPLACED = "replaced"
    SWAPPED = "swapped"
    RETAGGED = "retagged"


@dataclass(frozen=True)
class Money:
    """What it costs, in US dollars by the prices that were given; None where one is unknown.

    Attributes:
        job: the new job at most; 0 without one.
        jobs_this_month: at most, the jobs started in this calendar month (UTC), without the new one.
        hourly_before: provisioned throughput as it is.
        hourly_most: while the most of it is billed at the same time.
        hourly_after: in the end.
    """

    job: float | None
    jobs_this_month: float | None
    hourly_before: float | None
    hourly_most: float | None
    hourly_after: float | None


@dataclass(frozen=True)
class Forecast:
    """What a deployment would do to one model.

    Attributes:
        before: the record as it is.
        after: as it would be in the end; as it is, if the deployment is refused.
        steps: what would be done because of it, in order.
        anyway: what is under way and would be done without it too.
        refusals: why the deployment would be refused.
        problem: why what is wanted would not be reached without a human, or "".
    """

    before: ModelRecord
    after: ModelRecord
    training: Change
    training_causes: Causes
    endpoint: Change
    endpoint_causes: Causes
    steps: tuple[Step, ...]
    anyway: tuple[Step, ...]
    refusals: tuple[str, ...]
    problem: str
    money: Money


def forecast(
    record: ModelRecord, seen: Observed, training: TrainingWanted | None, endpoint: EndpointWanted | None
) -> Forecast:
    """Forecast a deployment that wants this of a model; one that wants nothing removes its stack.

    Args:
        record: of the model; a blank one if nothing was ever wanted.
        seen: what its generations have bought, seen just now.
        training: that the job's resource would want.
        endpoint: that the endpoint's resource would want; None if the stack has none.

    Raises:
        SlotOwnedError: another stack owns the model.
    """
    record = learn(record, seen)
    asked = deployed(record, training, endpoint)
    because = training_causes(record.training.current, training), endpoint_causes(record.endpoint.current, endpoint)
    job, purchase = _job_refusal(job_asked_for(record, training), seen.now), _purchase_refusal(asked, seen.now)
    refused = bool(job or purchase)
    without, rehearsed = rehearse(record, seen), rehearse(record if refused else asked, seen)
    steps, anyway = _apart(rehearsed.steps, without.steps)
    return Forecast(
        before=record,
        after=rehearsed.record,
        training=Change.REFUSED if job else _training_change(record, rehearsed.record, steps),
        training_causes=because[0],
        endpoint=Change.REFUSED if purchase else _endpoint_change(record, rehearsed.record, steps),
        endpoint_causes=because[1],
        steps=steps,
        anyway=anyway,
        refusals=tuple(reason for reason in (job, purchase) if reason),
        problem="" if refused else rehearsed.problem,
        money=_money(record, rehearsed, asked if refused or _starts_a_job(rehearsed) else None, seen.now),
    )


def _job_refusal(asked: ModelRecord, now: float) -> str:
    """Why the job's resource would refuse to start it, or ""; a job that was started is not asked about."""
    generation = asked.training.current
    return job_refusal(asked, generation, now) if generation else ""


def _purchase_refusal(asked: ModelRecord, now: float) -> str:
    """Why the endpoint would be refused, or ""; what was bought is not asked about."""
    endpoint = asked.endpoint.wanted
    return purchase_refusal(asked, endpoint, now) if endpoint and not endpoint.arn else ""


def _apart(steps: Sequence[Step], without: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps of the deployment alone, and those that would be done without it too."""
    left = Counter(without)
    own, anyway = list[Step](), list[Step]()
    for step in steps:
        (anyway if left[step] > 0 else own).append(step)
        left[step] -= 1
    return tuple(own), tuple(anyway)


def _training_change(before: ModelRecord, after: ModelRecord, steps: Sequence[Step]) -> Change:
    was, is_ = before.training.current, after.training.current
    if is_ is None:
        return Change.REMOVED if was else Change.NOTHING
    done = {step.action for step in steps if step.generation_id == is_.id}
    if Action.START_JOB in done:
        return Change.STARTED
    if was is None or was.id != is_.id:
        return Change.ADOPTED
    return Change.RETAGGED if Action.RETAG in done else Change.NOTHING


def _endpoint_change(before: ModelRecord, after: ModelRecord, steps: Sequence[Step]) -> Change:
    was, is_ = before.endpoint.current, after.endpoint.current
    if is_ is None:
        return Change.REMOVED if was else Change.NOTHING
    done = {step.action for step in steps if step.generation_id == is_.id}
    if was is not None and was.id != is_.id and was.intended:
        return Change.REPLACED
    if Action.CREATE_ENDPOINT in done:
        return Change.CREATED
    if Action.SWAP_MODEL in done:
        return Change.SWAPPED
    return Change.RETAGGED if Action.RETAG in done else Change.NOTHING


def _money(before: ModelRecord, rehearsed: Rehearsed, asked: ModelRecord | None, now: float) -> Money:
    """What it costs; `asked` is the record of which a job is started, or would be if it were not refused."""
    generation = asked.training.current if asked else None
    return Money(
        job=0.0 if generation is None or generation.intended else generation.estimated_usd,
        jobs_this_month=usd_of_jobs(before, now),
        hourly_before=_hourly(billed(before)),
        hourly_most=_hourly(rehearsed.most_billed),
        hourly_after=_hourly(billed(rehearsed.record)),
    )


def _starts_a_job(rehearsed: Rehearsed) -> bool:
    return any(step.action == Action.START_JOB for step in rehearsed.steps)


def _hourly(endpoints: Sequence[EndpointGeneration]) -> float | None:
    prices = [endpoint.hourly_usd for endpoint in endpoints]
    return None if None in prices else sum(price for price in prices if price is not None)
