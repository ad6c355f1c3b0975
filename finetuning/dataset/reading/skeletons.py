"""Records decoded as far as the fast lane needs: keys and roles checked, the texts left as they are spelled.

msgspec checks the JSON, the keys and the types in one pass, without making a string of any text. What it does not see:
a repeated key, whether a text left alone is a string at all, and bytes that are not UTF-8.
"""

from typing import Literal

from msgspec import Raw, Struct

from finetuning.base_model import DataFormat
from finetuning.dataset.reading.spelling import SCHEMA_VERSION

#: Longer conversations take the exact lane.
MOST_TURNS = 32
#: Added to the kind of a record that states its schema version.
VERSION = 64

#: The kind of a record, and its texts as JSON spells them, the system prompt first; perhaps they are no strings.
#: The kind is the number of texts: it is odd if there is a system prompt, since the number of turns is even.
Texts = tuple[int, tuple[memoryview, ...] | list[memoryview]]

#: A record whose roles do not alternate as they must.
REFUSED: Texts = (0, ())

_ABSENT = Raw(b"absent")
_ALTERNATING = {turns: ["user", "assistant"] * (turns // 2) for turns in range(2, MOST_TURNS + 1, 2)}


class PromptCompletion(Struct, forbid_unknown_fields=True, gc=False):
    """A record of ``prompt-completion``."""

    prompt: Raw
    completion: Raw

    def texts(self) -> Texts:
        """Return the kind of the record and its texts."""
        return 2, (memoryview(self.prompt), memoryview(self.completion))


class _Turn(Struct, forbid_unknown_fields=True, gc=False):
    role: Literal["user", "assistant"]
    content: Raw


class Messages(Struct, forbid_unknown_fields=True, gc=False):
    """A record of ``anthropic-messages``."""

    messages: list[_Turn]
    system: Raw = _ABSENT

    def texts(self) -> Texts:
        """Return the kind of the record and its texts; most have two turns, and every statement counts."""
        messages = self.messages
        if len(messages) == 2:
            first, second = messages
            if first.role != "user" or second.role != "assistant":
                return REFUSED
            if self.system is _ABSENT:
                return 2, (memoryview(first.content), memoryview(second.content))
            return 3, (memoryview(self.system), memoryview(first.content), memoryview(second.content))
        if [turn.role for turn in messages] != _ALTERNATING.get(len(messages)):
            return REFUSED
        system = [] if self.system is _ABSENT else [self.system]
        texts = [memoryview(text) for text in [*system, *[turn.content for turn in messages]]]
        return len(texts), texts


class _Block(Struct, forbid_unknown_fields=True, gc=False):
    text: Raw


class _BlockTurn(Struct, forbid_unknown_fields=True, gc=False):
    role: Literal["user", "assistant"]
    content: tuple[_Block]


class BlockConversation(Struct, forbid_unknown_fields=True, gc=False, rename={"schema_version": "schemaVersion"}):
    """A record of ``bedrock-conversation-2024`` with one text block in each message."""

    messages: list[_BlockTurn]
    system: tuple[_Block] | None = None
    schema_version: str | None = None

    def texts(self) -> Texts:
        """Return the kind of the record and its texts."""
        messages = self.messages
        if [turn.role for turn in messages] != _ALTERNATING.get(len(messages)):
            return REFUSED
        texts = [memoryview(turn.content[0].text) for turn in messages]
        if self.system is not None:
            texts.insert(0, memoryview(self.system[0].text))
        if self.schema_version is None:
            return len(texts), texts
        return (len(texts) + VERSION, texts) if self.schema_version == SCHEMA_VERSION else REFUSED


Skeleton = PromptCompletion | Messages | BlockConversation

SKELETONS: dict[DataFormat, type[Skeleton]] = {
    "prompt-completion": PromptCompletion,
    "anthropic-messages": Messages,
    "bedrock-conversation-2024": BlockConversation,
}

#: The fewest bytes that a repeated key adds to a record: the shortest key whose value is left alone, with the shortest
#: value and a comma, as in ``"system":0,``.
REPEATED_KEY_BYTES: dict[DataFormat, int] = {
    "prompt-completion": len(b'"prompt":0,'),
    "anthropic-messages": len(b'"system":0,'),
    "bedrock-conversation-2024": len(b'"text":0,'),
}
