"""boto3 clients with the project's settings.

The Lambda runtime's boto3 floats, so the `bedrock` service model that this project was written against is shipped in
`service_models/` and found first: an operation that we need is never missing.
"""

from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

SERVICE_MODELS = Path(__file__).parent / "service_models"

#: Standard retries cover throttling, 5xx and connection errors (fault B05). With five attempts and these timeouts a
#: call ends within the shortest function timeout.
CONFIG = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3, read_timeout=20)

_session: boto3.Session | None = None


def client(service: str) -> Any:
    """A client of this service in the function's own Region and role."""
    any_session: Any = session()  # the stubs know one overload per literal name; callers annotate what they get
    return any_session.client(service, config=CONFIG)


def session() -> boto3.Session:
    """The one session of this process, with the shipped service models ahead of the installed ones."""
    global _session
    if _session is None:
        core = botocore.session.Session()
        core.get_component("data_loader").search_paths.insert(0, str(SERVICE_MODELS))
        _session = boto3.Session(botocore_session=core)
    return _session


def code_of(error: Exception) -> str:
    """The error code of a botocore ClientError, or ""."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def message_of(error: Exception) -> str:
    """The message of a botocore ClientError, or the error's own text."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Message", "")) or str(error)
