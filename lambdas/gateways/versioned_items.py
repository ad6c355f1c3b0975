"""Items of a DynamoDB table that are written only over the version that was read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from finetuning.errors import TransientError
from lambdas.gateways.clients import code_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class StaleVersionError(TransientError):
    """Somebody wrote the item since it was read."""


class _Condition(TypedDict, total=False):
    """DynamoDB refuses values that its condition does not name, and an empty mapping of them."""

    ConditionExpression: str
    ExpressionAttributeValues: "Mapping[str, AttributeValueTypeDef]"


def put(
    dynamodb: "DynamoDBClient",
    table_name: str,
    item: "Mapping[str, AttributeValueTypeDef]",
    *,
    over: int,
    stale: str,
) -> int:
    """Write an item over the version that was read (0: there was none) and return the new version.

    Args:
        dynamodb: the client.
        table_name: where it is written.
        item: all but its ``version``.
        over: the version that was read.
        stale: what is said if it has another one by now.

    Raises:
        StaleVersionError: it has another version by now.
    """
    version = {"version": {"N": str(over + 1)}}
    try:
        dynamodb.put_item(TableName=table_name, Item={**item, **version}, **_if_still(over))
    except ClientError as error:
        if code_of(error) == "ConditionalCheckFailedException":
            raise StaleVersionError(stale) from error
        raise
    return over + 1


def _if_still(version: int) -> _Condition:
    if version == 0:
        return {"ConditionExpression": "attribute_not_exists(version)"}
    return {"ConditionExpression": "version = :over", "ExpressionAttributeValues": {":over": {"N": str(version)}}}
