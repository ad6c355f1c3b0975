"""Runs executions of the driver's real definition: each task is a process that may die.

Source: Step Functions Developer Guide, 'Discovering workflow states' and 'Wait for a callback with task token'.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from stacks.constructs.driver_definition import definition
from tests.simulation.aws import task
from tests.simulation.aws.execution import Execution, StateError
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import KilledError, World

State = Mapping[str, Any]
Invoke = Callable[[dict[str, Any]], Mapping[str, Any] | None]
#: Timeout of the driver function (stacks/constructs/driver.py).
FUNCTION_TIMEOUT_SECONDS = 120.0
_DEFINITION = definition()
_STATES: Mapping[str, State] = _DEFINITION["States"]


class Interpreter:
    """Moves executions from state to state.

    Attributes:
        invoke: the driver function: payload to result; it runs as a process of its own.
        tokens: the execution that each task token belongs to.
    """

    def __init__(self, world: World, variants: Variants) -> None:
        self._world, self._variants = world, variants
        self.invoke: Invoke | None = None
        self.tokens: dict[str, Execution] = {}
        self._by_type: Mapping[str, Callable[[Execution, State], None]] = {
            "Task": self._task,
            "Choice": self._choice,
            "Wait": self._wait,
            "Pass": self._pass,
            "Succeed": lambda execution, state: self.end(execution, "SUCCEEDED"),
            "Fail": lambda execution, state: self.end(execution, "FAILED", state["Error"]),
        }

    def begin(self, execution: Execution) -> None:
        """Enter the first state."""
        self._enter(execution, _DEFINITION["StartAt"])

    def end(self, execution: Execution, status: str, error: str = "") -> None:
        """End an execution; what its function does goes on."""
        execution.status, execution.error, execution.token = status, error, ""
        execution.ended = self._world.now
        execution.end_shown_from = self._world.now + self.lag()

    def lag(self) -> float:
        """Seconds until a change shows."""
        most = self._variants.lag_seconds
        return most * self._world.random.random() if most else 0.0

    def call_back(self, execution: Execution, token: str) -> None:
        """Go on after the task that waits for this token."""
        if execution.status == "RUNNING" and execution.token == token:
            self._go_on(execution, _STATES[execution.state], {})

    def _enter(self, execution: Execution, name: str) -> None:
        """Enter a state and those that follow at once."""
        if execution.status != "RUNNING":
            return
        state = _STATES[name]
        execution.path.append(name)
        execution.retries = {}
        try:
            execution.count(2)
            self._by_type[state["Type"]](execution, state)
        except StateError as error:
            self.end(execution, "FAILED", f"{error.name}: {error.cause}")

    def _choice(self, execution: Execution, state: State) -> None:
        chosen = (c["Next"] for c in state["Choices"] if execution.value(c["Variable"]) == c["StringEquals"])
        self._enter(execution, next(chosen, state["Default"]))

    def _wait(self, execution: Execution, state: State) -> None:
        seconds = execution.seconds(state, "Seconds")
        assert seconds is not None
        self._world.after(seconds, lambda: self._enter(execution, state["Next"]))

    def _pass(self, execution: Execution, state: State) -> None:
        execution.take(state, execution.filled(state["Parameters"]))
        self._enter(execution, state["Next"])

    def _task(self, execution: Execution, state: State) -> None:
        """Invoke the function; a callback task waits for its token besides."""
        assert self.invoke is not None, "give the state machine its function first"
        is_callback = state["Resource"].endswith(".waitForTaskToken")
        execution.count(4 if is_callback else 3)
        execution.visit += 1
        visit, invoke = execution.visit, self.invoke
        execution.is_invoking, execution.is_answered, execution.token = True, False, ""
        if is_callback:
            execution.token = f"canary-token-{execution.name}-{visit}"
            self.tokens[execution.token] = execution
        filled = execution.filled(state["Parameters"])
        payload = json.loads(json.dumps(filled["Payload"] if is_callback else filled))
        timeout = execution.seconds(state, "TimeoutSeconds")
        if timeout is not None:
            self._world.after(timeout, lambda: self._timed_out(execution, state, visit))
        self._world.spawn(
            f"{execution.name}/{execution.state}#{visit}",
            lambda: invoke(payload),
            timeout=FUNCTION_TIMEOUT_SECONDS,
            ended=lambda outcome: self._returned(execution, state, visit, outcome),
        )

    def _returned(self, execution: Execution, state: State, visit: int, outcome: object) -> None:
        """The function ended; nobody listens any more if its task is over."""
        if execution.status != "RUNNING" or execution.visit != visit:
            return
        execution.is_invoking = False
        if isinstance(outcome, KilledError):
            self._fail(execution, state, StateError("Lambda.Unknown", "The function was killed or timed out"))
        elif isinstance(outcome, Exception):
            self._fail(execution, state, StateError(type(outcome).__name__, json.dumps(task.error_of(outcome))))
        elif not execution.token:
            self._go_on(execution, state, json.loads(json.dumps(outcome)))
        elif execution.is_answered:
            self._go_on(execution, state, {})

    def _timed_out(self, execution: Execution, state: State, visit: int) -> None:
        if execution.status == "RUNNING" and execution.visit == visit:
            self._fail(execution, state, StateError("States.Timeout", "Task timed out"))

    def _go_on(self, execution: Execution, state: State, result: Any) -> None:
        execution.visit += 1
        execution.token, execution.is_invoking = "", False
        execution.take(state, result)
        self._enter(execution, state["Next"])

    def _fail(self, execution: Execution, state: State, error: StateError) -> None:
        """Retry, catch, or fail."""
        execution.visit += 1
        execution.token = ""
        delay = task.retry_seconds(execution, state, error)
        if delay is not None:
            self._world.after(delay, lambda: self._again(execution, state))
            return
        catcher = task.catcher(state, error)
        if catcher is None:
            self.end(execution, "FAILED", error.name)
        else:
            execution.take(catcher, {"Error": error.name, "Cause": error.cause})
            self._enter(execution, catcher["Next"])

    def _again(self, execution: Execution, state: State) -> None:
        if execution.status == "RUNNING":
            try:
                self._task(execution, state)
            except StateError as error:
                self.end(execution, "FAILED", f"{error.name}: {error.cause}")
