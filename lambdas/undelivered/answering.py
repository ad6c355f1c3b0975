"""What becomes of an event that was given up: a request is answered FAILED, a hint is dropped, the rest is kept.

What is kept goes to the queue of unanswered messages after a few tries, where an alarm asks a person to look.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from finetuning.errors import FineTuningError
from lambdas import log
from lambdas.responder import answer, kept
from lambdas.responder.delivery import RefusedAnswerError, deliver
from lambdas.responder.request import CustomResourceRequest, parse
from lambdas.undelivered.message import GivenUp, read

_CONDITIONS = {
    "RetriesExhausted": "it failed each time",
    "EventAgeExceeded": "it did not get to it in time",
}


class UndeliveredEvents:
    """Settles messages of the dead-letter queue (faults A01, A07)."""

    def __init__(self, *, answers: kept.OpenAnswers | None, send: Callable[[str, bytes], None] = deliver) -> None:
        """Keep what it works with.

        Args:
            answers: opens the table of the answers that were given; what is there is sent again.
            send: delivers an answer.
        """
        self._answers, self._send = answers, send

    def handle(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """Settle each message by itself and return the ids of those that stay in the queue."""
        return [str(record["messageId"]) for record in records if not self._is_settled(record)]

    def _is_settled(self, record: Mapping[str, Any]) -> bool:
        try:
            self._settle(read(record["body"]))
        except Exception as error:
            # Only our own messages are known to hold no URL.
            known = str(error) if isinstance(error, FineTuningError) else ""
            log.error("not settled", message_id=record["messageId"], error_type=type(error).__name__, error=known)
            return False
        return True

    def _settle(self, given_up: GivenUp) -> None:
        if not given_up.is_request:
            log.warning("hint dropped", source=given_up.event["source"], function=given_up.function)
            return
        request = parse(given_up.event)
        failed = answer.failed(request, request.physical_id or request.allocated_id, _reason(request, given_up))
        # What the function itself answered, if only its delivery failed, wins.
        body = kept.keep(self._answers, request.request_id, failed, limit=None)
        fields = {"request": request.kind, "logical_id": request.logical_id, "physical_id": request.physical_id}
        try:
            self._send(request.response_url, body)
        except RefusedAnswerError:
            log.warning("nobody waits for an answer any more", **fields)
        else:
            log.error("request answered in the function's place", **fields, function=given_up.function)


def _reason(request: CustomResourceRequest, given_up: GivenUp) -> str:
    """What happened, and what to do."""
    why = _CONDITIONS.get(given_up.condition, given_up.condition or "it could not be called")
    last = f"; last error: {given_up.error}" if given_up.error else ""
    again = "delete the stack again" if request.kind == "Delete" else "deploy again; the rollback cleans up"
    return (
        f"the function {given_up.function or 'behind this resource'} did not handle the request: {why}{last}. "
        f"See its log (python -m ops logs), mend the cause, then {again}"
    )
