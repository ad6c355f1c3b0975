"""What is left of an answer when the table of answers takes too long, or CloudFormation knows no id."""

import json
import urllib.error
from email.message import Message

import pytest

from lambdas.responder import Answer, CustomResourceRequest, kept, respond
from lambdas.responder.deadline import OutOfTime
from lambdas.responder.delivery import RefusedAnswerError, deliver
from tests.fakes.stacks import STACK


class TooSlow:
    """A table whose calls are broken off."""

    def find(self, request_id: str) -> bytes | None:
        """Too slow."""
        raise OutOfTime

    def keep(self, request_id: str, body: bytes) -> bytes:
        """Too slow."""
        raise OutOfTime


class Nothing:
    """A resource that does nothing."""

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Nothing."""
        return Answer(request.allocated_id)

    def delete(self, request: CustomResourceRequest) -> None:
        """Nothing."""


def test_table_of_answers_that_takes_too_long_is_done_without() -> None:
    """Keeping answers is a help and no condition."""
    assert kept.find(TooSlow, "request-1", limit=None) is None
    assert kept.keep(TooSlow, "request-1", b"body", limit=None) == b"body"


def test_delete_without_an_id_is_answered_with_the_allocated_one() -> None:
    """CloudFormation wants one in every answer."""
    bodies: list[bytes] = []
    event = {
        "RequestType": "Delete",
        "RequestId": "1",
        "StackId": STACK,
        "LogicalResourceId": "Job",
        "ResponseURL": "https://example.com/",
    }
    respond(event, Nothing, send=lambda _, body: bodies.append(body))
    [answer] = map(json.loads, bodies)
    assert (answer["Status"], answer["PhysicalResourceId"][:4]) == ("SUCCESS", "Job-")


def test_refusal_of_an_answer_is_told_with_its_status() -> None:
    """And without the URL."""

    def refuse(url: str, body: bytes) -> None:
        raise urllib.error.HTTPError(url, 403, "Forbidden", Message(), None)

    with pytest.raises(RefusedAnswerError) as refusal:
        deliver("https://example.com/canary", b"body", put=refuse)
    assert str(refusal.value) == "cloudformation refused the answer: HTTP status 403"
