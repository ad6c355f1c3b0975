"""Step Functions for evaluations: runs the real definition, one item of a Map after the other, without waiting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stacks.constructs.evaluation_definition import definition

Invoke = Callable[[Mapping[str, Any]], dict[str, Any]]
_MOST_TRANSITIONS = 200


class _FailedError(Exception):
    """A state failed for good."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error, self.cause = error, cause


@dataclass
class FakeEvaluationMachine:
    """Runs executions to their end.

    Attributes:
        invoke: the evaluation's function.
        path: the states that the last execution entered.
        waited: seconds of its Wait states.
        retried: errors after which a step was tried again.
    """

    invoke: Invoke
    path: list[str] = field(default_factory=list)
    waited: float = 0.0
    retried: list[str] = field(default_factory=list)

    def run(self, data: dict[str, Any]) -> str:
        """Run an execution and return the state in which it ends."""
        self.path, self.waited, self.retried = [], 0.0, []
        found: dict[str, Any] = definition()
        name, states = found["StartAt"], found["States"]
        for _ in range(_MOST_TRANSITIONS):
            self.path.append(name)
            state = states[name]
            if state["Type"] in ("Succeed", "Fail"):
                return str(name)
            name = self._next(state, data)
        raise AssertionError(f"the execution never ends: {self.path[-9:]}")

    def _next(self, state: Mapping[str, Any], data: dict[str, Any]) -> str:
        if state["Type"] == "Choice":
            return _chosen(state, data)
        if state["Type"] == "Wait":
            self.waited += _at(state["SecondsPath"], data)
            return str(state["Next"])
        try:
            result: object = None
            if state["Type"] == "Map":
                self._mapped(state, data)
            else:
                result = self._task(state, data, data)
        except _FailedError as failed:
            (caught,) = state["Catch"]
            data[caught["ResultPath"].removeprefix("$.")] = {"Error": failed.error, "Cause": failed.cause}
            return str(caught["Next"])
        if state["ResultPath"] is not None:
            data[state["ResultPath"].removeprefix("$.")] = result
        return str(state["Next"])

    def _mapped(self, state: Mapping[str, Any], data: dict[str, Any]) -> None:
        processor = state["ItemProcessor"]
        for item in _at(state["ItemsPath"], data):
            selected = {**data, "$": {"Map": {"Item": {"Value": item}}}}
            event = _filled(state["ItemSelector"], selected)
            self._task(processor["States"][processor["StartAt"]], event, event)

    def _task(self, state: Mapping[str, Any], data: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        event = _filled(state["Parameters"], data) if "Parameters" in state else given
        counts: dict[int, int] = {}
        while True:
            try:
                return self.invoke(event)
            except Exception as error:
                name = type(error).__name__
                number, retry = next(
                    (n, r) for n, r in enumerate(state["Retry"]) if {name, "States.TaskFailed"} & {*r["ErrorEquals"]}
                )
                counts[number] = counts.get(number, 0) + 1
                if counts[number] > retry["MaxAttempts"]:
                    raise _FailedError(name, f'{{"errorMessage": "{error}"}}') from error
                self.retried.append(name)


def _chosen(state: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    for choice in state["Choices"]:
        wanted = choice.get("StringEquals", choice.get("BooleanEquals"))
        if _at(choice["Variable"], data) == wanted:
            return str(choice["Next"])
    return str(state["Default"])


def _filled(template: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key.removesuffix(".$"): _at(value, data) if key.endswith(".$") else value for key, value in template.items()
    }


def _at(path: str, data: Mapping[str, Any]) -> Any:
    found: Any = data["$"] if path.startswith("$$.") else data
    for part in path.lstrip("$").removeprefix(".").split("."):
        found = found[part]
    return found
