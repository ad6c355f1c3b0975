"""Writing records in the format in which a base model is trained.

The conversion from prompt and completion to Messages is the script of the AWS article on fine-tuning Claude 3 Haiku
(July 2024), as functions. Keys stand in the documented order, so equal records give equal lines.
"""

import json
from collections.abc import Callable
from typing import Any

from finetuning.base_model import DataFormat
from finetuning.dataset.conversation import Conversation, Turn
from finetuning.dataset.formats import Record, detect_format, read
from finetuning.errors import FineTuningError

CONVERSATION_SCHEMA_VERSION = "bedrock-conversation-2024"


class ConversionError(FineTuningError, ValueError):
    """A record that cannot be converted; the message says why, without the record's text."""


def prompt_completion_to_messages(record: Record, system_prompt: str | None = None) -> dict[str, Any]:
    """Return ``{"prompt", "completion"}`` as ``{"system"?, "messages": [user, assistant]}``; raises ConversionError."""
    return convert(record, "anthropic-messages", source="prompt-completion", system_prompt=system_prompt)


def messages_to_conversation(record: Record) -> dict[str, Any]:
    """Return an Anthropic Messages record as ``bedrock-conversation-2024``, Nova's format; raises ConversionError."""
    return convert(record, "bedrock-conversation-2024", source="anthropic-messages")


def convert(
    record: Record, target: DataFormat, *, source: DataFormat | None = None, system_prompt: str | None = None
) -> dict[str, Any]:
    """Return a record in another format (or tidied, in its own).

    Args:
        record: the record.
        target: the format to write.
        source: the record's format; detected if None.
        system_prompt: given to a record that has none of its own.

    Raises:
        ConversionError: the record is not of its format, or this conversion does not exist.
    """
    source = source or detect_format(record)
    if source is None:
        raise ConversionError("record has no known format; use prompt and completion, or messages")
    if not is_convertible(source, target):
        raise ConversionError(f"{source} cannot be converted to {target}")
    conversation, flaws = read(record, source)
    if conversation is None:
        raise ConversionError("; ".join(f"{flaw.path}: {flaw.message}".removeprefix(": ") for flaw in flaws))
    return write(with_system_prompt(conversation, system_prompt), target)


def is_convertible(source: DataFormat, target: DataFormat) -> bool:
    """Return whether records of one format can be written in another."""
    return target in _TARGETS[source]


def with_system_prompt(conversation: Conversation, system_prompt: str | None) -> Conversation:
    """Return the conversation with this system prompt, unless it has one of its own or the prompt is empty."""
    if not system_prompt or conversation.system is not None:
        return conversation
    return Conversation(Turn("system", (system_prompt,), "system"), conversation.turns)


def write(conversation: Conversation, target: DataFormat) -> dict[str, Any]:
    """Return a conversation as a record of a format that ``is_convertible`` allows."""
    return _WRITERS[target](conversation)


def record_line(record: Record) -> bytes:
    """Return a record as a line of a JSON Lines file: UTF-8, no spaces, a line feed at its end."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8") + b"\n"


def _messages(conversation: Conversation) -> dict[str, Any]:
    system = {"system": conversation.system.texts[0]} if conversation.system else {}
    return system | {"messages": [{"role": turn.role, "content": turn.texts[0]} for turn in conversation.turns]}


def _conversation(conversation: Conversation) -> dict[str, Any]:
    system = {"system": _blocks(conversation.system)} if conversation.system else {}
    messages = [{"role": turn.role, "content": _blocks(turn)} for turn in conversation.turns]
    return {"schemaVersion": CONVERSATION_SCHEMA_VERSION, **system, "messages": messages}


def _blocks(turn: Turn) -> list[dict[str, str]]:
    return [{"text": text} for text in turn.texts]


_WRITERS: dict[DataFormat, Callable[[Conversation], dict[str, Any]]] = {
    "anthropic-messages": _messages,
    "bedrock-conversation-2024": _conversation,
}

# Nova's records may have several text blocks per turn, for which Messages with plain strings has no place.
_TARGETS: dict[DataFormat, tuple[DataFormat, ...]] = {
    "prompt-completion": ("anthropic-messages", "bedrock-conversation-2024"),
    "anthropic-messages": ("anthropic-messages", "bedrock-conversation-2024"),
    "bedrock-conversation-2024": ("bedrock-conversation-2024",),
}
