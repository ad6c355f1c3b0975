"""One model's part of the sweep: restarts what died, wakes what an event should have woken, looks once a day."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from finetuning.lifecycle import JobObservation, ModelRecord
from finetuning.lifecycle.abandonment import holders, let_go_of_abandoned
from finetuning.lifecycle.asking import Stage
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.observation import JOB_AT_REST
from finetuning.lifecycle.outcome import bought
from finetuning.lifecycle.troubles import stuck, untold
from lambdas import log
from lambdas.registry import Registry

#: A settled model is looked at once a day, so that what a human changed or deleted is noticed (fault C12).
DRIFT_CHECK_SECONDS = 86_400
#: How many names of executions are tried in one sweep.
MAX_NAMES_SPENT = 20


class Jobs(Protocol):
    """Finds jobs."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name, or None."""


class Driver(Protocol):
    """Starts driver executions and knows how they are."""

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""

    def status(self, execution: str) -> str | None:
        """The execution's status, or None when it was never started."""


class Parked(Protocol):
    """Wakes parked executions."""

    def wake(self, token: str) -> None:
        """Let the execution go on."""


class Stacks(Protocol):
    """Knows what the owning stacks are doing."""

    def stage(self, stack_id: str, logical_id: str) -> Stage:
        """What CloudFormation is doing with a resource and its stack."""


class Notices(Protocol):
    """Tells people."""

    def publish(self, subject: str, text: str) -> None:
        """Publish one notice."""


class Models:
    """Sweeps the records of models."""

    def __init__(
        self, *, registry: Registry, jobs: Jobs, driver: Driver, parked: Parked, stacks: Stacks, notices: Notices
    ) -> None:
        self._registry, self._jobs, self._driver = registry, jobs, driver
        self._parked, self._stacks, self._notices = parked, stacks, notices

    def sweep(self, model: str, now: float) -> str:
        """Sweep one model and return what was done: `waiting`, `woken`, `started`, `restarted`, or "" if it is settled.

        Args:
            model: its name.
            now: in epoch seconds.
        """
        record = self._without_abandoned(self._registry.read(model))
        if record.settled and _is_due(record, now):
            record = self._handed_over(record)
        if record.settled:
            return ""
        record = self._with_progress(record, now)
        self._tell_of_stuck(record, now)
        return self._settle(record)

    def _with_progress(self, record: ModelRecord, now: float) -> ModelRecord:
        """A driver that never gets to its first decision is stuck as well, some time after the sweep first sees it."""
        if record.progress_at:
            return record
        return self._registry.update(record.model, lambda r: replace(r, progress_at=r.progress_at or now))

    def _without_abandoned(self, record: ModelRecord) -> ModelRecord:
        """The record without what CloudFormation has let go of: no Delete will ever come for it."""
        for holder in holders(record):
            stage = self._stacks.stage(holder.stack_id, holder.logical_id)
            change = let_go_of_abandoned(holder, stage)
            # Almost always nothing is let go of, and the record need not be read again to see that.
            if change is None or change(record) == record:
                continue
            after = self._registry.update(record.model, change)
            if after.in_charge != record.in_charge:
                log.warning("abandoned", model=record.model, stack=holder.stack_id, logical_id=holder.logical_id)
            record = after
        return record

    def _handed_over(self, record: ModelRecord) -> ModelRecord:
        return self._registry.update(record.model, lambda r: hand_over(r) if r == record else r)

    def _settle(self, record: ModelRecord) -> str:
        status = self._driver.status(record.in_charge)
        if status == "RUNNING":
            return self._wake(record)
        if status is None:
            self._driver.start(record.model, record.in_charge)
            return "started"
        # The execution ended and left work behind, so its name is spent (fault D07).
        following = self._under_a_free_name(record)
        self._driver.start(following.model, following.in_charge)
        return "restarted"

    def _under_a_free_name(self, record: ModelRecord) -> ModelRecord:
        """The record in the charge of an execution that never was; after a lost registry, several names are spent."""
        for _ in range(MAX_NAMES_SPENT):
            record = self._handed_over(record)
            if self._driver.status(record.in_charge) is None:
                break
        return record

    def _wake(self, record: ModelRecord) -> str:
        generation = record.training.current
        job = self._jobs.find(generation.job_name) if generation and record.parked_token else None
        if job is None or job.status not in JOB_AT_REST:
            return "waiting"
        self._parked.wake(record.parked_token)
        return "woken"

    def _tell_of_stuck(self, record: ModelRecord, now: float) -> None:
        """The driver tells of all else; one that is parked or dead does not know that it is stuck."""
        for trouble in untold(record, stuck(record, now)):
            self._notices.publish(trouble.subject, trouble.text)
            self._registry.update(record.model, told(trouble.key))


def _is_due(record: ModelRecord, now: float) -> bool:
    """Whether a settled model is to be looked at: for drift, or because a commitment that nobody wants has ended."""
    if not bought(record):
        return False
    ended = any(
        e.intended and not e.gone and record.endpoint.unwanted(e) and e.committed_until <= now
        for e in record.endpoint.generations
    )
    return ended or now - record.looked_at >= DRIFT_CHECK_SECONDS


def told(key: str) -> Callable[[ModelRecord], ModelRecord]:
    """The change after people were told of a trouble."""

    def change(record: ModelRecord) -> ModelRecord:
        return record if key in record.notified else replace(record, notified=(*record.notified, key))

    return change
