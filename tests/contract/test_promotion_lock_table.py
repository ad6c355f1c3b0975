"""The promotion lock's item: read consistently, written over what was read."""

import pytest

from lambdas.gateways.promotion_lock_table import LockItem, PromotionLockTable
from lambdas.gateways.registry_table import StaleVersionError
from tests.contract.service import Answer, Service

KEY = {"model": {"S": "#promotion"}, "record": {"S": "lock"}}
HELD = {"holder": {"S": "faq"}, "generation": {"S": "0123456789-1"}, "since": {"N": "10.7"}, "version": {"N": "4"}}


def table(*answers: Answer) -> tuple[PromotionLockTable, Service]:
    """The gateway on a service that answers this."""
    service = Service("dynamodb", *answers)
    return PromotionLockTable("registry", service.client), service


def test_lock_is_read_consistently() -> None:
    """Another function may have taken it a moment ago."""
    gateway, service = table({"Item": {**KEY, **HELD}})
    assert gateway.read() == LockItem("faq", "0123456789-1", 10.7, 4)
    assert service.call == ("GetItem", {"TableName": "registry", "Key": KEY, "ConsistentRead": True})


def test_lock_that_was_never_taken_is_free() -> None:
    """Nobody holds it, and it has no version."""
    assert table({})[0].read() == LockItem()


def test_first_lock_is_written_only_if_there_is_none() -> None:
    """Of two, one wins."""
    gateway, service = table({})
    gateway.write(LockItem("faq", "0123456789-1", 10.7))
    written = {**KEY, **HELD, "version": {"N": "1"}}
    condition = {"ConditionExpression": "attribute_not_exists(version)"}
    assert service.call == ("PutItem", {"TableName": "registry", "Item": written, **condition})


def test_lock_is_written_over_the_version_that_was_read() -> None:
    """And is one higher then; a free one is an item, too, so that nothing needs the right to delete."""
    gateway, service = table({})
    gateway.write(LockItem(version=4))
    free = {"holder": {"S": ""}, "generation": {"S": ""}, "since": {"N": "0.0"}, "version": {"N": "5"}}
    assert service.call[1]["Item"] == {**KEY, **free}
    assert service.call[1]["ConditionExpression"] == "version = :over"
    assert service.call[1]["ExpressionAttributeValues"] == {":over": {"N": "4"}}


def test_lost_race_is_told() -> None:
    """Whoever lost it reads again."""
    gateway, _ = table("ConditionalCheckFailedException: The conditional request failed")
    with pytest.raises(StaleVersionError):
        gateway.write(LockItem("faq", "0123456789-1", 10.7, 4))


def test_table_that_cannot_be_written_is_an_error() -> None:
    """It is not a lost race."""
    gateway, service = table("ProvisionedThroughputExceededException: slow down")
    with pytest.raises(service.client.exceptions.ProvisionedThroughputExceededException):
        gateway.write(LockItem())
