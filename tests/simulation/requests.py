"""Custom resource requests: what CloudFormation sends, and which answers it takes.

Sources: CloudFormation Template Reference, 'Custom resource request objects' and 'Custom resource response objects'.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.kernel import World

#: Every secret of the simulated world contains it, so one search finds any leak (invariant I7).
CANARY = "canary"
MAX_ANSWER_BYTES = 4096
MAX_ID_BYTES = 1024


class UsedUrlError(Exception):
    """The pre-signed URL takes nothing any more: HTTP 403."""


@dataclass(frozen=True)
class Outcome:
    """How a request ended.

    Attributes:
        physical_id: of the answer; "" if none came or it was not acceptable.
        how: `answered`, `invalid`, `timed out` or `cancelled`.
    """

    ok: bool
    how: str
    physical_id: str = ""
    reason: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """One request to a custom resource.

    Attributes:
        url: where the answer goes: a credential.
        answers: every body that was sent, taken or not, in order.
        outcome: None while CloudFormation waits.
    """

    event: dict[str, Any]
    service_timeout: float
    sent_at: float
    ended: Callable[[Outcome], None]
    answers: list[bytes] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def url(self) -> str:
        """Where the answer goes."""
        return str(self.event["ResponseURL"])

    @property
    def kind(self) -> str:
        """Create, Update or Delete."""
        return str(self.event["RequestType"])

    def end(self, outcome: Outcome) -> None:
        """End it, unless it ended before."""
        if self.outcome is None:
            self.outcome = outcome
            self.ended(outcome)


class ResponseBucket:
    """The bucket behind the pre-signed URLs, and all requests ever sent."""

    def __init__(self, world: World, *, takes_again: bool) -> None:
        """Keep what it works with.

        Args:
            world: the clock.
            takes_again: S3 takes a second answer, which CloudFormation ignores; else it is refused with 403.
        """
        self._world, self._takes_again = world, takes_again
        self.requests: list[Request] = []
        self._by_url: dict[str, Request] = {}

    def open(self, fields: Mapping[str, Any], service_timeout: float, ended: Callable[[Outcome], None]) -> Request:
        """A new request with its event, which fails if nobody answers within its timeout."""
        number = len(self.requests) + 1
        url = (
            "https://cloudformation-custom-resource-response-uswest2.s3.us-west-2.amazonaws.com/"
            f"{number}?X-Amz-Expires=7200&X-Amz-Signature={CANARY}{number:08x}"
        )
        event = {**fields, "RequestId": f"{number:08x}-0000-4000-8000-000000000000", "ResponseURL": url}
        request = Request(event, service_timeout, self._world.now, ended)
        self.requests.append(request)
        self._by_url[url] = request
        self._world.after(service_timeout, lambda: request.end(Outcome(False, "timed out", reason="no answer in time")))
        return request

    def put(self, url: str, body: bytes) -> None:
        """An answer arrives.

        Raises:
            UsedUrlError: the request was answered, or has ended.
        """
        request = self._by_url[url]
        request.answers.append(body)
        if request.outcome is None:
            outcome = outcome_of(request.event, body)
            self._world.note(f"{request.kind} {request.event['LogicalResourceId']} answered: {outcome}")
            request.end(outcome)
        elif not self._takes_again:
            raise UsedUrlError(f"request {request.event['RequestId']} has ended")


def outcome_of(event: Mapping[str, Any], body: bytes) -> Outcome:
    """What an answer amounts to; one that is not acceptable fails the resource."""
    if len(body) > MAX_ANSWER_BYTES:
        return Outcome(False, "invalid", reason="Response object is too long.")
    try:
        answer = json.loads(body, parse_constant=_refuse)
        flaw = _flaw(event, answer)
    except (ValueError, AttributeError, TypeError):
        return Outcome(False, "invalid", reason="Response is not valid JSON")
    if flaw:
        return Outcome(False, "invalid", reason=flaw)
    physical_id, reason = answer["PhysicalResourceId"], answer.get("Reason", "")
    data = {name: str(value) for name, value in answer.get("Data", {}).items()}
    return Outcome(answer["Status"] == "SUCCESS", "answered", physical_id, reason, data)


def _flaw(event: Mapping[str, Any], answer: dict[str, Any]) -> str:
    if answer.get("Status") not in {"SUCCESS", "FAILED"}:
        return "Invalid Status"
    if answer["Status"] == "FAILED" and not answer.get("Reason"):
        return "Reason is missing"
    physical_id = answer.get("PhysicalResourceId")
    if not isinstance(physical_id, str) or not 0 < len(physical_id.encode()) <= MAX_ID_BYTES:
        return "Invalid PhysicalResourceId"
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if answer.get(name) != event[name]:
            return f"{name} does not match"
    if event["RequestType"] == "Delete" and physical_id != event["PhysicalResourceId"]:
        return "PhysicalResourceId of a Delete does not match"
    if not isinstance(answer.get("NoEcho", False), bool):
        return "NoEcho must be a boolean"
    data = answer.get("Data", {})
    if not isinstance(data, dict) or any(isinstance(value, dict | list) or value is None for value in data.values()):
        return "Data must map names to simple values"
    return ""


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
