"""Step Functions: execution names, task tokens, timeouts on the simulated clock."""

import json
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.account import Account, eventually

_numbers = count()


class Machine:
    """A state machine of one test."""

    def __init__(self, account: Account, role: str, states: dict[str, Any]) -> None:
        """Create it; it starts at its first state."""
        self.client = account.client("stepfunctions")
        definition = {"StartAt": next(iter(states)), "States": states}
        self.arn: str = self.client.create_state_machine(
            name=f"machine-{next(_numbers)}", definition=json.dumps(definition), roleArn=role
        )["stateMachineArn"]

    def start(self, name: str, given: object = None) -> dict[str, Any]:
        """Start an execution."""
        answer: dict[str, Any] = self.client.start_execution(
            stateMachineArn=self.arn, name=name, input=json.dumps(given or {})
        )
        return answer

    def ended(self, execution: dict[str, Any]) -> dict[str, Any]:
        """The description of an execution once it has ended."""

        def look() -> dict[str, Any] | None:
            described: dict[str, Any] = self.client.describe_execution(executionArn=execution["executionArn"])
            return None if described["status"] == "RUNNING" else described

        return eventually(look)


@pytest.fixture(scope="module")
def role(account: Account) -> str:
    """A role of state machines."""
    return account.role("workflows")


@pytest.fixture(scope="module")
def keeper(account: Account) -> str:
    """A function that writes its task token to a file, or raises."""
    return account.function(
        "keeper",
        "class Refused(Exception):\n    pass\n\n"
        "def handler(event, context):\n"
        "    if event.get('raise'):\n        raise Refused('no')\n"
        "    open(event['path'], 'w').write(event['token'])\n",
    )


def waiting(keeper: str, **fields: object) -> dict[str, Any]:
    """A state that hands its token to the keeper and waits."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": keeper,
            "Payload": {"token.$": "$$.Task.Token", "path.$": "$.path", "raise.$": "$.raise"},
        },
        "End": True,
        **fields,
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the token goes."""
    return tmp_path / "token"


def token_in(path: Path) -> str:
    """The token once the keeper has it."""
    return eventually(lambda: path.read_text() if path.exists() else None)


def code_of(failure: pytest.ExceptionInfo[ClientError]) -> str:
    """AWS's error code."""
    return str(failure.value.response["Error"]["Code"])


def test_running_execution_with_equal_input_is_returned(account: Account, role: str) -> None:
    """StartExecution twice while running gives one execution, whatever the spelling of the input."""
    machine = Machine(account, role, {"Wait": {"Type": "Wait", "Seconds": 3000, "End": True}})
    first = machine.start("same", {"a": 1, "b": 2})
    again = machine.start("same", {"b": 2, "a": 1})
    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    assert len(machine.client.list_executions(stateMachineArn=machine.arn)["executions"]) == 1


def test_running_execution_with_other_input_is_refused(account: Account, role: str) -> None:
    """A name in use by an execution with another input is taken."""
    machine = Machine(account, role, {"Wait": {"Type": "Wait", "Seconds": 3000, "End": True}})
    machine.start("same", {"a": 1})
    with pytest.raises(ClientError) as failure:
        machine.start("same", {"a": 2})
    assert code_of(failure) == "ExecutionAlreadyExists"


def test_closed_execution_name_is_refused(account: Account, role: str) -> None:
    """A name stays taken after its execution has ended, also for equal input."""
    machine = Machine(account, role, {"Done": {"Type": "Succeed"}})
    machine.ended(machine.start("once"))
    with pytest.raises(ClientError) as failure:
        machine.start("once")
    assert code_of(failure) == "ExecutionAlreadyExists"


def test_execution_name_with_forbidden_characters_is_refused(account: Account, role: str) -> None:
    """White space is not allowed in names."""
    machine = Machine(account, role, {"Done": {"Type": "Succeed"}})
    with pytest.raises(ClientError) as failure:
        machine.start("not a name")
    assert code_of(failure) == "InvalidName"


def test_wait_with_seconds_path_passes_on_the_simulated_clock(account: Account, role: str) -> None:
    """Ten simulated minutes take about one real second."""
    machine = Machine(account, role, {"Wait": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}})
    began = time.monotonic()
    assert machine.ended(machine.start("wait", {"seconds": 600}))["status"] == "SUCCEEDED"
    assert 0.9 < time.monotonic() - began < 8


def test_task_token_returns_the_output_once(account: Account, role: str, keeper: str, path: Path) -> None:
    """The first answer counts; a second one finds the task closed."""
    machine = Machine(account, role, {"Await": waiting(keeper)})
    execution = machine.start("token", {"path": str(path), "raise": False})
    token = token_in(path)
    machine.client.send_task_success(taskToken=token, output='{"done": true}')
    assert json.loads(machine.ended(execution)["output"]) == {"done": True}
    with pytest.raises(ClientError) as failure:
        machine.client.send_task_success(taskToken=token, output="{}")
    assert code_of(failure) == "TaskTimedOut"


def test_timeout_seconds_path_ends_the_wait_for_a_token(account: Account, role: str, keeper: str, path: Path) -> None:
    """The wait times out on the simulated clock, Catch sees States.Timeout, the token is dead."""
    states = {
        "Await": waiting(
            keeper,
            TimeoutSecondsPath="$.wait",
            Catch=[{"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "Poll"}],
        ),
        "Poll": {"Type": "Succeed"},
    }
    machine = Machine(account, role, states)
    given = {"path": str(path), "raise": False, "wait": 1200}
    began = time.monotonic()
    ended = machine.ended(machine.start("timeout", given))
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", given)
    assert 1.9 < time.monotonic() - began < 10
    with pytest.raises(ClientError) as failure:
        machine.client.send_task_success(taskToken=token_in(path), output="{}")
    assert code_of(failure) == "TaskTimedOut"


def test_unknown_task_token_is_invalid(account: Account, role: str) -> None:
    """A token that was never issued is InvalidToken."""
    with pytest.raises(ClientError) as failure:
        account.client("stepfunctions").send_task_success(taskToken="never-issued", output="{}")
    assert code_of(failure) == "InvalidToken"


def test_raising_function_fails_the_callback_task_by_class(
    account: Account, role: str, keeper: str, path: Path
) -> None:
    """A function that raises instead of keeping the token fails the task at once, with its exception class."""
    states = {
        "Await": waiting(keeper, Catch=[{"ErrorEquals": ["Refused"], "ResultPath": "$.error", "Next": "Caught"}]),
        "Caught": {"Type": "Succeed"},
    }
    machine = Machine(account, role, states)
    ended = machine.ended(machine.start("raises", {"path": str(path), "raise": True}))
    assert json.loads(ended["output"])["error"]["Error"] == "Refused"


def test_token_of_a_stopped_execution_is_dead(account: Account, role: str, keeper: str, path: Path) -> None:
    """StopExecution closes the task."""
    machine = Machine(account, role, {"Await": waiting(keeper)})
    execution = machine.start("stopped", {"path": str(path), "raise": False})
    token = token_in(path)
    machine.client.stop_execution(executionArn=execution["executionArn"])

    def refused() -> bool:
        try:
            machine.client.send_task_heartbeat(taskToken=token)
        except ClientError as error:
            return bool(error.response["Error"]["Code"] == "TaskTimedOut")
        return False

    assert eventually(refused)
