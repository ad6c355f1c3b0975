"""Writing records in the format in which a base model is trained.

The conversion from prompt and completion to Messages is the script of the AWS article on fine-tuning Claude 3 Haiku
(July 2024), as functions. Keys stand in the documented order, so equal records give equal lines.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from finetuning.base_model import DataFormat
from finetuning.dataset.conversation import PLAIN_TEXT, Conversation, Turn
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import Record, detect_format, read
from finetuning.dataset.reading.redaction import shown
from finetuning.dataset.reading.spelling import SCHEMA_VERSION
from finetuning.errors import FineTuningError


class ConversionError(FineTuningError, ValueError):
    """A record that cannot be converted; the message says why, without the record's text."""


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
        ConversionError: the record is not of its format, or the other format has no place for what it holds.
    """
    source = source or detect_format(record)
    if source is None:
        raise ConversionError("record has no known format; use prompt and completion, or messages")
    conversation, flaws = read(record, source)
    if conversation is not None:
        conversation = prepared(with_system_prompt(conversation, system_prompt), target)
        flaws = list(conversion_flaws(conversation, target))
    if conversation is None or flaws:
        raise ConversionError("; ".join(f"{flaw.path}: {flaw.message}".removeprefix(": ") for flaw in flaws))
    return write(conversation, target)


def convertible(source: DataFormat, target: DataFormat) -> bool:
    """Return whether any record of a format can be written in another one.

    A plain text is no conversation, and what is for a grader has no answer to learn.
    """
    if "plain-text" in (source, target):
        return source == target
    return source != "openai-chat" or target == "openai-chat"


def conversion_flaws(conversation: Conversation, target: DataFormat) -> Iterator[Flaw]:
    """Yield why a conversation cannot be written in a format without losing something of it."""
    is_plain = any(turn.role == PLAIN_TEXT for turn in conversation.turns)
    if is_plain != (target == "plain-text"):
        holds = "plain text holds no question and answer" if is_plain else "plain-text takes one text, not messages"
        yield Flaw("DS107", "", f"{target}: {holds}" if is_plain else holds)
        return
    if conversation.grading is not None and target != "openai-chat":
        keys = ", ".join(map(shown, conversation.grading))
        yield Flaw("DS107", "", f"{target} has no place for what is for a grader: {keys}")
    if target == "openai-chat" and "reference_answer" not in (conversation.grading or ()):
        yield Flaw("DS202", "", "key reference_answer is missing, and there is no answer that could be it")
    if target == "prompt-completion":
        if conversation.system is not None:
            yield Flaw("DS107", "system", f"{target} has no place for a system prompt")
        if [turn.role for turn in conversation.turns] != ["user", "assistant"]:
            turns = len(conversation.turns)
            yield Flaw("DS107", "messages", f"{target} takes one user and one assistant message, got {turns} messages")
    if target == "bedrock-conversation-2024":
        return
    for turn in conversation.all_turns():
        if turn.media:
            yield Flaw("DS107", turn.path, f"{target} has no place for images and videos")
        elif len(turn.texts) != 1:
            yield Flaw("DS107", turn.path, f"{target} takes one text per message, got {len(turn.texts)} text blocks")


def prepared(conversation: Conversation, target: DataFormat) -> Conversation:
    """Return the conversation as a format needs it: the answer becomes what a grader compares the model's own with."""
    last = conversation.turns[-1] if conversation.turns else None
    if target != "openai-chat" or conversation.grading is not None or last is None or last.role != "assistant":
        return conversation
    return replace(conversation, turns=conversation.turns[:-1], grading={"reference_answer": "\n".join(last.texts)})


def with_system_prompt(conversation: Conversation, system_prompt: str | None) -> Conversation:
    """Return the conversation with this system prompt, unless it has one of its own or the prompt is empty."""
    if not system_prompt or conversation.system is not None:
        return conversation
    return replace(conversation, system=Turn("system", (system_prompt,), "system"))


def write(conversation: Conversation, target: DataFormat) -> dict[str, Any]:
    """Return a conversation as a record of a format in which it has no ``conversion_flaws``."""
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
    return {"schemaVersion": SCHEMA_VERSION, **system, "messages": messages}


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"text": text} for text in turn.texts]
    for media in turn.media:
        blocks.insert(media.index, {media.kind: _in_order(media.content)})
    return blocks


def _in_order(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its keys in one order, so that equal records give equal lines."""
    return {key: _in_order(value) if isinstance(value, dict) else value for key, value in sorted(content.items())}


def _prompt_completion(conversation: Conversation) -> dict[str, Any]:
    prompt, completion = conversation.turns
    return {"prompt": prompt.texts[0], "completion": completion.texts[0]}


def _openai_chat(conversation: Conversation) -> dict[str, Any]:
    messages = [{"role": turn.role, "content": turn.texts[0]} for turn in conversation.all_turns()]
    grading = dict(conversation.grading or {})
    reference = grading.pop("reference_answer")
    return {"messages": messages, **_in_order({"reference_answer": reference}), **_in_order(grading)}


def _plain_text(conversation: Conversation) -> dict[str, Any]:
    return {"input": conversation.turns[0].texts[0]}


_WRITERS: dict[DataFormat, Callable[[Conversation], dict[str, Any]]] = {
    "anthropic-messages": _messages,
    "bedrock-conversation-2024": _conversation,
    "prompt-completion": _prompt_completion,
    "openai-chat": _openai_chat,
    "plain-text": _plain_text,
}
