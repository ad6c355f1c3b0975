"""Step Functions, SSM and CloudFormation: the calls around the driver."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.gateways.pointer import PointerGateway
from lambdas.gateways.stacks import StacksGateway
from lambdas.gateways.workflow import DriverGateway, ParkedGateway
from tests.contract.service import Answer, Service

MACHINE = "arn:aws:states:us-west-2:111122223333:stateMachine:finetuning-dev-driver"
EXECUTION = "arn:aws:states:us-west-2:111122223333:execution:finetuning-dev-driver:faq-aaaaaaaaaa-1-1"
STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/finetuning-dev-Model-faq/1"
POINTER = "/finetuning/dev/faq/endpoint"
ENDPOINT = "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abcdefghijkl"
NOW = datetime(2026, 1, 15, tzinfo=UTC)


def driver(*answers: Answer) -> tuple[DriverGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("stepfunctions", *answers)
    return DriverGateway(MACHINE, service.client), service


def stacks(*answers: Answer) -> tuple[StacksGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("cloudformation", *answers)
    return StacksGateway(service.client), service


def a_stack(status: str) -> dict[str, Any]:
    """DescribeStacks' answer."""
    return {"Stacks": [{"StackName": "finetuning-dev-Model-faq", "CreationTime": NOW, "StackStatus": status}]}


STARTED = {"executionArn": EXECUTION, "startDate": NOW}


@pytest.mark.parametrize("answer", [STARTED, "ExecutionAlreadyExists: Execution Already Exists"])
def test_execution_is_started_by_name_or_has_been(answer: Answer) -> None:
    """The input is the same for the same name, so starting it while it runs changes nothing (fault D07)."""
    gateway, service = driver(answer)
    gateway.start("faq", "faq-aaaaaaaaaa-1-1")
    assert service.call == (
        "StartExecution",
        {
            "stateMachineArn": MACHINE,
            "name": "faq-aaaaaaaaaa-1-1",
            "input": '{"execution": "faq-aaaaaaaaaa-1-1", "model": "faq"}',
        },
    )


def test_execution_that_cannot_be_started_is_an_error() -> None:
    """The resource is answered FAILED, or the sweep tries again."""
    gateway, service = driver("StateMachineDoesNotExist: no")
    with pytest.raises(service.client.exceptions.StateMachineDoesNotExist):
        gateway.start("faq", "faq-aaaaaaaaaa-1-1")


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_status_of_an_execution_is_read_by_its_arn(status: str) -> None:
    """The ARN derives from the state machine's."""
    gateway, service = driver(
        {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "status": status, "startDate": NOW}
    )
    assert gateway.status("faq-aaaaaaaaaa-1-1") == status
    assert service.call == ("DescribeExecution", {"executionArn": EXECUTION})


def test_execution_that_was_never_started_has_no_status() -> None:
    """Then the sweep starts it."""
    assert driver("ExecutionDoesNotExist: Execution Does Not Exist")[0].status("faq-aaaaaaaaaa-1-1") is None


@pytest.mark.parametrize("answer", [{}, "TaskTimedOut: late", "TaskDoesNotExist: gone", "InvalidToken: Invalid Token"])
def test_parked_execution_is_woken_or_gone(answer: Answer) -> None:
    """Events may come twice and late (faults D02, D03)."""
    service = Service("stepfunctions", answer)
    ParkedGateway(service.client).wake("token")
    assert service.call == ("SendTaskSuccess", {"taskToken": "token", "output": "{}"})


def test_pointer_is_written_over() -> None:
    """A plain string that applications use as modelId."""
    service = Service("ssm", {"Version": 2, "Tier": "Standard"})
    PointerGateway(service.client).publish(POINTER, ENDPOINT)
    assert service.call == (
        "PutParameter",
        {
            "Name": POINTER,
            "Value": ENDPOINT,
            "Type": "String",
            "Overwrite": True,
            "Description": "ARN of the endpoint that serves the fine-tuned model; use it as modelId",
        },
    )


