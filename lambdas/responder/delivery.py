"""Sends the answer to the pre-signed URL: a few tries, then an error, so that Lambda delivers the event again."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from hashlib import sha256

from finetuning.errors import FineTuningError
from lambdas import log

TRIES = 5
FIRST_PAUSE_SECONDS = 0.5
#: Of one try. All tries with their pauses fit into `deadline.MARGIN_SECONDS`.
TRY_SECONDS = 4.0
#: S3's word for a URL that has expired or is not what was signed; it will not get better (fault A09).
_REFUSALS = (400, 403, 404)


class DeliveryError(FineTuningError):
    """CloudFormation did not take the answer."""


class RefusedAnswerError(DeliveryError):
    """CloudFormation will never take the answer: the URL has expired, so it has one already or has given up."""


def put_once(url: str, body: bytes) -> None:
    """PUT the body to the URL; urllib sends its length in bytes (fault A12).

    Raises:
        OSError, http.client.HTTPException, ValueError: it did not work; urllib.error.HTTPError has the status.
    """
    # The pre-signed URL was signed without a content type; sending one would break the signature.
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})
    with urllib.request.urlopen(request, timeout=TRY_SECONDS):
        pass


def deliver(
    url: str,
    body: bytes,
    *,
    put: Callable[[str, bytes], None] = put_once,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Hand over the same bytes until they are taken; the URL is a credential and appears in no message.

    Faults A08, A09, A10.

    Raises:
        RefusedAnswerError: the URL has expired.
        DeliveryError: every try failed.
    """
    problem = ""
    for attempt in range(TRIES):
        if attempt:
            pause(_pause_seconds(body, attempt))
        try:
            put(url, body)
        except urllib.error.HTTPError as error:
            problem = f"HTTP status {error.code}"
            error.close()
            if error.code in _REFUSALS:
                raise RefusedAnswerError(f"cloudformation refused the answer: {problem}") from None
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            problem = type(error).__name__
        else:
            return
        log.warning("answer not delivered", problem=problem, attempt=attempt + 1)
    raise DeliveryError(f"cloudformation did not take the answer: {problem}")


def _pause_seconds(body: bytes, attempt: int) -> float:
    """Between a half and the whole of 0.5, 1, 2, 4 s: answers that failed together do not come again together.

    What spreads them derives from the answer, never from chance.
    """
    share = sha256(body + bytes([attempt])).digest()[0] / 255
    longest: float = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
    return longest * (1 + share) / 2
