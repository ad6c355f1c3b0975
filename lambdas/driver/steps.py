"""A step of the driver: look, learn, decide; act if the decision is still this step's; look again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, decide, promotions
from finetuning.lifecycle.claims import take_charge
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.troubles import seen_troubles, stuck, untold
from lambdas import caught, log
from lambdas.driver.actions import Actions
from lambdas.registry import Registry
from lambdas.registry.looking import Looking

#: Clocks of functions differ by milliseconds; with one that is far ahead, it is not waited for.
MOST_LOOKS = 5


class Parked(Protocol):
    """Wakes parked executions."""

    def wake(self, token: str) -> None:
        """Let the execution go on."""


class Notices(Protocol):
    """Tells people."""

    def publish(self, subject: str, text: str) -> None:
        """Publish one notice."""


class Driver:
    """Runs the steps of one environment's models."""

    def __init__(
        self, *, registry: Registry, looking: Looking, actions: Actions, parked: Parked, notices: Notices
    ) -> None:
        self._registry, self._looking, self._actions = registry, looking, actions
        self._parked, self._notices = parked, notices

    def step(self, name: str, model: str, execution: str, *, token: str = "") -> dict[str, Any]:
        """Run the state of this name for a model and return the next state, as the state machine's data.

        An execution that is not in charge any more ends here without touching anything; one that has come to park is
        woken, because nobody else knows its token.
        """
        record = self._registry.read(model)
        if record.in_charge != execution:
            log.info("another execution is in charge", model=model, execution=execution, in_charge=record.in_charge)
            if token:
                self._parked.wake(token)
            return _next(Decision(Action.SETTLED), model, execution)
        if name == Action.AWAIT_JOB:
            return self._park(record, execution, token)
        if record.parked_token:
            self._unpark(record)
        record, seen, decision = self._decide(record)
        if record.in_charge != execution:
            return _next(Decision(Action.SETTLED), model, execution)
        if decision.action == name:
            record, seen, decision = self._act(record, seen, decision, execution)
        record, seen, decision = self._settle(record, seen, decision)
        self._tell(record, seen)
        return _next(decision, model, execution)

    def record_failure(self, model: str, execution: str, error: Mapping[str, Any]) -> dict[str, Any]:
        """Write down why the driver gave up. The record stays unsettled, so the sweep tries again."""
        problem = caught.in_words(error)
        log.error("driver failed", model=model, execution=execution, problem=problem)
        self._registry.update(model, lambda r: replace(r, problem=problem) if r.in_charge == execution else r)
        return _next(Decision(Action.SETTLED), model, execution)

    def _decide(self, record: ModelRecord) -> tuple[ModelRecord, Observed, Decision]:
        """Look, and write down what was learned; if somebody has looked since, that look is old: look again."""
        seen = self._looking.look(record)
        for _ in range(MOST_LOOKS):
            record = self._registry.update(record.model, _learned(seen))
            if record.looked_at <= seen.now:
                break
            seen = self._looking.look(record)
        return record, seen, decide(record, seen)

    def _act(
        self, record: ModelRecord, seen: Observed, decision: Decision, execution: str
    ) -> tuple[ModelRecord, Observed, Decision]:
        """Act, make sure that somebody sees to what was done, look again and decide what follows."""
        wait = self._actions.act(record, seen, decision)
        record = self._registry.update(record.model, lambda r: _still_driven(r, execution))
        if wait is not None:
            return record, seen, wait
        record, seen, following = self._decide(record)
        if (following.action, following.generation_id) == (decision.action, decision.generation_id):
            # What was just done does not show yet (eventual consistency): look later instead of doing it in a loop.
            following = Decision(Action.AWAIT_CHANGE, decision.generation_id, TEARDOWN_POLL_SECONDS)
        return record, seen, following

    def _settle(
        self, record: ModelRecord, seen: Observed, decision: Decision
    ) -> tuple[ModelRecord, Observed, Decision]:
        """SETTLED only if it is still true of the newest record: a resource may have asked for more meanwhile."""
        while decision.action == Action.SETTLED:
            record = self._registry.update(record.model, _settled_as(seen))
            if record.settled:
                break
            record, seen, decision = self._decide(record)
        return record, seen, decision

    def _tell(self, record: ModelRecord, seen: Observed) -> None:
        """Tell people of troubles that they have not been told of; of one that is over they may be told again."""
        troubles = (*seen_troubles(record, seen), *stuck(record, seen.now))
        for trouble in untold(record, troubles):
            log.warning("trouble", model=record.model, kind=trouble.kind, key=trouble.key)
            self._notices.publish(trouble.subject, trouble.text)
        told = tuple(trouble.key for trouble in troubles)
        if (*_of_the_sweep(record), *told) != record.notified:
            self._registry.update(record.model, lambda r: replace(r, notified=(*_of_the_sweep(r), *told)))

    def _park(self, record: ModelRecord, execution: str, token: str) -> dict[str, Any]:
        """Store the token, then look once more: the job may have ended before anybody knew whom to wake."""
        record = self._registry.update(record.model, _parked(token, execution))
        record, _, decision = self._decide(record)
        if record.in_charge != execution or decision.action != Action.AWAIT_JOB:
            self._parked.wake(token)
        return _next(decision, record.model, execution)

    def _unpark(self, record: ModelRecord) -> None:
        token = record.parked_token
        self._registry.update(record.model, lambda r: replace(r, parked_token="") if r.parked_token == token else r)
        self._parked.wake(token)


def _settled_as(seen: Observed) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        done = decide(record, seen)
        if done.action != Action.SETTLED:
            return record
        return promotions.settled(replace(record, settled=True, problem=done.reason), done.reason)

    return change


def _parked(token: str, execution: str) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        return replace(record, parked_token=token) if record.in_charge == execution else record

    return change


def _of_the_sweep(record: ModelRecord) -> tuple[str, ...]:
    """The keys of orphans, which the sweep alone sees."""
    return tuple(key for key in record.notified if key.startswith("orphaned:"))


def _learned(seen: Observed) -> Callable[[ModelRecord], ModelRecord]:
    """What a look teaches, and what the driver does by it, and since when."""

    def change(record: ModelRecord) -> ModelRecord:
        if seen.now < record.looked_at:
            return record
        record = learn(record, seen)
        decision = decide(record, seen)
        doing = f"{decision.action}:{decision.generation_id}"
        return record if doing == record.doing else replace(record, doing=doing, progress_at=seen.now)

    return change


def _still_driven(record: ModelRecord, execution: str) -> ModelRecord:
    """The record in the charge of the execution that has just acted.

    While it acted, another one may have been put in charge, have looked before the effect showed and settled.
    """
    if record.in_charge == execution and not record.settled:
        return record
    return take_charge(record, execution)


def _next(decision: Decision, model: str, execution: str) -> dict[str, Any]:
    log.info("next", model=model, execution=execution, next=decision.action, wait_seconds=decision.wait_seconds)
    return {
        "next": str(decision.action),
        "wait_seconds": decision.wait_seconds,
        "model": model,
        "execution": execution,
    }
