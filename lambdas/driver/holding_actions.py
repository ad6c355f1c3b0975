"""What the driver does about models of other environments: it holds them while they are needed; it deletes none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from finetuning import names
from finetuning.lifecycle import Action, Decision, ModelRecord, Observed
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from finetuning.lifecycle.learning import may_still_show
from lambdas import log
from lambdas.registry import Registry


class Holds(Protocol):
    """Holds on custom models."""

    def hold(self, model_arn: str, environment: str, value: str) -> None:
        """Put the environment's hold on a model."""

    def release(self, model_arn: str, environment: str, value: str) -> bool:
        """Take our hold off a model; whether it was on it."""


class HoldingActions:
    """Holds promoted models and lets go of them."""

    def __init__(self, *, registry: Registry, holds: Holds, clock: Callable[[], float]) -> None:
        """Keep what the actions work with; the clock gives epoch seconds."""
        self._registry, self._holds, self._clock = registry, holds, clock

    def hold_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Hold the model before anything relies on it; the intent first, because the tag may take a while to show."""
        now = self._clock()
        record = self._registry.update(record.model, lambda r: _intended(r, decision.generation_id, now))
        generation = record.training.current
        if generation is not None and generation.id == decision.generation_id:
            self._holds.hold(generation.model_arn, record.environment, _value(record))
            log.info("custom model held", model=record.model, model_arn=generation.model_arn)

    def release_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Condemn it first, as before a deletion; a later generation of the same model keeps the hold."""
        record = self._registry.update(record.model, lambda r: _condemned(r, decision.generation_id))
        generation = record.training.find(decision.generation_id)
        if generation is None or not generation.condemned:
            return None
        needed = any(
            g.id != generation.id and g.model_arn == generation.model_arn and not g.gone
            for g in record.training.generations
        )
        if not needed:
            was_there = self._holds.release(generation.model_arn, record.environment, _value(record))
            if not was_there and may_still_show(generation.intended_at, self._clock()):
                return Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)
        log.info("custom model let go", model=record.model, model_arn=generation.model_arn, still_needed=needed)
        self._registry.update(record.model, lambda r: _gone(r, generation.id))
        return None


def _value(record: ModelRecord) -> str:
    return names.hold_value(record.project, record.model)


def _intended(record: ModelRecord, generation_id: str, now: float) -> ModelRecord:
    generation = record.training.current
    if generation is None or generation.id != generation_id:
        return record
    return record.with_training(replace(generation, intended_at=now))


def _condemned(record: ModelRecord, generation_id: str) -> ModelRecord:
    """The record in which this generation's hold is about to go, unless it is wanted again."""
    generation = record.training.find(generation_id)
    if generation is None or not record.training.unwanted(generation):
        return record
    return record.with_training(replace(generation, condemned=True))


def _gone(record: ModelRecord, generation_id: str) -> ModelRecord:
    generation = record.training.find(generation_id)
    return record if generation is None else record.with_training(replace(generation, gone=True))
