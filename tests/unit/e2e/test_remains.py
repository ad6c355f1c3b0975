"""What is left of an environment is found by stacks, tags, names and logs; what is gone, or costs nothing, is not."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.e2e import remains

ACCOUNT = "arn:aws:{}:us-east-1:444455556666:{}"
KEY, GONE_KEY = (ACCOUNT.format("kms", f"key/{name}") for name in ("alive", "going"))
TABLE, GONE_TABLE = (ACCOUNT.format("dynamodb", f"table/{name}") for name in ("there", "gone"))
JOB = ACCOUNT.format("bedrock", "model-customization-job/x/abc")
ROLE = "arn:aws:iam::444455556666:role/x"


class GoneError(Exception):
    """As DynamoDB says it."""


class Exceptions:
    """Of a client."""

    ResourceNotFoundException = GoneError


class Pages:
    """The pages of a list."""

    def __init__(self, page: Mapping[str, Any]) -> None:
        self._page = page

    def paginate(self, **given: Any) -> Iterator[Any]:
        yield {"StackSummaries": [], "logGroups": [], "ResourceTagMappingList": []} | dict(self._page)


class Account:
    """Every service at once, with some things in it."""

    exceptions = Exceptions

    def __init__(self, pages: Mapping[str, Mapping[str, Any]]) -> None:
        self._pages = pages

    def client(self, service: str) -> Any:
        return self

    def get_paginator(self, operation: str) -> Any:
        return Pages(self._pages.get(operation, {}))

    def describe_key(self, **given: Any) -> Any:
        return {"KeyMetadata": {"KeyState": "Enabled" if given["KeyId"] == KEY else "PendingDeletion"}}

    def describe_table(self, **given: Any) -> None:
        if given["TableName"] == "gone":
            raise GoneError


def stack(name: str, status: str) -> dict[str, str]:
    """A stack in a list."""
    return {"StackName": name, "StackStatus": status}


@pytest.mark.parametrize(
    ("operation", "page", "found"),
    [
        ("list_stacks", {"StackSummaries": [stack("finetuning-e2e-Control", "DELETE_FAILED")]}, 1),
        ("list_stacks", {"StackSummaries": [stack("finetuning-e2e-Control", "DELETE_COMPLETE")]}, 0),
        ("list_stacks", {"StackSummaries": [stack("finetuning-dev-Control", "CREATE_COMPLETE")]}, 0),
        ("describe_log_groups", {"logGroups": [{"logGroupName": "/aws/lambda/finetuning-e2e-Control-Driver"}]}, 1),
        ("list_custom_models", {"modelSummaries": [{"modelName": "finetuning-e2e-faq-1", "modelArn": "arn"}]}, 1),
        *[
            ("get_resources", {"ResourceTagMappingList": [{"ResourceARN": arn}]}, count)
            for arn, count in ((KEY, 1), (GONE_KEY, 0), (TABLE, 1), (GONE_TABLE, 0), (JOB, 0), (ROLE, 1))
        ],
    ],
)
def test_what_is_left_is_found(operation: str, page: Mapping[str, Any], found: int) -> None:
    assert len(remains.look(Account({operation: page}).client, "finetuning", "e2e")) == found
