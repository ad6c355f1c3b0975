"""The registry's DynamoDB table: one item per model, written only over the version that was read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdas.gateways import versioned_items
from lambdas.gateways.clients import client
from lambdas.gateways.versioned_items import StaleVersionError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

__all__ = ["LIFECYCLE", "RegistryTable", "StaleVersionError"]

LIFECYCLE = "lifecycle"


class RegistryTable:
    """Items with the keys `model` and `record`, a JSON `document` and its `version`."""

    def __init__(self, table_name: str, dynamodb: "DynamoDBClient | None" = None) -> None:
        self._table_name = table_name
        self._dynamodb: DynamoDBClient = dynamodb or client("dynamodb")

    def read(self, model: str) -> tuple[str, int] | None:
        """The model's document and version, read consistently, or None."""
        item = self._dynamodb.get_item(
            TableName=self._table_name,
            Key={"model": {"S": model}, "record": {"S": LIFECYCLE}},
            ConsistentRead=True,
        ).get("Item")
        return None if item is None else (item["document"]["S"], int(item["version"]["N"]))

    def write(self, model: str, document: str, *, over: int) -> int:
        """Write the document over the version that was read (0: there was none) and return the new version.

        Raises:
            StaleVersionError: the item has another version by now.
        """
        item: dict[str, AttributeValueTypeDef] = {
            "model": {"S": model},
            "record": {"S": LIFECYCLE},
            "document": {"S": document},
        }
        stale = f"the record of model {model!r} changed since version {over}"
        return versioned_items.put(self._dynamodb, self._table_name, item, over=over, stale=stale)

    def all(self) -> Iterator[tuple[str, str, int]]:
        """Every model's name, document and version. The table holds a handful of models, so a scan is cheap."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table_name,
            ConsistentRead=True,
            FilterExpression="#record = :lifecycle",
            ExpressionAttributeNames={"#record": "record"},
            ExpressionAttributeValues={":lifecycle": {"S": LIFECYCLE}},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["model"]["S"], item["document"]["S"], int(item["version"]["N"])
