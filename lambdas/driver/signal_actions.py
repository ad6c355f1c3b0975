"""Tells a wait condition how it ended (wait mode)."""

from dataclasses import replace
from typing import Protocol

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed
from lambdas.registry import Registry

#: A wait condition comes seconds after the resource that it depends on.
SIGNAL_POLL_SECONDS = 10


class Stacks(Protocol):
    """The stacks that own the models, and their wait conditions."""

    def is_rolling_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update right now."""

    def signal(self, stack_id: str, logical_id: str, *, success: bool, unique_id: str) -> str:
        """Tell the wait condition the outcome: `told`, `later` or `never`."""


class SignalActions:
    """Signals stacks."""

    def __init__(self, *, registry: Registry, stacks: Stacks) -> None:
        self._registry, self._stacks = registry, stacks

    def signal_stack(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Signal the outcome, or wait if the wait condition is not there yet."""
        signal = record.endpoint.signal
        if signal is None:
            return None
        success, unique_id = not decision.reason, record.training.current_id or "none"
        answer = self._stacks.signal(signal.stack_id, signal.logical_id, success=success, unique_id=unique_id)
        if answer == "later":
            return Decision(Action.AWAIT_CHANGE, decision.generation_id, SIGNAL_POLL_SECONDS)
        told = replace(signal, sent=True)
        self._registry.update(
            record.model,
            lambda r: replace(r, endpoint=replace(r.endpoint, signal=told)) if r.endpoint.signal == signal else r,
        )
        return None
