"""The promotion lock in DynamoDB: one item of the registry table, written only over what was read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.gateways import versioned_items
from lambdas.gateways.clients import client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

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
        item: dict[str, AttributeValueTypeDef] = {
            "model": {"S": PARTITION},
            "record": {"S": LOCK},
            "holder": {"S": lock.model},
            "generation": {"S": lock.generation},
            "since": {"N": repr(lock.since)},
        }
        stale = "somebody else took or gave back the promotion lock"
        versioned_items.put(self._dynamodb, self._table_name, item, over=lock.version, stale=stale)
