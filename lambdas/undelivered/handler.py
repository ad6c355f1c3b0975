"""Entry point of the dead-letter queue's consumer. It imports no more than it needs to answer (fault A01)."""

from typing import Any

from lambdas.responder.kept import Answers
from lambdas.undelivered.answering import UndeliveredEvents


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Settle a batch of messages, and say which of them stay in the queue."""
    left = UndeliveredEvents(answers=_answers).handle(event.get("Records", []))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in left]}


def _answers() -> Answers:
    from lambdas.gateways.answers_table import AnswersTable
    from lambdas.settings import UndeliveredSettings, load

    return AnswersTable(load(UndeliveredSettings).registry_table_name)
