"""The answer to a custom resource request, as the bytes that CloudFormation accepts.

Source: CloudFormation Template Reference, 'Custom resource response objects': at most 4,096 bytes in all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from finetuning.errors import FineTuningError
from lambdas.responder.request import CustomResourceRequest

MAX_BODY_BYTES = 4096
_CUT = "… (cut)"


class AnswerTooLongError(FineTuningError):
    """The attributes alone do not fit; a programming error, because attributes are names and digests."""


class InvalidAttributeError(FineTuningError):
    """An attribute is no string; a programming error: what CloudFormation makes of other types is its secret."""


@dataclass(frozen=True)
class Answer:
    """What a resource says on success: its physical id and its attributes, all strings (fault A13)."""

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def success(request: CustomResourceRequest, answer: Answer) -> bytes:
    """The body of a SUCCESS.

    Raises:
        AnswerTooLongError: it would exceed 4,096 bytes.
        InvalidAttributeError: an attribute is no string, NaN, dates and maps included (fault A13).
    """
    for name, value in answer.attributes.items():
        if not isinstance(value, str):
            raise InvalidAttributeError(f"attribute {name} must be a string, got {type(value).__name__}")
    body = _body(request, "SUCCESS", answer.physical_id, "", dict(answer.attributes))
    if len(body) > MAX_BODY_BYTES:
        raise AnswerTooLongError(f"the attributes make an answer of {len(body)} bytes, allowed are {MAX_BODY_BYTES}")
    return body


def failed(request: CustomResourceRequest, physical_id: str, reason: str) -> bytes:
    """The body of a FAILED, its reason cut between two characters so that all of it fits (faults A11, A12)."""
    body = _body(request, "FAILED", physical_id, reason, {})
    while len(body) > MAX_BODY_BYTES:
        excess = len(body) - MAX_BODY_BYTES
        # A character takes at most 12 bytes of ASCII JSON (a surrogate pair), so this never cuts far too much.
        reason = reason.removesuffix(_CUT)[: -max(1, excess // 12 + len(_CUT))] + _CUT
        body = _body(request, "FAILED", physical_id, reason, {})
    return body


def _body(
    request: CustomResourceRequest, status: str, physical_id: str, reason: str, attributes: dict[str, str]
) -> bytes:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": physical_id,
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_id,
        "Data": attributes,
    }
    return json.dumps(document, allow_nan=False).encode("ascii")
