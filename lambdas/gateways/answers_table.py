"""Answers that were given to CloudFormation: every delivery of a request gets the same (faults A05, A06, A10)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: Partition of the registry table; no model's name has this character.
PARTITION = "#answers"

#: Lambda delivers an event again within minutes (see MaximumEventAge of the functions); a week is for people.
KEPT_SECONDS = 7 * 86_400


def _now() -> float:
    return datetime.now(UTC).timestamp()


class AnswersTable:
    """Items of the registry table, a body per request id, written once."""

    def __init__(
        self, table_name: str, dynamodb: "DynamoDBClient | None" = None, *, clock: Callable[[], float] = _now
    ) -> None:
        self._table_name, self._clock = table_name, clock
        self._dynamodb: DynamoDBClient = dynamodb or client("dynamodb")

    def find(self, request_id: str) -> bytes | None:
        """The body that was kept for a request, or None."""
        item = self._dynamodb.get_item(
            TableName=self._table_name,
            Key={"model": {"S": PARTITION}, "record": {"S": request_id}},
            ConsistentRead=True,
        ).get("Item")
        return None if item is None else item["body"]["S"].encode("ascii")

    def keep(self, request_id: str, body: bytes) -> bytes:
        """Keep a body unless there is one, and return the one that is kept."""
        try:
            self._dynamodb.put_item(
                TableName=self._table_name,
                Item={
                    "model": {"S": PARTITION},
                    "record": {"S": request_id},
                    "body": {"S": body.decode("ascii")},
                    "expires_at": {"N": str(int(self._clock() + KEPT_SECONDS))},
                },
                ConditionExpression="attribute_not_exists(body)",
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return self.find(request_id) or body
        return body
