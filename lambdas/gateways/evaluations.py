"""Step Functions: the executions that run an evaluation, one for each time that a candidate is to be judged."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class EvaluationsGateway:
    """Starts evaluations, whose executions are named after what is judged."""

    def __init__(self, state_machine_arn: str, states: "SFNClient | None" = None) -> None:
        self._state_machine_arn = state_machine_arn
        self._states: SFNClient = states or client("stepfunctions")

    def start(self, execution: str, event: Mapping[str, str]) -> None:
        """Start the execution with this input, unless one of that name runs or has run."""
        try:
            self._states.start_execution(
                stateMachineArn=self._state_machine_arn, name=execution, input=json.dumps(event, sort_keys=True)
            )
        except ClientError as error:
            if code_of(error) != "ExecutionAlreadyExists":
                raise
