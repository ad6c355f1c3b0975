"""What is given up is answered, dropped or kept for a person: CloudFormation never waits for nothing (fault A07)."""

import json
from typing import Any

import pytest

from lambdas.responder.delivery import DeliveryError, RefusedAnswerError
from lambdas.undelivered.answering import UndeliveredEvents
from lambdas.undelivered.message import MAX_ERROR_CHARACTERS, UnknownMessageError, read
from tests.fakes.answers import FakeAnswers
from tests.unit.lambdas.test_responder import ALLOCATED, URL, an_event

FUNCTION = "finetuning-dev-Control-CustomizationJobFunction"
JOB_EVENT = {"source": "aws.bedrock", "detail-type": "Model Customization Job State Change", "detail": {}}
SCHEDULE = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def a_record(event: object, condition: str = "RetriesExhausted", **response: str) -> dict[str, Any]:
    """What Lambda sends to an on-failure destination."""
    return {
        "version": "1.0",
        "requestContext": {
            "functionArn": f"arn:aws:lambda:us-east-1:111122223333:function:{FUNCTION}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responsePayload": response,
    }


def settled(*messages: object, **given: Any) -> tuple[list[str], list[tuple[str, dict[str, Any]]]]:
    """The ids of the messages that stay, and what was sent to which URL."""
    sent: list[tuple[str, dict[str, Any]]] = []
    records = [
        {"messageId": str(number), "body": message if isinstance(message, str) else json.dumps(message)}
        for number, message in enumerate(messages)
    ]
    send = given.pop("send", lambda url, body: sent.append((url, json.loads(body))))
    left = UndeliveredEvents(answers=given.pop("answers", None), send=send).handle(records)
    return left, sent


def test_create_is_answered_failed_with_the_allocated_id() -> None:
    """The Delete that follows cleans up what an attempt may have begun (fault A02)."""
    left, [(url, answer)] = settled(a_record(an_event(), errorType="Sandbox.Timedout", errorMessage="timed out"))
    assert (left, url) == ([], URL)
    assert (answer["Status"], answer["PhysicalResourceId"], answer["RequestId"]) == ("FAILED", ALLOCATED, "request-1")
    assert answer["Reason"] == (
        f"the function {FUNCTION} did not handle the request: it failed each time; last error: Sandbox.Timedout: timed "
        "out. See its log (python -m ops logs), mend the cause, then deploy again; the rollback cleans up"
    )


@pytest.mark.parametrize(("kind", "then"), [("Update", "deploy again; the rollback"), ("Delete", "delete the stack")])
def test_update_and_delete_are_answered_with_the_known_id(kind: str, then: str) -> None:
    """Another id would make CloudFormation delete what is in service (fault A16)."""
    event = an_event(kind, PhysicalResourceId="Job-old")
    _, [(_, answer)] = settled(a_record(event, "EventAgeExceeded"))
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "Job-old")
    assert "did not handle the request: it did not get to it in time. See its log" in answer["Reason"]
    assert then in answer["Reason"]


@pytest.mark.parametrize("type_", ["Custom::LifecycleGuard", "Custom::BedrockTrainingDataset", "Custom::EmptiedBucket"])
def test_every_custom_resource_is_answered(type_: str) -> None:
    """They are all CloudFormation's requests."""
    left, [(_, answer)] = settled(a_record(an_event(ResourceType=type_)))
    assert (left, answer["Status"]) == ([], "FAILED")


def test_import_error_is_named_in_the_answer() -> None:
    """A package that is missing from the asset (fault A01)."""
    error = {"errorType": "Runtime.ImportModuleError", "errorMessage": "No module named 'lambdas.responder'"}
    _, [(_, answer)] = settled(a_record(an_event(), **error))
    assert "last error: Runtime.ImportModuleError: No module named 'lambdas.responder'" in answer["Reason"]


