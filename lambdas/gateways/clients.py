"""AWS clients with the project's settings.

The Lambda runtime's boto3 floats, so the `bedrock` service model that this project was written against is shipped in
`service_models/` and found first: an operation that we need is never missing.

Clients are botocore's own: importing boto3 brings S3's transfer manager, which costs a cold start a quarter of its
time and which only `storage` needs (`make bench`, cold start).
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config

SERVICE_MODELS = Path(__file__).parent / "service_models"

#: Standard retries cover throttling, 5xx and connection errors (fault B05). With five attempts and these timeouts a
#: call ends within the shortest function timeout.
CONFIG = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3, read_timeout=20)


def client(service: str, credentials: Mapping[str, Any] | None = None) -> Any:
    """A client of this service in the function's own Region and role, or with other credentials."""
    return session().create_client(service, config=CONFIG, **(credentials or {}))


@cache
def session() -> botocore.session.Session:
    """The one session of this process, with the shipped service models ahead of the installed ones."""
    core = botocore.session.Session()
    core.get_component("data_loader").search_paths.insert(0, str(SERVICE_MODELS))
    return core


def code_of(error: Exception) -> str:
    """The error code of a botocore ClientError, or ""."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def message_of(error: Exception) -> str:
    """The message of a botocore ClientError, or the error's own text."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Message", "")) or str(error)


def is_gone(error: Exception, look: Callable[[], bool]) -> bool:
    """Whether a deletion was refused because there is nothing to delete any more.

    IAM is asked before Bedrock looks, and what is gone has no owner tags on which the right depends: the answer may be
    AccessDenied. Then `look` tells, which says whether nothing is found.
    """
    code = code_of(error)
    return code == "ResourceNotFoundException" or (code == "AccessDeniedException" and look())


#: Codes with a 4xx status of which it is not known that nothing took effect, or that another try may end otherwise.
_NOT_REFUSALS = frozenset({"ThrottlingException", "TooManyRequestsException", "RequestTimeoutException"})


def is_refusal(error: Exception) -> bool:
    """Whether a ClientError says that the request was refused for good: nothing happened, and nothing will."""
    response = getattr(error, "response", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return 400 <= status < 500 and status != 429 and code_of(error) not in _NOT_REFUSALS
