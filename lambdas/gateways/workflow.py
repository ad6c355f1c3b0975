"""Step Functions: the driver's executions and the task tokens on which they park."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class DriverGateway:
    """Starts driver executions, which are named after what they drive."""

    def __init__(self, state_machine_arn: str, states: "SFNClient | None" = None) -> None:
        self._state_machine_arn = state_machine_arn
        self._states: SFNClient = states or client("stepfunctions")

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""
        try:
            self._states.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=execution,
                input=json.dumps({"model": model, "execution": execution}, sort_keys=True),
            )
        except ClientError as error:
            if code_of(error) != "ExecutionAlreadyExists":
                raise

    def status(self, execution: str) -> str | None:
        """`RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`, or None when it was never started."""
        arn = self._state_machine_arn.replace(":stateMachine:", ":execution:") + f":{execution}"
        try:
            return self._states.describe_execution(executionArn=arn)["status"]
        except ClientError as error:
            if code_of(error) == "ExecutionDoesNotExist":
                return None
            raise


class ParkedGateway:
    """Wakes executions that are parked on a task token."""

    def __init__(self, states: "SFNClient | None" = None) -> None:
        self._states: SFNClient = states or client("stepfunctions")

    def wake(self, token: str) -> None:
        """Let the execution go on; one that went on or ended meanwhile is fine (faults D02, D03)."""
        try:
            self._states.send_task_success(taskToken=token, output="{}")
        except ClientError as error:
            if code_of(error) not in {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}:
                raise
