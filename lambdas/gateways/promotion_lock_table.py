"""The promotion lock in DynamoDB: one item of the registry table, written only over what was read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of
from lambdas.gateways.registry_table import StaleVersionError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: Partition of the registry table; no model's name has this character.
PARTITION = "#promotion"
LOCK = "lock"


@dataclass(frozen=True)
class LockItem:
    """Who holds the lock.

    Attributes:
        model: name of the use case; "" if nobody does.
        generation: id of the training generation that is being promoted.
        since: in epoch seconds.
        version: raised with each write.
    """

    model: str = ""
    generation: str = ""
    since: float = 0.0
    version: int = 0


class PromotionLockTable:
    """The one lock item of an environment's registry table."""

    def __init__(self, table_name: str, dynamodb: "DynamoDBClient | None" = None) -> None:
        self._table_name = table_name
        self._dynamodb: DynamoDBClient = dynamodb or client("dynamodb")

    def read(self) -> LockItem:
        """The lock, read consistently."""
        item = self._dynamodb.get_item(
            TableName=self._table_name,
            Key={"model": {"S": PARTITION}, "record": {"S": LOCK}},
            ConsistentRead=True,
        ).get("Item")
        if item is None:
            return LockItem()
        return LockItem(
            item["holder"]["S"], item["generation"]["S"], float(item["since"]["N"]), int(item["version"]["N"])
        )

    def write(self, lock: LockItem) -> None:
        """Write the lock over the version that it has.

        Raises:
            StaleVersionError: somebody wrote it since it was read.
        """
        condition = "attribute_not_exists(version)" if lock.version == 0 else "version = :over"
        values = {} if lock.version == 0 else {"ExpressionAttributeValues": {":over": {"N": str(lock.version)}}}
        try:
            self._dynamodb.put_item(
                TableName=self._table_name,
                Item={
                    "model": {"S": PARTITION},
                    "record": {"S": LOCK},
                    "holder": {"S": lock.model},
                    "generation": {"S": lock.generation},
                    "since": {"N": repr(lock.since)},
                    "version": {"N": str(lock.version + 1)},
                },
                ConditionExpression=condition,
                **values,  # type: ignore[arg-type]  # absent, not empty, when nothing is compared
            )
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                raise StaleVersionError("somebody else took or gave back the promotion lock") from error
            raise
