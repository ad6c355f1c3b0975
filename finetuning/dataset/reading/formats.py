"""Reading records exactly: from a line of a file to an object, to its format, to the conversation in it.

This is the definition of the rules DS101 to DS305; it is exact and slow. Lines without flaws take the fast lane.
"""

from collections.abc import Callable, Mapping
from typing import get_args

from finetuning.base_model import BaseModel, DataFormat
from finetuning.dataset.conversation import Conversation, Turn, order_flaws, text_flaws
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.json_flaws import json_flaws
from finetuning.dataset.reading.parsing import Record, parse_line
from finetuning.dataset.reading.record_reader import RecordReader

__all__ = ["FORMATS", "Record", "detect_format", "parse_line", "read"]

FORMATS: tuple[DataFormat, ...] = get_args(DataFormat)


def detect_format(record: Record) -> DataFormat | None:
    """Return the format that a record's keys and content types tell, or None if they fit none.

    Messages whose content is a list of ``{"text": ...}`` blocks are of the Converse family; blocks with a ``type`` are
    Anthropic's. A reference answer beside the messages is for a grader, and an input without an output is plain text.
    """
    if "prompt" in record or "completion" in record:
        return "prompt-completion"
    if "schemaVersion" in record or isinstance(record.get("system"), list):
        return "bedrock-conversation-2024"
    if "messages" not in record:
        return "plain-text" if "input" in record and "output" not in record else None
    if "reference_answer" in record:
        return "openai-chat"
    return "bedrock-conversation-2024" if _has_bare_blocks(record["messages"]) else "anthropic-messages"


def read(
    record: Record, data_format: DataFormat, base_model: BaseModel | None = None
) -> tuple[Conversation | None, list[Flaw]]:
    """Return the conversation in a record of a format, and what is wrong with its JSON, keys and types.

    The conversation is None if anything is wrong; then the flaws have also what else can be said of the record: the
    order of its messages and, for a base model, its texts and media. An empty system prompt is no system prompt.

    Args:
        record: from ``parse_line``, or any mapping.
        data_format: the format it is read in.
        base_model: whose rules the texts of a record with flaws are held to; None to leave them.
    """
    reader = RecordReader()
    conversation = _READ[data_format](reader, record)
    flaws = [*json_flaws(record), *reader.flaws]
    if not flaws:
        return conversation, []
    if reader.knows_order:
        flaws.extend(order_flaws(conversation.turns, base_model))
    if base_model is not None:
        unread = reader.unread | {flaw.path for flaw in flaws if flaw.code == "DS205"}
        flaws.extend(text_flaws(_readable(conversation, unread), base_model))
    return None, flaws


def _readable(conversation: Conversation, unread: set[str]) -> Conversation:
    """Return a conversation without the turns that could not be read to their end."""

    def is_whole(turn: Turn) -> bool:
        return not any(path == turn.path or path.startswith(f"{turn.path}[") for path in unread)

    system = conversation.system if conversation.system and is_whole(conversation.system) else None
    return Conversation(system, tuple(turn for turn in conversation.turns if is_whole(turn)))


_READ: Mapping[DataFormat, Callable[[RecordReader, Record], Conversation]] = {
    "anthropic-messages": RecordReader.messages,
    "bedrock-conversation-2024": RecordReader.conversation,
    "prompt-completion": RecordReader.prompt_completion,
    "openai-chat": RecordReader.openai_chat,
    "plain-text": RecordReader.plain_text,
}


def _has_bare_blocks(messages: object) -> bool:
    """Return whether a message's content has a block that does not name its type."""
    if not isinstance(messages, list):
        return False
    contents = [message.get("content") for message in messages if isinstance(message, Mapping)]
    blocks = [block for content in contents if isinstance(content, list) for block in content]
    return any(isinstance(block, Mapping) and "type" not in block for block in blocks)
