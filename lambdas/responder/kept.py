"""The answers that were given before: however often a request is delivered, it runs once and gets the same bytes.

Lambda delivers an event again after an error, and now and then for no reason (faults A05, A06, A10). Keeping answers is
a help and no condition: where the table cannot be asked, the request runs again, which is safe, and is answered.
"""

from collections.abc import Callable
from typing import Protocol

from lambdas import log
from lambdas.responder.deadline import OutOfTime, within

#: Enough for a table that is well, and the answer's delivery still fits into `deadline.MARGIN_SECONDS`.
LIMIT_SECONDS = 7.0


class Answers(Protocol):
    """Where answers are kept."""

    def find(self, request_id: str) -> bytes | None:
        """The answer that was kept for a request, or None."""

    def keep(self, request_id: str, body: bytes) -> bytes:
        """Keep an answer unless there is one, and return the one that is kept."""


#: Makes the table inside the guard: what it imports may be missing (fault A01).
OpenAnswers = Callable[[], Answers]


def find(open_answers: OpenAnswers | None, request_id: str, *, limit: float | None) -> bytes | None:
    """The answer that an earlier delivery of the request was given; None also if that cannot be found out."""
    if open_answers is None:
        return None
    try:
        with within(limit):
            return open_answers().find(request_id)
    except (Exception, OutOfTime) as error:
        log.warning("kept answers cannot be read", request_id=request_id, error_type=type(error).__name__)
        return None


def keep(open_answers: OpenAnswers | None, request_id: str, body: bytes, *, limit: float | None) -> bytes:
    """Keep the answer and return the one to send: another delivery of the request may have been faster."""
    if open_answers is None:
        return body
    try:
        with within(limit):
            return open_answers().keep(request_id, body)
    except (Exception, OutOfTime) as error:
        log.warning("answer cannot be kept", request_id=request_id, error_type=type(error).__name__)
        return body
