"""A custom resource event, parsed once.

Source: CloudFormation Template Reference, 'Custom resource request objects'.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from finetuning.properties import InvalidPropertiesError, Properties

__all__ = ["CustomResourceRequest", "InvalidPropertiesError", "parse"]


@dataclass(frozen=True)
class CustomResourceRequest:
    """What CloudFormation asks. `response_url` is a credential and never shown."""

    kind: str
    request_id: str
    stack_id: str
    logical_id: str
    physical_id: str | None
    properties: Mapping[str, Any]
    response_url: str = field(repr=False)

    @property
    def allocated_id(self) -> str:
        """A physical resource id for what this request is about to make.

        It derives from the request, so it exists before the first side effect and is the same when the event is
        delivered again; a later request gets another one (faults A02, A05, A15).
        """
        digest = sha256(f"{self.stack_id}|{self.logical_id}|{self.request_id}".encode()).hexdigest()
        return f"{self.logical_id}-{digest[:16]}"

    @property
    def known_id(self) -> str:
        """The physical id that CloudFormation knows from an answer of ours, or "".

        It makes one up for a Create that was never answered; ours are recognized by their form (fault A20).
        """
        ours = re.fullmatch(rf"{re.escape(self.logical_id)}-[0-9a-f]{{16}}", self.physical_id or "")
        return ours[0] if ours else ""

    def text(self, name: str, default: str | None = None) -> str:
        """A property that is a string; see `Properties`."""
        return Properties(self.properties).text(name, default)

    def number(self, name: str) -> int:
        """A property that is a whole number; see `Properties`."""
        return Properties(self.properties).number(name)

    def flag(self, name: str) -> bool:
        """A property that is "true" or "false"; see `Properties`."""
        return Properties(self.properties).flag(name)

    def texts(self, name: str) -> dict[str, str]:
        """A property that is a map of strings; see `Properties`."""
        return Properties(self.properties).texts(name)


def parse(event: Mapping[str, Any]) -> CustomResourceRequest:
    """The request that an event carries."""
    return CustomResourceRequest(
        kind=event["RequestType"],
        request_id=event["RequestId"],
        stack_id=event["StackId"],
        logical_id=event["LogicalResourceId"],
        physical_id=event.get("PhysicalResourceId"),
        properties=event.get("ResourceProperties", {}),
        response_url=event["ResponseURL"],
    )
