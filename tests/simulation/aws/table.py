"""DynamoDB as far as the registry goes: items, consistent reads, and writes on a condition."""

from collections.abc import Mapping
from typing import Any

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import refusal

Item = Mapping[str, Mapping[str, str]]


class Table:
    """A table with the keys `model` and `record`.

    Attributes:
        items: by their keys; clear it to lose the registry.
        writes: how many there were.
        page_size: how many items a scan looks at before it answers.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        self.writes, self.page_size = 0, 25

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {"get_item": self._get, "put_item": self._put, "delete_item": self._delete, "scan": self._scan}

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        item = self.items.get(_key(parameters["Key"]))
        return {} if item is None else {"Item": item}

    def _put(self, parameters: Parameters) -> Mapping[str, Any]:
        item = parameters["Item"]
        key = _key(item)
        self._require(parameters, self.items.get(key))
        self.items[key] = item
        self.writes += 1
        return {}

    def _delete(self, parameters: Parameters) -> Mapping[str, Any]:
        key = _key(parameters["Key"])
        self._require(parameters, self.items.get(key))
        self.items.pop(key, None)
        return {}

    def _scan(self, parameters: Parameters) -> Mapping[str, Any]:
        """A page; a filter takes items out of the page, as DynamoDB does, so pages may be empty."""
        start = int(parameters.get("ExclusiveStartKey", {}).get("position", {}).get("N", "0"))
        keys = sorted(self.items)
        page = [self.items[key] for key in keys[start : start + self.page_size]]
        found: dict[str, Any] = {"Items": [item for item in page if _passes(parameters, item)]}
        last = start + self.page_size
        return found | ({"LastEvaluatedKey": {"position": {"N": str(last)}}} if last < len(keys) else {})

    def _require(self, parameters: Parameters, item: Item | None) -> None:
        condition = parameters.get("ConditionExpression")
        if condition is not None and not _holds(condition, parameters, item):
            raise refusal("ConditionalCheckFailedException", "The conditional request failed")


def _key(item: Item) -> tuple[str, str]:
    return item["model"]["S"], item["record"]["S"]


def _holds(condition: str, parameters: Parameters, item: Item | None) -> bool:
    """The two forms that are used: `attribute_not_exists(name)` and `name = :value`."""
    names = parameters.get("ExpressionAttributeNames", {})
    if condition.startswith("attribute_not_exists("):
        name = condition.removeprefix("attribute_not_exists(").removesuffix(")")
        return item is None or names.get(name, name) not in item
    name, _, value = condition.partition(" = ")
    wanted = parameters["ExpressionAttributeValues"][value]
    return item is not None and item.get(names.get(name, name)) == wanted


def _passes(parameters: Parameters, item: Item) -> bool:
    condition = parameters.get("FilterExpression")
    return condition is None or _holds(condition, parameters, item)
