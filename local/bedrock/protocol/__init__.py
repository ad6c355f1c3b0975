"""The server side of rest-json, derived from botocore's own service models."""

from local.bedrock.protocol.faults import Fault
from local.bedrock.protocol.messages import HEADERS, Call, Protocol, Response

__all__ = ["HEADERS", "Call", "Fault", "Protocol", "Response"]
