"""One entry of Service Quotas."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """A Service Quotas entry of service code ``bedrock``; code None if it cannot be asked for by code."""

    name: str
    code: str | None
    default: int
    adjustable: bool | None
    source: str