@pytest.mark.parametrize(
    ("answer", "value"), [({"Parameter": {"Value": ENDPOINT}}, ENDPOINT), ("ParameterNotFound: ", None)]
)
def test_pointer_is_read_or_not_there(answer: Answer, value: str | None) -> None:
    """Nothing is published before the first model serves."""
    service = Service("ssm", answer)
    assert PointerGateway(service.client).read(POINTER) == value
    assert service.call == ("GetParameter", {"Name": POINTER})


@pytest.mark.parametrize("answer", [{}, "ParameterNotFound: "])
def test_pointer_is_withdrawn_or_gone(answer: Answer) -> None:
    """Withdrawing twice is withdrawing."""
    service = Service("ssm", answer)
    PointerGateway(service.client).withdraw(POINTER)
    assert service.call == ("DeleteParameter", {"Name": POINTER})


@pytest.mark.parametrize(
    ("status", "rolls_back"),
    [
        ("UPDATE_ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("UPDATE_IN_PROGRESS", False),
        ("ROLLBACK_IN_PROGRESS", False),
        ("DELETE_IN_PROGRESS", False),
    ],
)
def test_only_the_rollback_of_an_update_is_one(status: str, rolls_back: bool) -> None:
    """The rollback of a creation has nothing to return to (fault A18)."""
    gateway, service = stacks(a_stack(status))
    assert gateway.rolls_back(STACK) is rolls_back
    assert service.call == ("DescribeStacks", {"StackName": STACK})


@pytest.mark.parametrize(
    ("status", "goes"),
    [
        ("DELETE_IN_PROGRESS", True),
        ("ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("UPDATE_ROLLBACK_IN_PROGRESS", False),
    ],
)
def test_only_deletion_and_rollback_of_a_creation_end_a_stack(status: str, goes: bool) -> None:
    """An update may remove a resource, but the stack and its data stay."""
    gateway, _ = stacks(a_stack(status))
    assert gateway.goes(STACK) is goes


NOT_WAITING = "ValidationError: Resource Wait1 is not waiting for signals"


@pytest.mark.parametrize(
    ("stack", "answer"),
    [
        ("CREATE_IN_PROGRESS", "later"),
        ("UPDATE_IN_PROGRESS", "later"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "never"),
        ("ROLLBACK_COMPLETE", "never"),
        ("UPDATE_COMPLETE", "never"),
        ("DELETE_COMPLETE", "never"),
    ],
)
def test_refused_signal_is_sent_again_while_the_condition_may_come(stack: str, answer: str) -> None:
    """CloudFormation refuses a signal before and after the condition waits; its stack's state tells which."""
    gateway, _ = stacks(NOT_WAITING, a_stack(stack))
    assert gateway.signal(STACK, "Wait1", success=True, unique_id="aaaaaaaaaa-1") == answer


@pytest.mark.parametrize(("success", "status"), [(True, "SUCCESS"), (False, "FAILURE")])
def test_wait_condition_is_signalled(success: bool, status: str) -> None:
    """No pre-signed handle is needed."""
    gateway, service = stacks({})
    assert gateway.signal(STACK, "Wait1", success=success, unique_id="aaaaaaaaaa-1") == "told"
    sent = {"StackName": STACK, "LogicalResourceId": "Wait1", "UniqueId": "aaaaaaaaaa-1", "Status": status}
    assert service.call == ("SignalResource", sent)


def test_trouble_with_step_functions_is_not_taken_for_an_end() -> None:
    """What is not known to be over is asked again."""
    gateway, service = driver("InvalidArn: no")
    with pytest.raises(service.client.exceptions.InvalidArn):
        gateway.status("faq-aaaaaaaaaa-1-1")
    service = Service("stepfunctions", "InvalidOutput: no")
    with pytest.raises(service.client.exceptions.InvalidOutput):
        ParkedGateway(service.client).wake("token")


def test_trouble_with_the_pointer_is_not_taken_for_its_absence() -> None:
    """A pointer that is not withdrawn leads applications to nothing."""
    service = Service("ssm", "InternalServerError: sorry")
    pointer = PointerGateway(service.client)
    with pytest.raises(service.client.exceptions.InternalServerError):
        pointer.read(POINTER)
    with pytest.raises(service.client.exceptions.InternalServerError):
        pointer.withdraw(POINTER)
