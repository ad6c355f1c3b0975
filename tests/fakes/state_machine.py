"""Step Functions: runs the driver's real definition on a clock that jumps from wait to wait."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stacks.constructs.driver_definition import FUNCTION, definition
from tests.fakes.clock import FakeClock

MAX_TRANSITIONS = 400
Invoke = Callable[[dict[str, Any]], Mapping[str, Any] | None]


@dataclass
class Execution:
    """One execution: where it is, its data, and every state it entered."""

    data: dict[str, Any]
    state: str | None = "Decide"
    status: str = "RUNNING"
    token: str = ""
    resumes_at: float = 0
    busy: bool = False
    path: list[str] = field(default_factory=list)


class FakeStateMachine:
    """Has the methods of `DriverGateway` and `ParkedGateway`; `invoke` is the driver's function."""

    def __init__(self, clock: FakeClock, invoke: Invoke | None = None) -> None:
        self.clock, self.invoke = clock, invoke
        self.executions: dict[str, Execution] = {}
        self.woken: list[str] = []
        self._states: dict[str, Any] = definition()["States"]
        self._tokens = 0

    def start(self, model: str, execution: str) -> None:
        """Start an execution, unless the name is spent."""
        self.executions.setdefault(execution, Execution({"model": model, "execution": execution}))

    def status(self, execution: str) -> str | None:
        """The execution's status."""
        found = self.executions.get(execution)
        return found.status if found else None

    def wake(self, token: str) -> None:
        """Let a parked execution go on."""
        self.woken.append(token)
        for execution in self.executions.values():
            if token and execution.token == token:
                execution.token = ""

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Run until every execution has ended or is parked, or something is true."""
        while not until():
            active = [e for e in self.executions.values() if e.status == "RUNNING" and not e.token and not e.busy]
            if not active:
                return
            execution = min(active, key=lambda e: e.resumes_at)
            self.clock.now = max(self.clock.now, execution.resumes_at)
            self._enter(execution)

    def time_out(self) -> None:
        """Let the parked executions' waits time out."""
        for execution in self.executions.values():
            if execution.token:
                execution.token = ""
                self.clock.sleep(execution.data["wait_seconds"])

    def abort(self, name: str) -> None:
        """Kill an execution."""
        self.executions[name].status, self.executions[name].token = "ABORTED", ""

    @property
    def parked(self) -> list[str]:
        """Names of the executions that wait for a token."""
        return [name for name, e in self.executions.items() if e.token and e.status == "RUNNING"]

    def _enter(self, execution: Execution) -> None:
        assert execution.state is not None
        assert len(execution.path) < MAX_TRANSITIONS, f"runs in circles: {execution.path[-12:]}"
        state = self._states[execution.state]
        execution.path.append(execution.state)
        getattr(self, f"_{state['Type'].lower()}")(execution, state)

    def _choice(self, execution: Execution, state: dict[str, Any]) -> None:
        chosen = (c["Next"] for c in state["Choices"] if c["StringEquals"] == execution.data["next"])
        execution.state = next(chosen, state["Default"])

    def _wait(self, execution: Execution, state: dict[str, Any]) -> None:
        execution.resumes_at = self.clock.now + execution.data["wait_seconds"]
        execution.state = state["Next"]

    def _succeed(self, execution: Execution, state: dict[str, Any]) -> None:
        execution.status = "SUCCEEDED"

    def _fail(self, execution: Execution, state: dict[str, Any]) -> None:
        execution.status = "FAILED"

    def _task(self, execution: Execution, state: dict[str, Any]) -> None:
        assert self.invoke is not None
        is_callback = state["Resource"] != FUNCTION
        parameters = state["Parameters"]["Payload"] if is_callback else state["Parameters"]
        if is_callback:
            self._tokens += 1
            execution.token = f"token-{self._tokens}"
        payload = {name.removesuffix(".$"): _resolve(name, value, execution) for name, value in parameters.items()}
        execution.state = state["Next"]
        execution.busy = True
        try:
            result = self._invoke(payload)
        except Exception as error:
            execution.token = ""
            cause = json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
            execution.data["error"] = {"Error": type(error).__name__, "Cause": cause}
            execution.state = state["Catch"][-1]["Next"]
            return
        finally:
            execution.busy = False
        if not is_callback:
            execution.data = json.loads(json.dumps(result))

    def _invoke(self, payload: dict[str, Any], tries: int = 4) -> Mapping[str, Any] | None:
        """Invoke with the retries that the definition has for `States.TaskFailed`."""
        assert self.invoke is not None
        for _ in range(tries - 1):
            try:
                return self.invoke(json.loads(json.dumps(payload)))
            except Exception:
                self.clock.sleep(5)
        return self.invoke(payload)


def _resolve(name: str, value: Any, execution: Execution) -> Any:
    if not name.endswith(".$"):
        return value
    return execution.token if value == "$$.Task.Token" else execution.data[value.removeprefix("$.")]
