"""Step Functions: executions by name, their status, and the tokens on which they park.

Source: Step Functions API Reference, StartExecution, DescribeExecution and SendTaskSuccess.
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import refusal
from tests.simulation.aws.execution import NAME_TAKEN_SECONDS, Execution
from tests.simulation.aws.interpreter import Interpreter
from tests.simulation.aws.site import moment
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World


class StateMachine(Interpreter):
    """The driver's state machine.

    Attributes:
        executions: by name.
    """

    def __init__(self, world: World, variants: Variants) -> None:
        super().__init__(world, variants)
        self.executions: dict[str, Execution] = {}

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {
            "start_execution": self._start,
            "describe_execution": self._describe,
            "stop_execution": self._stop,
            "send_task_success": self._succeed,
        }

    @property
    def running(self) -> list[Execution]:
        """Executions that have not ended."""
        return [execution for execution in self.executions.values() if execution.status == "RUNNING"]

    def abort(self, name: str) -> None:
        """An operator stops an execution (fault D07); a function that it called goes on."""
        execution = self.executions[name]
        if execution.status == "RUNNING":
            self.end(execution, "ABORTED")

    def _start(self, parameters: Parameters) -> Mapping[str, Any]:
        name, text, now = parameters["name"], parameters["input"], self._world.now
        known = self.executions.get(name)
        if known is not None and (known.ended is None or now - known.ended < NAME_TAKEN_SECONDS):
            if known.status != "RUNNING" or known.input != text:
                raise refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{name}'")
            return _started(parameters["stateMachineArn"], name, now)
        execution = Execution(name, text, json.loads(text), shown_from=now + self.lag())
        self.executions[name] = execution
        self._world.after(0.0, lambda: self.begin(execution))
        return _started(parameters["stateMachineArn"], name, now)

    def _describe(self, parameters: Parameters) -> Mapping[str, Any]:
        """Eventually consistent; an execution that ended 90 days ago is forgotten."""
        arn, now = parameters["executionArn"], self._world.now
        found = self.executions.get(arn.rpartition(":")[2])
        if found is None or now < found.shown_from or (found.ended and now - found.ended > NAME_TAKEN_SECONDS):
            raise refusal("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        machine = arn.rpartition(":")[0].replace(":execution:", ":stateMachine:")
        status = "RUNNING" if now < found.end_shown_from else found.status
        return {"executionArn": arn, "stateMachineArn": machine, "status": status, "startDate": moment(now)}

    def _stop(self, parameters: Parameters) -> Mapping[str, Any]:
        self.abort(parameters["executionArn"].rpartition(":")[2])
        return {"stopDate": moment(self._world.now)}

    def _succeed(self, parameters: Parameters) -> Mapping[str, Any]:
        token = parameters["taskToken"]
        execution = self.tokens.get(token)
        if execution is None:
            raise refusal("InvalidToken", "Invalid Token: 'Invalid token'")
        if execution.status != "RUNNING" or execution.token != token or execution.is_answered:
            raise refusal("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        execution.is_answered = True
        if not execution.is_invoking or self._variants.token_answered_at_once:
            self._world.after(0.0, lambda: self.call_back(execution, token))
        return {}


def _started(machine_arn: str, name: str, now: float) -> Mapping[str, Any]:
    arn = f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    return {"executionArn": arn, "startDate": moment(now)}