def test_answer_that_was_given_before_is_sent_again() -> None:
    """The function answered, but nobody confirmed it: contradicting itself would be worse (invariant I4)."""
    kept = b'{"Status": "SUCCESS"}'
    _, sent = settled(a_record(an_event()), answers=lambda: FakeAnswers({"request-1": kept}))
    assert sent == [(URL, {"Status": "SUCCESS"})]


def test_own_answer_is_kept() -> None:
    """A delivery that is still under way sends the same."""
    answers = FakeAnswers()
    _, [(_, answer)] = settled(a_record(an_event()), answers=lambda: answers)
    assert json.loads(answers.bodies["request-1"]) == answer


def test_answer_does_not_depend_on_the_table() -> None:
    """It is a help and no condition."""
    left, [(_, answer)] = settled(a_record(an_event()), answers=lambda: FakeAnswers(fails="keep"))
    assert (left, answer["Status"]) == ([], "FAILED")


@pytest.mark.parametrize("message", [JOB_EVENT, SCHEDULE, a_record(JOB_EVENT), a_record(SCHEDULE)])
def test_hints_are_dropped(message: object, capsys: pytest.CaptureFixture[str]) -> None:
    """From EventBridge or from Lambda: the next sweep looks for itself (faults D01, D05)."""
    assert settled(message) == ([], [])
    assert json.loads(capsys.readouterr().out)["message"] == "hint dropped"


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        "3",
        {},
        {"requestPayload": None},
        {"requestPayload": [1]},
        {"source": "aws.bedrock"},
        {"detail-type": "x"},
        a_record({key: value for key, value in an_event().items() if key != "ResponseURL"}),
        {"requestPayload": {"RequestType": "Create"}, "requestContext": 3, "responsePayload": "x"},
    ],
)
def test_what_is_not_understood_stays_for_a_person(message: object) -> None:
    """After three tries it goes to the queue of unanswered messages, on which there is an alarm."""
    assert settled(message) == (["0"], [])


def test_odd_record_of_a_request_is_answered_all_the_same() -> None:
    """What Lambda says about the failure is a help and no condition."""
    odd = {"requestPayload": an_event(), "requestContext": None, "responsePayload": 3}
    _, [(_, answer)] = settled(odd)
    assert answer["Reason"].startswith(
        "the function behind this resource did not handle the request: it could not be called. See its log"
    )


def test_each_message_is_settled_by_itself() -> None:
    """One that fails does not bring the others back."""
    left, sent = settled("no JSON", a_record(an_event()), JOB_EVENT, "{")
    assert (left, len(sent)) == (["0", "3"], 1)


def test_answer_that_is_not_taken_stays_in_the_queue() -> None:
    """SQS brings it again."""

    def send(url: str, body: bytes) -> None:
        raise DeliveryError("cloudformation did not take the answer: HTTP status 500")

    assert settled(a_record(an_event()), send=send) == (["0"], [])


def test_answer_that_nobody_waits_for_is_settled(capsys: pytest.CaptureFixture[str]) -> None:
    """An expired URL will not get better (fault A09)."""

    def send(url: str, body: bytes) -> None:
        raise RefusedAnswerError("cloudformation refused the answer: HTTP status 403")

    assert settled(a_record(an_event()), send=send) == ([], [])
    assert json.loads(capsys.readouterr().out)["message"] == "nobody waits for an answer any more"


def test_long_error_is_cut() -> None:
    """The log has all of it, and the answer has its limit (fault A11)."""
    given_up = read(json.dumps(a_record(an_event(), errorType="E", errorMessage="é" * 5000)))
    assert given_up.error == "E: " + "é" * (MAX_ERROR_CHARACTERS - 3)


@pytest.mark.parametrize("message", ["{}", '{"requestPayload": null}', '{"requestPayload": ["RequestType"]}'])
def test_message_says_why_it_is_not_understood(message: str) -> None:
    """For the person who reads the log."""
    with pytest.raises(UnknownMessageError, match="neither a custom resource request nor an event from EventBridge"):
        read(message)
