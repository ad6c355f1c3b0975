"""A message of the dead-letter queue: an event, and why it was given up."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.errors import FineTuningError

#: Enough of an error for a person; the function's log has all of it.
MAX_ERROR_CHARACTERS = 500
#: Pre-signed URLs are credentials, and an error may quote anything.
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


class UnknownMessageError(FineTuningError):
    """The message is neither a custom resource request nor a hint; a person has to look at it."""


@dataclass(frozen=True)
class GivenUp:
    """An event that was given up.

    Attributes:
        event: as it was first sent; it may hold a pre-signed URL.
        condition: Lambda's word for why, "RetriesExhausted" or "EventAgeExceeded"; "" if EventBridge gave it up.
        function: name of the function that should have handled it, or "".
        error: of the last attempt, or ""; no URL is in it.
    """

    event: Mapping[str, Any]
    condition: str = ""
    function: str = ""
    error: str = ""

    @property
    def is_request(self) -> bool:
        """Whether CloudFormation waits for an answer to it."""
        return {"RequestType", "RequestId", "StackId", "LogicalResourceId", "ResponseURL"} <= set(self.event)

    @property
    def is_hint(self) -> bool:
        """Whether it is a job-state event or the sweep's schedule: the next sweep makes up for either."""
        return {"source", "detail-type"} <= set(self.event)


def read(body: str) -> GivenUp:
    """The event of a message.

    Two kinds are known: the record of Lambda's on-failure destination (Lambda Developer Guide, 'Capturing records of
    Lambda asynchronous invocations') and the bare event from EventBridge (EventBridge User Guide, 'Using dead-letter
    queues to process undelivered events').

    Raises:
        UnknownMessageError: it is something else.
    """
    try:
        document = json.loads(body)
    except ValueError:
        raise UnknownMessageError("the message is no JSON") from None
    if not isinstance(document, Mapping):
        raise UnknownMessageError("the message is no JSON object")
    found = _destination_record(document) if "requestPayload" in document else GivenUp(document)
    if not isinstance(found.event, Mapping) or not (found.is_request or found.is_hint):
        raise UnknownMessageError("the message holds neither a custom resource request nor an event from EventBridge")
    return found


def _destination_record(document: Mapping[str, Any]) -> GivenUp:
    request_context, response = _map(document, "requestContext"), _map(document, "responsePayload")
    arn = str(request_context.get("functionArn", ""))
    parts = [str(response[key]) for key in ("errorType", "errorMessage") if response.get(key)]
    return GivenUp(
        event=document["requestPayload"],
        condition=str(request_context.get("condition", "")),
        function=arn.split(":")[6] if arn.count(":") >= 6 else "",
        error=_URL.sub("(URL)", ": ".join(parts))[:MAX_ERROR_CHARACTERS],
    )


def _map(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}
