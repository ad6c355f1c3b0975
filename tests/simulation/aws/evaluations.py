"""Step Functions: the executions that evaluate candidates. What they do takes a while, and may never come to an end."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import refusal
from tests.simulation.aws.site import moment
from tests.simulation.kernel import World

#: From a few records to a thousand; ours.
SHORTEST_SECONDS, LONGEST_SECONDS = 60.0, 7200.0


@dataclass
class Evaluations:
    """The evaluation state machine.

    Attributes:
        judge: what is done when all answers are there, with the execution's input; to be given before anything starts.
        hang: share of the executions that never end.
        takes: the least and the most seconds until one ends.
        started: the input of each execution, by its name.
        ended: the training generations whose evaluation came to its end.
    """

    world: World
    judge: Callable[[Mapping[str, Any]], None] = lambda event: None
    hang: float = 0.0
    takes: tuple[float, float] = (SHORTEST_SECONDS, LONGEST_SECONDS)
    started: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {"start_execution": self._start}

    def _start(self, parameters: Parameters) -> Mapping[str, Any]:
        name, text = parameters["name"], parameters["input"]
        known = self.started.get(name)
        if known is not None and known != text:
            raise refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{name}'")
        if known is None:
            self.started[name] = text
            self._run(json.loads(text))
        arn = f"{parameters['stateMachineArn'].replace(':stateMachine:', ':execution:')}:{name}"
        return {"executionArn": arn, "startDate": moment(self.world.now)}

    def _run(self, event: Mapping[str, Any]) -> None:
        if self.hang and self.world.random.random() < self.hang:
            return
        seconds = self.world.random.uniform(*self.takes)
        self.world.after(seconds, lambda: self.judge(event))
