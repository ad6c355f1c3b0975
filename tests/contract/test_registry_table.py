"""The registry's table: optimistic locking in DynamoDB's terms."""

from typing import Any

import pytest

from lambdas.gateways.registry_table import RegistryTable, StaleVersionError
from tests.contract.service import Answer, Service

KEY = {"model": {"S": "faq"}, "record": {"S": "lifecycle"}}
ITEM = {**KEY, "document": {"S": "{}"}, "version": {"N": "3"}}


def table(*answers: Answer) -> tuple[RegistryTable, Service]:
    """The gateway on a service that answers this."""
    service = Service("dynamodb", *answers)
    return RegistryTable("registry", service.client), service


def test_item_is_read_consistently() -> None:
    """A stale read would decide on what was wanted before."""
    gateway, service = table({"Item": ITEM})
    assert gateway.read("faq") == ("{}", 3)
    assert service.call == ("GetItem", {"TableName": "registry", "Key": KEY, "ConsistentRead": True})


def test_missing_item_is_none() -> None:
    """Nothing was ever wanted of this model."""
    assert table({})[0].read("faq") is None


CONDITIONS: list[tuple[int, dict[str, Any]]] = [
    (0, {"ConditionExpression": "attribute_not_exists(version)"}),
    (3, {"ConditionExpression": "version = :over", "ExpressionAttributeValues": {":over": {"N": "3"}}}),
]


@pytest.mark.parametrize(("over", "condition"), CONDITIONS)
def test_item_is_written_over_the_version_that_was_read(over: int, condition: dict[str, Any]) -> None:
    """And raises it by one."""
    gateway, service = table({})
    assert gateway.write("faq", "{}", over=over) == over + 1
    item = {**KEY, "document": {"S": "{}"}, "version": {"N": str(over + 1)}}
    assert service.call == ("PutItem", {"TableName": "registry", "Item": item, **condition})


def test_item_that_changed_meanwhile_is_not_overwritten() -> None:
    """The caller reads again and applies its change to that."""
    gateway, _ = table("ConditionalCheckFailedException: The conditional request failed")
    with pytest.raises(StaleVersionError, match="the record of model 'faq' changed since version 3"):
        gateway.write("faq", "{}", over=3)


def test_other_errors_pass_unchanged() -> None:
    """A throttled write is no stale one."""
    gateway, service = table("ProvisionedThroughputExceededException: slow down")
    with pytest.raises(service.client.exceptions.ProvisionedThroughputExceededException):
        gateway.write("faq", "{}", over=3)


def test_all_pages_are_read() -> None:
    """A scan may end a page anywhere."""
    last = {**ITEM, "model": {"S": "zoo"}}
    gateway, service = table({"Items": [ITEM], "LastEvaluatedKey": KEY}, {"Items": [last]})
    assert list(gateway.all()) == [("faq", "{}", 3), ("zoo", "{}", 3)]
    request = {
        "TableName": "registry",
        "ConsistentRead": True,
        "FilterExpression": "#record = :lifecycle",
        "ExpressionAttributeNames": {"#record": "record"},
        "ExpressionAttributeValues": {":lifecycle": {"S": "lifecycle"}},
    }
    assert service.calls == [("Scan", request), ("Scan", {**request, "ExclusiveStartKey": KEY})]
