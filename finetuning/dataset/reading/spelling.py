"""How the records of each format are spelled: what stands between their texts, and how many bytes that takes."""

from dataclasses import dataclass

from finetuning.base_model import DataFormat

Bytes = bytes | memoryview

SCHEMA_VERSION = "bedrock-conversation-2024"


@dataclass(frozen=True)
class Spelling:
    """One spelling of the records of a format: the parts around the JSON literals of the texts.

    Attributes:
        start: up to the first turn's text, without a system prompt.
        start_system: up to the system prompt's text; empty if the format has no place for one.
        after_system: from there to the first turn's text.
        to_assistant: from a user's text to the answer.
        to_user: from an answer to the user's next text; empty if the format takes two turns only.
        end: after the last text; no line feed.
    """

    start: bytes
    start_system: bytes
    after_system: bytes
    to_assistant: bytes
    to_user: bytes
    end: bytes

    def template(self, turns: int, *, system: bool) -> tuple[bytes, ...]:
        """Return the parts of a record with empty texts, every second part a text; none if it cannot be spelled so.

        Args:
            turns: how many; the user and the assistant speak in turn.
            system: whether there is a system prompt; it is the first text.
        """
        if turns < 2 or (turns > 2 and not self.to_user) or (system and not self.start_system):
            return ()
        parts = [self.start_system, b"", self.after_system] if system else [self.start]
        for turn in range(turns):
            parts += (b"", self.to_user if turn % 2 else self.to_assistant)
        return (*parts[:-1], self.end)


_DEFAULT: dict[DataFormat, Spelling] = {
    "prompt-completion": Spelling(b'{"prompt": ', b"", b"", b', "completion": ', b"", b"}"),
    "anthropic-messages": Spelling(
        b'{"messages": [{"role": "user", "content": ',
        b'{"system": ',
        b', "messages": [{"role": "user", "content": ',
        b'}, {"role": "assistant", "content": ',
        b'}, {"role": "user", "content": ',
        b"}]}",
    ),
    "bedrock-conversation-2024": Spelling(
        b'{"schemaVersion": "bedrock-conversation-2024", "messages": [{"role": "user", "content": [{"text": ',
        b'{"schemaVersion": "bedrock-conversation-2024", "system": [{"text": ',
        b'}], "messages": [{"role": "user", "content": [{"text": ',
        b'}]}, {"role": "assistant", "content": [{"text": ',
        b'}]}, {"role": "user", "content": [{"text": ',
        b"}]}]}",
    ),
}


_VERSION = b'"schemaVersion": "bedrock-conversation-2024", '


def default_spelling(data_format: DataFormat, *, version: bool = True) -> Spelling:
    """Return the spelling of Python's ``json.dumps``, with a space after each comma and colon.

    Args:
        data_format: whose records are spelled.
        version: whether a record states its schema version, where the format has one.
    """
    return _DEFAULT[data_format] if version else _each(_DEFAULT[data_format], _VERSION, b"")


def compact_spelling(data_format: DataFormat, *, version: bool = True) -> Spelling:
    """Return the spelling without spaces, in which records are written; with the same keys, none is shorter."""
    return _each(default_spelling(data_format, version=version), b" ", b"")


def _each(spelling: Spelling, old: bytes, new: bytes) -> Spelling:
    parts = (
        spelling.start,
        spelling.start_system,
        spelling.after_system,
        spelling.to_assistant,
        spelling.to_user,
        spelling.end,
    )
    return Spelling(*(part.replace(old, new) for part in parts))
