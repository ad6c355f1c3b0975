"""Sends the answer to the pre-signed URL: a few tries, then an error, so that Lambda delivers the event again."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from finetuning.errors import FineTuningError
from lambdas import log

TRIES = 5
FIRST_PAUSE_SECONDS = 0.5


class DeliveryError(FineTuningError):
    """CloudFormation did not take the answer."""


def deliver(url: str, body: bytes, *, pause: Callable[[float], None] = time.sleep) -> None:
    """PUT the body to the URL, which is a credential and appears in no message (faults A08, A09, A10).

    Raises:
        DeliveryError: every try failed, or the URL has expired.
    """
    problem = ""
    for attempt in range(TRIES):
        if attempt:
            pause(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            _put(url, body)
        except urllib.error.HTTPError as error:
            problem = f"HTTP status {error.code}"
            if error.code in {400, 403, 404}:
                break
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            problem = type(error).__name__
        else:
            return
        log.warning("answer not delivered", problem=problem, attempt=attempt + 1)
    raise DeliveryError(f"cloudformation did not take the answer: {problem}")


def _put(url: str, body: bytes) -> None:
    # The pre-signed URL was signed without a content type; sending one would break the signature.
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})
    with urllib.request.urlopen(request, timeout=10):
        pass
