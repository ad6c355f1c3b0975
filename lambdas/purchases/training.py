"""Starts the one customization job of the wanted generation, or adopts the one that is there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from finetuning.errors import FineTuningError
from finetuning.lifecycle import JobObservation, ModelRecord, TrainingGeneration
from finetuning.lifecycle.caps import job_refusal
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.learning import may_still_show
from finetuning.lifecycle.observation import MODEL_ACTIVE
from finetuning.lifecycle.requests import is_owned, job_request
from finetuning.lifecycle.superseding import is_copied
from finetuning.lifecycle.training import next_training_attempt
from lambdas import log
from lambdas.gateways.jobs import JobQuotaError, NameTakenError, RequestRefusedError, RoleNotAssumableError
from lambdas.registry import Registry

#: Job names are taken for ever, so after a lost registry the first few may belong to earlier lives of this model.
MAX_NAMES_TAKEN = 20

#: After these nothing was started; every other error leaves that open.
REFUSALS = (JobQuotaError, NameTakenError, RequestRefusedError, RoleNotAssumableError)


class Purchases(Protocol):
    """What starting a job needs of Bedrock, whether it trains or copies."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name, or None."""

    def create(self, request: Mapping[str, Any]) -> str:
        """Start it and return its ARN; raises NameTakenError among others."""

    def tags(self, arn: str) -> dict[str, str]:
        """A job's tags."""


class JobPurchases(Purchases, Protocol):
    """Customization jobs, and copies."""

    @property
    def copies(self) -> Purchases:
        """What makes models by copying them."""


class OverBudgetError(FineTuningError):
    """The job would cost more than the configuration allows; nothing was started."""


class NoNameLeftError(FineTuningError):
    """Every name that was tried is taken by a job that cannot be adopted."""


class NotVisibleYetError(FineTuningError):
    """The job was probably started before, by a call whose answer was lost, and does not show yet."""


def start_or_adopt(
    registry: Registry, jobs: JobPurchases, model: str, output_bucket: str, clock: Callable[[], float]
) -> ModelRecord:
    """Start the job of the model's current generation, unless it was started before; return the new record.

    A job of our name that this registry never intended is from an earlier life: it is adopted if it carries our owner
    tags and can still give a model, else the next attempt number is used (faults B08, B09, B10, A24).

    Raises:
        JobQuotaError: no more jobs are allowed at present.
        RoleNotAssumableError: the service role is not assumable, perhaps not yet.
        RequestRefusedError: asking again will not help.
        OverBudgetError: a cap forbids it.
        NotVisibleYetError: look again later.
        NoNameLeftError: see its text.
    """
    for _ in range(MAX_NAMES_TAKEN):
        record = registry.read(model)
        generation = record.training.current
        if generation is None:
            return record
        makers: Purchases = jobs.copies if is_copied(generation) else jobs
        found = makers.find(generation.job_name)
        if found is not None and _is_adoptable(makers, record, generation, found):
            return _note(registry, model, generation.id, found.arn, clock())
        if found is None and generation.job_arn:
            return record
        if found is None:
            noted = _buy(registry, makers, record, generation, output_bucket, clock)
            if noted is not None:
                return noted
        following = registry.update(model, _next_after(generation.id, clock()))
        if following.training.current_id == generation.id:
            raise NotVisibleYetError(f"customization job {generation.job_name} does not show yet")
    raise NoNameLeftError(
        f"model {model!r} has {MAX_NAMES_TAKEN} job names in a row that are taken; give the model another name"
    )


def _buy(
    registry: Registry,
    jobs: Purchases,
    before: ModelRecord,
    generation: TrainingGeneration,
    output_bucket: str,
    clock: Callable[[], float],
) -> ModelRecord | None:
    """Intent, purchase, outcome; None if the name turns out to be taken by another job."""
    intent = Intent(generation.id, clock())
    record = registry.update(before.model, intent)
    if intent.refusal:
        raise OverBudgetError(intent.refusal)
    intended = record.training.current
    if intended is None or intended.id != generation.id:
        return record
    try:
        arn = jobs.create(job_request(record, intended, output_bucket))
    except REFUSALS as error:
        registry.update(before.model, intent.withdrawn)
        if not isinstance(error, NameTakenError):
            raise
        log.warning("name taken", job_name=generation.job_name, error=str(error))
        return None
    log.info("customization job started", model=before.model, job_name=generation.job_name, job_arn=arn)
    return _note(registry, before.model, generation.id, arn, clock())


def _is_adoptable(jobs: Purchases, record: ModelRecord, generation: TrainingGeneration, found: JobObservation) -> bool:
    if generation.job_arn:
        return generation.job_arn == found.arn
    if not is_owned(jobs.tags(found.arn), record, generation.id):
        return False
    usable = found.status == "InProgress" or (found.status == "Completed" and found.model_status == MODEL_ACTIVE)
    return generation.intended or usable


Change = Callable[[ModelRecord], ModelRecord]


class Intent:
    """Writes down that a job is about to be started, unless something else is wanted by now.

    So tombstone and caps are read before the purchase; and if the purchase is refused, the intent is taken back.
    """

    def __init__(self, generation_id: str, now: float) -> None:
        self._generation_id, self._now = generation_id, now
        self._before: TrainingGeneration | None = None
        self.refusal = ""

    def __call__(self, record: ModelRecord) -> ModelRecord:
        """The record with the intent; as it was, and `refusal` says why, if the job would break a cap."""
        generation, self.refusal = record.training.current, ""
        if generation is None or generation.id != self._generation_id:
            return record
        self.refusal = job_refusal(record, generation, self._now)
        if self.refusal:
            return record
        self._before = generation
        price = generation.estimated_usd
        intended = replace(generation, intended=True, intended_at=self._now, charged_usd=price, gone=False)
        return record.with_training(intended)

    def withdrawn(self, record: ModelRecord) -> ModelRecord:
        """The record as it was before the intent, unless somebody else has intended or bought the same since."""
        generation = record.training.find(self._generation_id)
        if self._before is None or generation is None or generation.job_arn or generation.intended_at != self._now:
            return record
        gone = record.training.unwanted(generation) and not self._before.intended
        before = self._before
        withdrawn = replace(generation, intended=before.intended, intended_at=before.intended_at, gone=gone)
        return record.with_training(replace(withdrawn, charged_usd=before.charged_usd))


def _note(registry: Registry, model: str, generation_id: str, job_arn: str, now: float) -> ModelRecord:
    """Write down the outcome; if nobody wants it any more, hand it to a driver that undoes it (fault A21).

    A job that this registry never intended counts in the month in which it is found: when it was started is not known
    here, and a month that counts too much buys nothing too much.
    """

    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(generation_id)
        if generation is None:
            return record
        begun = generation.intended_at or now
        generation_noted = replace(generation, intended=True, intended_at=begun, job_arn=job_arn, gone=False)
        noted = record.with_training(generation_noted)
        return hand_over(noted) if noted != record and record.training.unwanted(generation) else noted

    return registry.update(model, change)


def _next_after(generation_id: str, now: float) -> Change:
    """The next attempt's name, unless this one may have been taken by a purchase of ours that does not show yet."""

    def change(record: ModelRecord) -> ModelRecord:
        current = record.training.current
        if current is None or current.id != generation_id or current.job_arn:
            return record
        return record if may_still_show(current.intended_at, now) else next_training_attempt(record)

    return change
