"""A step of the driver: look, learn, decide; act if the decision is still this step's; look again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, decide
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from finetuning.lifecycle.observation import JOB_AT_REST, learn
from lambdas import log
from lambdas.driver.actions import Actions
from lambdas.driver.looking import Looking
from lambdas.registry import Registry

#: Enough for a service's message; a stored problem is for a human to read.
MAX_PROBLEM_CHARACTERS = 500


class Parked(Protocol):
    """Wakes parked executions."""

    def wake(self, token: str) -> None:
        """Let the execution go on."""


class Driver:
    """Runs the steps of one environment's models."""

    def __init__(self, *, registry: Registry, looking: Looking, actions: Actions, parked: Parked) -> None:
        self._registry, self._looking, self._actions, self._parked = registry, looking, actions, parked

    def step(self, name: str, model: str, execution: str, *, token: str = "") -> dict[str, Any]:
        """Run the state of this name for a model and return the next state, as the state machine's data.

        An execution that is not in charge any more ends here without touching anything; one that has come to park is
        woken, because nobody else knows its token.
        """
        record = self._registry.read(model)
        if record.execution != execution:
            log.info("another execution is in charge", model=model, execution=execution, in_charge=record.execution)
            if token:
                self._parked.wake(token)
            return _next(Decision(Action.SETTLED), model, execution)
        if name == Action.AWAIT_JOB:
            return self._park(record, execution, token)
        if record.parked_token:
            self._unpark(record)
        record, seen, decision = self._decide(model)
        if decision.action == name:
            seen, decision = self._act(record, seen, decision)
        return _next(self._settle(model, seen, decision), model, execution)

    def record_failure(self, model: str, execution: str, error: Mapping[str, Any]) -> dict[str, Any]:
        """Write down why the driver gave up. The record stays unsettled, so the sweep tries again."""
        problem = _problem(error)
        log.error("driver failed", model=model, execution=execution, problem=problem)
        self._registry.update(model, lambda r: replace(r, problem=problem) if r.execution == execution else r)
        return _next(Decision(Action.SETTLED), model, execution)

    def _decide(self, model: str) -> tuple[ModelRecord, Observed, Decision]:
        seen = self._looking.look(self._registry.read(model))
        record = self._registry.update(model, lambda r: learn(r, seen))
        return record, seen, decide(record, seen)

    def _act(self, record: ModelRecord, seen: Observed, decision: Decision) -> tuple[Observed, Decision]:
        """Act, look again and decide what follows."""
        wait = self._actions.act(record, seen, decision)
        if wait is not None:
            return seen, wait
        _, seen, following = self._decide(record.model)
        if (following.action, following.generation_id) == (decision.action, decision.generation_id):
            # What was just done does not show yet (eventual consistency): look later instead of doing it in a loop.
            following = Decision(Action.AWAIT_CHANGE, decision.generation_id, TEARDOWN_POLL_SECONDS)
        return seen, following

    def _settle(self, model: str, seen: Observed, decision: Decision) -> Decision:
        """SETTLED only if it is still true of the newest record: a resource may have asked for more meanwhile."""
        while decision.action == Action.SETTLED:
            if self._registry.update(model, _settled_as(seen)).settled:
                break
            _, seen, decision = self._decide(model)
        return decision

    def _park(self, record: ModelRecord, execution: str, token: str) -> dict[str, Any]:
        """Store the token, then look once more: the job may have ended before anybody knew whom to wake."""
        self._registry.update(record.model, lambda r: replace(r, parked_token=token) if r.execution == execution else r)
        record, seen, decision = self._decide(record.model)
        generation = record.training.current
        job = seen.jobs.get(generation.id) if generation else None
        if record.execution != execution or decision.action != Action.AWAIT_JOB or (job and job.status in JOB_AT_REST):
            self._parked.wake(token)
        return _next(decision, record.model, execution)

    def _unpark(self, record: ModelRecord) -> None:
        token = record.parked_token
        self._registry.update(record.model, lambda r: replace(r, parked_token="") if r.parked_token == token else r)
        self._parked.wake(token)


def _settled_as(seen: Observed) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        done = decide(record, seen)
        return replace(record, settled=True, problem=done.reason) if done.action == Action.SETTLED else record

    return change


def _next(decision: Decision, model: str, execution: str) -> dict[str, Any]:
    log.info("next", model=model, execution=execution, next=decision.action, wait_seconds=decision.wait_seconds)
    return {
        "next": str(decision.action),
        "wait_seconds": decision.wait_seconds,
        "model": model,
        "execution": execution,
    }


def _problem(error: Mapping[str, Any]) -> str:
    """The driver's error in a sentence: Step Functions wraps a Lambda error as JSON in `Cause`."""
    cause = str(error.get("Cause", ""))
    try:
        message = str(json.loads(cause).get("errorMessage", cause))
    except (ValueError, AttributeError):
        message = cause
    return f"{error.get('Error', 'error')}: {message}"[:MAX_PROBLEM_CHARACTERS]
