"""One execution of the state machine: where it is, its data, and how its history grows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Source: Step Functions Developer Guide, 'Service quotas', state machine executions.
MAX_HISTORY_EVENTS = 25_000
NAME_TAKEN_SECONDS = 90 * 86_400.0


class StateError(Exception):
    """An error inside of an execution, by its name in the Amazon States Language."""

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(name)
        self.name, self.cause = name, cause


@dataclass(eq=False)
class Execution:
    """An execution.

    Attributes:
        input: as it was given: text.
        data: what passes from state to state.
        results: what the states gave, in order: the history shows all of them.
        status: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
        shown_from: when DescribeExecution shows it first.
        ended: when it ended; None while it runs.
        end_shown_from: when DescribeExecution shows its end.
        path: every state it entered, in order.
        events: length of its history.
        visit: counts tasks, so that what belongs to an earlier one is ignored.
        token: that the task waits for, "" for none.
        is_answered: the token came back while the function still ran.
        is_invoking: the function of the task still runs.
        retries: how often each retrier was used in this state.
        error: how it failed.
    """

    name: str
    input: str
    data: dict[str, Any]
    shown_from: float
    status: str = "RUNNING"
    ended: float | None = None
    end_shown_from: float = 0.0
    path: list[str] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    events: int = 1
    visit: int = 0
    token: str = ""
    is_answered: bool = False
    is_invoking: bool = False
    retries: dict[int, int] = field(default_factory=dict)
    error: str = ""

    @property
    def state(self) -> str:
        """The state that it is in, or was in last."""
        return self.path[-1] if self.path else ""

    @property
    def is_parked(self) -> bool:
        """Whether it waits for a token."""
        return self.status == "RUNNING" and bool(self.token) and not self.is_invoking

    def count(self, events: int) -> None:
        """Let the history grow.

        Raises:
            StateError: it is too long; nothing can catch that.
        """
        self.events += events
        if self.events > MAX_HISTORY_EVENTS:
            raise StateError("States.Runtime", f"The execution reached {MAX_HISTORY_EVENTS} history events.")

    def value(self, path: str) -> Any:
        """What a path such as `$.next` or `$$.Task.Token` says.

        Raises:
            StateError: the data has no such value.
        """
        if path == "$$.Task.Token":
            return self.token
        try:
            return self.data[path.removeprefix("$.")]
        except KeyError:
            raise StateError("States.Runtime", f"The path {path} is not in the data.") from None

    def seconds(self, state: Mapping[str, Any], name: str) -> float | None:
        """Seconds given as `<name>` or `<name>Path`; None if neither is there.

        Raises:
            StateError: they are no number that may stand there.
        """
        if f"{name}Path" not in state:
            return state.get(name)
        seconds = self.value(state[f"{name}Path"])
        if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < (name == "TimeoutSeconds"):
            raise StateError("States.Runtime", f"{name}Path must give a whole number, received {seconds!r}")
        return float(seconds)

    def filled(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters with the values that their `….$` members name."""
        found: dict[str, Any] = {}
        for name, value in parameters.items():
            if not name.endswith(".$"):
                found[name] = self.filled(value) if isinstance(value, Mapping) else value
            elif value.startswith("States.Format("):
                found[name[:-2]] = self._formatted(value)
            else:
                found[name[:-2]] = self.value(value)
        return found

    def take(self, state: Mapping[str, Any], result: Any) -> None:
        """Put a result where `ResultPath` says: in place of the data, beside it, or nowhere."""
        self.results.append(result)
        path = state.get("ResultPath", "$")
        if path == "$":
            self.data = result
        elif path is not None:
            self.data = {**self.data, path.removeprefix("$."): result}

    def _formatted(self, call: str) -> str:
        template, _, path = call.removeprefix("States.Format('").removesuffix(")").partition("', ")
        return template.replace("{}", str(self.value(path)))
