"""Reading records: from a line of a file to an object, to its format, to the conversation in it.

Formats: Bedrock User Guide, 'Prepare your training datasets for fine-tuning and continued pre-training'; Amazon Nova
User Guide, 'Preparing data for fine-tuning understanding models'.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from finetuning.base_model import DataFormat
from finetuning.dataset.conversation import Conversation, Turn, shown
from finetuning.dataset.findings import Flaw

FORMATS: tuple[DataFormat, ...] = get_args(DataFormat)

Record = Mapping[str, Any]

_MOST_KEYS_SHOWN = 5


def parse_line(line: bytes) -> dict[str, Any] | Flaw:
    """Return the object on a line (with or without its line break), or what is wrong with the line."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return Flaw("DS101", "", f"byte {error.start + 1} is not UTF-8")
    if not text.strip():
        return Flaw("DS102", "", "line is empty")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Flaw("DS103", "", f"not JSON at column {error.colno}: {error.msg}")
    except (RecursionError, ValueError):
        return Flaw("DS103", "", "not JSON that can be read: nested too deep, or a number too long")
    if not isinstance(value, dict):
        return Flaw("DS104", "", f"a record must be a JSON object, got {_type(value)}")
    return value


def detect_format(record: Record) -> DataFormat | None:
    """Return the format that a record's keys and content types tell, or None if they fit none.

    Messages whose content is a list of ``{"text": ...}`` blocks are of the Converse family; blocks with a ``type`` are
    Anthropic's.
    """
    if "prompt" in record or "completion" in record:
        return "prompt-completion"
    if "schemaVersion" in record or isinstance(record.get("system"), list):
        return "bedrock-conversation-2024"
    if "messages" not in record:
        return None
    return "bedrock-conversation-2024" if _has_bare_blocks(record["messages"]) else "anthropic-messages"


def read(record: Record, data_format: DataFormat) -> tuple[Conversation | None, list[Flaw]]:
    """Return the conversation in a record of a format, and what is wrong with its keys and types.

    The conversation is None if anything is wrong. An empty system prompt is no system prompt.
    """
    reader = _Reader()
    if data_format == "prompt-completion":
        conversation = reader.prompt_completion(record)
    elif data_format == "anthropic-messages":
        conversation = reader.messages(record)
    else:
        conversation = reader.conversation(record)
    return (None if reader.flaws else conversation), reader.flaws


class _Reader:
    """Reads one record and collects its flaws on the way."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def prompt_completion(self, record: Record) -> Conversation:
        self._keys(record, ("prompt", "completion"), ())
        texts = {key: self._text(record.get(key, ""), key) for key in ("prompt", "completion")}
        return Conversation(
            None, (Turn("user", (texts["prompt"],), "prompt"), Turn("assistant", (texts["completion"],), "completion"))
        )

    def messages(self, record: Record) -> Conversation:
        self._keys(record, ("messages",), ("system",))
        system = self._text(record.get("system", ""), "system")
        turns = [
            Turn(role, (self._text(message.get("content", ""), f"{path}.content"),), f"{path}.content")
            for path, role, message in self._messages(record)
        ]
        return Conversation(Turn("system", (system,), "system") if system else None, tuple(turns))

    def conversation(self, record: Record) -> Conversation:
        self._keys(record, ("messages",), ("schemaVersion", "system"))
        self._text(record.get("schemaVersion", ""), "schemaVersion")
        system = self._blocks(record.get("system", []), "system")
        turns = [
            Turn(role, self._blocks(message.get("content", []), f"{path}.content"), f"{path}.content")
            for path, role, message in self._messages(record)
        ]
        return Conversation(Turn("system", system, "system") if any(system) else None, tuple(turns))

    def _messages(self, record: Record) -> Iterable[tuple[str, str, Record]]:
        for index, message in enumerate(self._list(record.get("messages", []), "messages")):
            path = f"messages[{index}]"
            if not isinstance(message, dict):
                self._wrong_type(path, "an object", message)
                continue
            self._keys(message, ("role", "content"), (), path)
            yield path, self._text(message.get("role", ""), f"{path}.role"), message

    def _blocks(self, value: object, path: str) -> tuple[str, ...]:
        texts = []
        for index, block in enumerate(self._list(value, path)):
            place = f"{path}[{index}]"
            if not isinstance(block, dict):
                self._wrong_type(place, "an object", block)
            elif media := [kind for kind in ("image", "video") if kind in block]:
                self.flaws.append(Flaw("DS206", f"{place}.{media[0]}", f"{media[0]} blocks are not supported"))
            else:
                self._keys(block, ("text",), (), place)
                texts.append(self._text(block.get("text", ""), f"{place}.text"))
        return tuple(texts)

    def _keys(self, record: Record, required: Sequence[str], optional: Sequence[str], path: str = "") -> None:
        allowed = ", ".join((*required, *optional))
        for key in [key for key in record if key not in required and key not in optional][:_MOST_KEYS_SHOWN]:
            self.flaws.append(Flaw("DS201", path, f"unknown key {shown(key)}; allowed: {allowed}"))
        for key in required:
            if key not in record:
                self.flaws.append(Flaw("DS202", path, f"key {key} is missing"))

    def _text(self, value: object, path: str) -> str:
        if isinstance(value, str):
            return value
        self._wrong_type(path, "a string", value)
        return ""

    def _list(self, value: object, path: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self._wrong_type(path, "a list", value)
        return []

    def _wrong_type(self, path: str, wanted: str, value: object) -> None:
        self.flaws.append(Flaw("DS203", path, f"must be {wanted}, got {_type(value)}"))


def _has_bare_blocks(messages: object) -> bool:
    """Return whether a message's content has a block that does not name its type."""
    if not isinstance(messages, list):
        return False
    contents = [message.get("content") for message in messages if isinstance(message, dict)]
    blocks = [block for content in contents if isinstance(content, list) for block in content]
    return any(isinstance(block, dict) and "type" not in block for block in blocks)


def _type(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
