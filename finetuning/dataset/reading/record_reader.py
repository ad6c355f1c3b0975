"""Reading the conversation in a record of each format, noting everything that is wrong with its keys and types.

Formats: Bedrock User Guide, 'Prepare your training datasets for fine-tuning and continued pre-training' and 'Prepare
data for Amazon Nova models' (reinforcement fine-tuning); Amazon Nova User Guide, 'Preparing data for fine-tuning
understanding models'.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from finetuning.dataset.conversation import PLAIN_TEXT, Conversation, Turn
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.media import KINDS, Media
from finetuning.dataset.reading.media_reader import read_media
from finetuning.dataset.reading.parsing import NotJson, Record, type_name
from finetuning.dataset.reading.redaction import redact_member, shown
from finetuning.suggestions import did_you_mean

_MOST_KEYS_SHOWN = 5


class RecordReader:
    """Reads one record and collects its flaws on the way.

    Attributes:
        flaws: what is wrong with keys and types.
        unread: paths of the texts that could not be read; their turns hold an empty text instead.
        knows_order: whether every message and its role could be read.
    """

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self.unread: set[str] = set()
        self.knows_order = True

    def prompt_completion(self, record: Record) -> Conversation:
        """Return ``{"prompt", "completion"}`` as a question and its answer."""
        self._keys(record, ("prompt", "completion"), ())
        prompt, completion = (self._text(record, key, key) for key in ("prompt", "completion"))
        return Conversation(None, (Turn("user", (prompt,), "prompt"), Turn("assistant", (completion,), "completion")))

    def messages(self, record: Record) -> Conversation:
        """Return ``{"system"?, "messages": [{"role", "content"}]}`` of plain strings."""
        self._keys(record, ("messages",), ("system",))
        system = self._text(record, "system", "system")
        turns = [
            Turn(role, (self._text(message, "content", f"{path}.content"),), f"{path}.content")
            for path, role, message in self._messages(record)
        ]
        return Conversation(Turn("system", (system,), "system") if system else None, tuple(turns))

    def conversation(self, record: Record) -> Conversation:
        """Return ``{"schemaVersion"?, "system"?, "messages"}`` of lists of blocks."""
        self._keys(record, ("messages",), ("schemaVersion", "system"))
        self._text(record, "schemaVersion", "schemaVersion")
        system = self._turn("system", record, "system", "system")
        turns = [
            self._turn(role, message, "content", f"{path}.content") for path, role, message in self._messages(record)
        ]
        return Conversation(system if any(system.texts) or system.media else None, tuple(turns))

    def openai_chat(self, record: Record) -> Conversation:
        """Return ``{"messages": [{"role", "content"}], "reference_answer", …}``; all but the messages is for a grader.

        The first message may be the system's.
        """
        self._keys(record, ("messages", "reference_answer"), tuple(record))
        turns = [
            Turn(role, (self._text(message, "content", f"{path}.content"),), f"{path}.content")
            for path, role, message in self._messages(record)
        ]
        system = turns.pop(0) if turns and turns[0].role == "system" else None
        grading = {key: value for key, value in record.items() if key != "messages"}
        return Conversation(system, tuple(turns), grading)

    def plain_text(self, record: Record) -> Conversation:
        """Return ``{"input": text}`` as a text that nobody says."""
        self._keys(record, ("input",), ())
        return Conversation(None, (Turn(PLAIN_TEXT, (self._text(record, "input", "input"),), "input"),))

    def _messages(self, record: Record) -> Iterable[tuple[str, str, Record]]:
        messages = self._list(record, "messages", "messages")
        self.knows_order = "messages" not in self.unread
        for index, message in enumerate(messages):
            path = f"messages[{index}]"
            if not isinstance(message, Mapping):
                self.knows_order = False
                self._wrong_type(path, "an object", message)
                continue
            self._keys(message, ("role", "content"), (), path)
            role = self._text(message, "role", f"{path}.role")
            self.knows_order = self.knows_order and f"{path}.role" not in self.unread
            yield path, role, message

    def _turn(self, role: str, record: Record, key: str, path: str) -> Turn:
        texts: list[str] = []
        media: list[Media] = []
        for index, block in enumerate(self._list(record, key, path)):
            place = f"{path}[{index}]"
            if not isinstance(block, Mapping):
                self._wrong_type(place, "an object", block)
            elif kind := next((kind for kind in KINDS if kind in block), None):
                self._keys(block, (kind,), (), place)
                found = read_media(kind, index, block[kind], f"{place}.{kind}")
                media.append(found) if isinstance(found, Media) else self._unreadable(place, found)
            else:
                self._keys(block, ("text",), (), place)
                texts.append(self._text(block, "text", f"{place}.text"))
        return Turn(role, tuple(texts), path, tuple(media))

    def _keys(self, record: Record, required: Sequence[str], optional: Sequence[str], path: str = "") -> None:
        known = (*required, *optional)
        strange = [key for key in record if key not in known]
        for key in strange[:_MOST_KEYS_SHOWN]:
            message = f"unknown key {shown(key)}; allowed: {', '.join(known)}"
            guess = did_you_mean(key, [name for name in known if name not in record])
            excerpt = redact_member(key, record[key])
            self.flaws.append(Flaw("DS201", path, f"{message}; {guess}" if guess else message, excerpt))
        if len(strange) > _MOST_KEYS_SHOWN:
            rest = len(strange) - _MOST_KEYS_SHOWN
            self.flaws.append(Flaw("DS201", path, f"{rest} more unknown keys; allowed: {', '.join(known)}"))
        for key in required:
            if key not in record:
                self.flaws.append(Flaw("DS202", path, f"key {key} is missing"))
                self.unread.add(f"{path}.{key}" if path else key)

    def _text(self, record: Record, key: str, path: str) -> str:
        value = record.get(key, "")
        if isinstance(value, str):
            return value
        self._wrong_type(path, "a string", value)
        return ""

    def _list(self, record: Record, key: str, path: str) -> list[Any]:
        value = record.get(key, [])
        if isinstance(value, list):
            return value
        self._wrong_type(path, "a list", value)
        return []

    def _wrong_type(self, path: str, wanted: str, value: object) -> None:
        found = [] if isinstance(value, NotJson) else [Flaw("DS203", path, _type_message(wanted, value))]
        self._unreadable(path, found)

    def _unreadable(self, path: str, flaws: list[Flaw]) -> None:
        self.flaws.extend(flaws)
        self.unread.add(path)


def _type_message(wanted: str, value: object) -> str:
    message = f"must be {wanted}, got {type_name(value)}"
    if wanted == "a string" and isinstance(value, list):
        return f"{message}; join the texts of its blocks into one"
    if wanted == "a list" and isinstance(value, str):
        return f'{message}; write [{{"text": "..."}}]'
    return f"{message}; leave the key out" if value is None else message
