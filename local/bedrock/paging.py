"""Filters, order and pages of the List operations."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from local.bedrock.copy_record import Copy
from local.bedrock.evaluation_record import Evaluation
from local.bedrock.protocol.faults import validation
from local.bedrock.records import CustomModel, Deployment, Job, Throughput

Record = TypeVar("Record", Job, CustomModel, Throughput, Deployment, Evaluation, Copy)

#: Page size without `maxResults`; undocumented, our choice.
DEFAULT_PAGE = 100


def select(records: Iterable[Record], parameters: Mapping[str, Any]) -> list[Record]:
    """Records that pass the filters on creation time and name, newest first unless `sortOrder` is `Ascending`."""
    after = parameters.get("creationTimeAfter") or parameters.get("createdAfter")
    before = parameters.get("creationTimeBefore") or parameters.get("createdBefore")
    wanted = [
        record
        for record in records
        if _within(record.created, after, before) and parameters.get("nameContains", "") in record.name
    ]
    return sorted(wanted, key=lambda record: record.created, reverse=parameters.get("sortOrder") != "Ascending")


def page(records: list[Record], parameters: Mapping[str, Any]) -> tuple[list[Record], str | None]:
    """One page of records, and the token of the next page; None on the last.

    Raises:
        Fault: `ValidationException`, if `nextToken` did not come from an earlier page.
    """
    start = _start(parameters.get("nextToken"))
    end = start + parameters.get("maxResults", DEFAULT_PAGE)
    following = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(records) else None
    return records[start:end], following


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error) as error:
        raise validation("The provided nextToken is invalid.") from error


def _within(moment: datetime, after: datetime | None, before: datetime | None) -> bool:
    return (after is None or moment > after) and (before is None or moment < before)
