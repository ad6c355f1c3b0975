"""The environment's promotion lock: one promotion at a time, so that one bad model never hides behind another.

Nobody has to give it back, or a driver that died would end all promotions: what a holder's record says decides whether
it holds. One that wants another generation by now, or is settled, holds nothing (fault E05), and neither does one whose
promotion was settled before: what is done with that model later is no promotion.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from finetuning import names
from finetuning.errors import FineTuningError
from finetuning.lifecycle.promotions import begins_promotion, begun, is_under_way
from finetuning.lifecycle.record import ModelRecord
from lambdas.gateways.promotion_lock_table import LockItem
from lambdas.gateways.registry_table import StaleVersionError
from lambdas.registry.registry import TRIES, Registry

#: The lock is taken before the record says what is promoted, so for a while nothing else tells that the holder is at
#: it. No function that takes it runs longer than 120 seconds (promoted_model.py and customization_job.py of
#: stacks/constructs); the rest is for clocks that differ.
TAKING_SECONDS = 180


class PromotionLockedError(FineTuningError):
    """Another promotion is under way in this environment; nothing was written."""


class Table(Protocol):
    """Where the lock is kept; `lambdas.gateways.promotion_lock_table.PromotionLockTable` is the real one."""

    def read(self) -> LockItem:
        """The lock."""

    def write(self, lock: LockItem) -> None:
        """Write it over the version that it has; raises StaleVersionError."""


class PromotionLock:
    """The lock of one environment."""

    def __init__(self, registry: Registry, table: Table, *, clock: Callable[[], float]) -> None:
        """Keep what the lock is judged by; the clock gives epoch seconds."""
        self._registry, self._table, self._clock = registry, table, clock

    def take_for(self, before: ModelRecord, after: ModelRecord, *, rolls_back: bool) -> ModelRecord:
        """Take the lock if a change of a record begins a promotion, and return the changed record.

        Call it between the read of the record and the write over it, so that nobody can read of a promotion that does
        not have the lock.

        Args:
            before: as it was read.
            after: as it is about to be written.
            rolls_back: the stack rolls back, to what is verified and judged already: that never waits.

        Raises:
            PromotionLockedError: another model's promotion is under way.
        """
        if not begins_promotion(before, after):
            return after
        if not rolls_back:
            self.take(before, after.training.current_id)
        return begun(after)

    def take(self, record: ModelRecord, generation: str) -> None:
        """Take the lock for a model's promotion.

        A later promotion of the same model takes it over: CloudFormation updates one stack at a time.

        Args:
            record: of the model, as it was read: it names the environment in the message.
            generation: id of the training generation that is about to be recorded.

        Raises:
            PromotionLockedError: another model's promotion is under way.
        """
        for _ in range(TRIES):
            lock = self._table.read()
            holds = self._holds(lock)
            if holds and (lock.model, lock.generation) == (record.model, generation):
                return
            if holds and lock.model != record.model:
                raise PromotionLockedError(_refusal(record, lock))
            try:
                self._table.write(replace(lock, model=record.model, generation=generation, since=self._clock()))
            except StaleVersionError:
                continue
            return
        raise PromotionLockedError(f"the promotion lock of environment {record.environment} changes too often")

    def let_go(self, before: ModelRecord, after: ModelRecord) -> None:
        """Give the lock back if a change took away what it was taken for; what is still wanted keeps it."""
        if after.training.removed or after.training.current_id != before.training.current_id:
            self.give_back(before.model, before.training.current_id)

    def give_back(self, model: str, generation: str) -> None:
        """Give the lock back if it was taken for this generation, because CloudFormation has given the promotion up.

        A lost race leaves it to whoever won it.
        """
        lock = self._table.read()
        if (lock.model, lock.generation) != (model, generation):
            return
        try:
            self._table.write(LockItem(version=lock.version))
        except StaleVersionError:
            return

    def holder(self) -> LockItem | None:
        """Who holds the lock now, or None."""
        lock = self._table.read()
        return lock if lock.model and self._holds(lock) else None

    def _holds(self, lock: LockItem) -> bool:
        if not lock.model:
            return False
        record = self._registry.read(lock.model)
        if record.training.current is not None and _is_attempt_of(record.training.current_id, lock.generation):
            return is_under_way(record)
        return self._clock() - lock.since < TAKING_SECONDS


def _is_attempt_of(generation: str, promoted: str) -> bool:
    """Whether it is the same training, at the latest attempt: the driver and `ops retry` begin others."""
    return names.parse_generation(generation)[0] == names.parse_generation(promoted)[0]


def _refusal(record: ModelRecord, lock: LockItem) -> str:
    since = datetime.fromtimestamp(lock.since, UTC).strftime("%Y-%m-%d %H:%M UTC")
    environment = record.environment
    return (
        f"model {record.model!r} is not promoted, and nothing was changed: in environment {environment} a promotion of "
        f"model {lock.model!r} is under way (generation {lock.generation}, since {since}). Wait for it, then deploy "
        f"again: python -m ops wait --env {environment} --model {lock.model} --until settled"
    )
