"""The answers that were given, written once per request."""

from typing import Any

import pytest

from lambdas.gateways.answers_table import KEPT_SECONDS, AnswersTable
from tests.contract.service import Answer, Service

KEY = {"model": {"S": "#answers"}, "record": {"S": "request-1"}}
TAKEN = "ConditionalCheckFailedException: The conditional request failed"


def table(*answers: Answer) -> tuple[AnswersTable, Service]:
    """The gateway on a service that answers this, at ten seconds past the epoch."""
    service = Service("dynamodb", *answers)
    return AnswersTable("registry", service.client, clock=lambda: 10.7), service


def test_kept_answer_is_found_consistently() -> None:
    """Another delivery may have kept it a moment ago (fault A06)."""
    item: dict[str, Any] = {**KEY, "body": {"S": '{"Status": "SUCCESS"}'}}
    gateway, service = table({"Item": item})
    assert gateway.find("request-1") == b'{"Status": "SUCCESS"}'
    assert service.call == ("GetItem", {"TableName": "registry", "Key": KEY, "ConsistentRead": True})


def test_request_that_was_not_answered_has_none() -> None:
    """Then it runs."""
    assert table({})[0].find("request-1") is None


def test_answer_is_kept_for_a_week_unless_there_is_one() -> None:
    """DynamoDB deletes it by itself."""
    gateway, service = table({})
    assert gateway.keep("request-1", b"body") == b"body"
    assert service.call == (
        "PutItem",
        {
            "TableName": "registry",
            "Item": {**KEY, "body": {"S": "body"}, "expires_at": {"N": "604810"}},
            "ConditionExpression": "attribute_not_exists(body)",
        },
    )
    assert KEPT_SECONDS == 604_800


def test_answer_that_was_kept_first_wins() -> None:
    """Every delivery sends the same (faults A05, A10)."""
    gateway, _ = table(TAKEN, {"Item": {**KEY, "body": {"S": "first"}}})
    assert gateway.keep("request-1", b"second") == b"first"


def test_answer_that_has_expired_meanwhile_does_not_matter() -> None:
    """What was to be kept is sent."""
    assert table(TAKEN, {})[0].keep("request-1", b"second") == b"second"


def test_table_that_cannot_be_written_is_an_error() -> None:
    """Whoever answers decides what to make of it."""
    gateway, service = table("ProvisionedThroughputExceededException: slow down")
    with pytest.raises(service.client.exceptions.ProvisionedThroughputExceededException):
        gateway.keep("request-1", b"body")


def test_clock_is_the_real_one_unless_it_is_given() -> None:
    """An answer that expires at once would be of no use."""
    service = Service("dynamodb", {})
    AnswersTable("registry", service.client).keep("request-1", b"body")
    assert int(service.call[1]["Item"]["expires_at"]["N"]) > 1_700_000_000
