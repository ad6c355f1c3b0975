"""Looking for what the fast lane must not meet, at memory speed."""

import json
from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

# JSON's spellings of a character that has a shorter one; the only others are written as they stand.
_LONG_SPELLINGS = (b"\\u", b"\\/")
# Bytes that no JSON has. With patterns that begin with more than three different bytes the library compares the first
# bytes of all patterns with many bytes at once; with fewer it stops at every such byte, which takes five times as long.
_FILLERS = tuple(bytes([byte, byte]) for byte in range(1, 5))
_BEGINNING = 4096


class Scanner:
    """Finds escape sequences that are not the shortest, and strings that are perhaps reserved."""

    def __init__(self, reserved: Iterable[str]) -> None:
        """Make the automaton; ``reserved`` are the strings of a base model.

        They are looked for as JSON spells them, but for a backslash at the beginning: lines are full of these, and a
        string that is found in vain only takes the exact lane.
        """
        spelled = [json.dumps(string, ensure_ascii=False)[1:-1].encode("utf-8") for string in reserved]
        beginnings = [string.removeprefix(b"\\") for string in spelled]
        self._find = _automaton([*_LONG_SPELLINGS, *beginnings]).find_matches_as_indexes
        self._find_reserved = _automaton(beginnings).find_matches_as_indexes

    def has_mark(self, line: bytes | memoryview) -> bool:
        """Return whether there is such a sequence or string in a line.

        Where there is one there are often thousands, which take longer to list than to parse, so the beginning of a
        long line is looked at first.
        """
        if len(line) > _BEGINNING and self._find(line[:_BEGINNING]):
            return True
        return bool(self._find(line))

    def has_reserved(self, spelled: bytes) -> bool:
        """Return whether texts, of which each character is spelled the shortest, perhaps have a reserved string."""
        return bool(self._find_reserved(spelled))


def _automaton(patterns: list[bytes]) -> BytesAhoCorasick:
    return BytesAhoCorasick(
        [*patterns, *_FILLERS], implementation=Implementation.DFA, matchkind=MatchKind.LeftmostFirst
    )
