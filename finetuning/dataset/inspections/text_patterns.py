"""Finding strings of a known form inside records: one scan for the marks of all forms, then a closer look at each mark.

Nearly all text holds none of the marks, and one Aho-Corasick automaton passes over it at memory speed; a regular
expression is tried only at a mark, anchored and of bounded length, so no text makes it slow. Digits count as ``0`` in
marks, so that a number's form can be one (``000-00-0000``).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, Implementation

_SHAPE = bytes.maketrans(b"123456789", b"000000000")
_PIECE_BYTES = 1 << 16
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


def _anything(value: bytes) -> bool:
    return True


@dataclass(frozen=True)
class TextPattern:
    """One form of string.

    Attributes:
        code: of the rule that a string of this form breaks.
        kind: what it is, for the message.
        marks: strings of which every string of this form holds one, its digits as ``0``.
        form: matches the whole string, from its first byte; group ``value`` is what is secret, if it is not all.
        source: who documents the form.
        counts: whether what matched is one, checksums and documented examples considered.
        before: bytes that may stand before the mark and belong to the string; none if the string begins with its mark.
    """

    code: str
    kind: str
    marks: tuple[bytes, ...]
    form: re.Pattern[bytes]
    source: str
    counts: Callable[[bytes], bool] = _anything
    before: bytes = b""


@dataclass(frozen=True)
class Found:
    """A string that was found: which form it has, where it begins in the record, and how many bytes it has."""

    pattern: TextPattern
    start: int
    length: int


class TextScanner:
    """Finds the strings of several forms in one pass."""

    def __init__(self, patterns: Sequence[TextPattern]) -> None:
        pairs = [(mark, pattern) for pattern in patterns for mark in pattern.marks]
        self._patterns = [pattern for _, pattern in pairs]
        self._overlap = max(len(mark) for mark, _ in pairs) - 1
        # A DFA is three times as fast as what the library would choose for so many marks, and here takes 0.3 MB.
        self._automaton = BytesAhoCorasick([mark for mark, _ in pairs], implementation=Implementation.DFA)

    def find(self, record: bytes) -> Iterator[Found]:
        """Yield what is found in a canonical line, in order; never two that overlap."""
        free = 0
        for number, mark in self._marks(record.translate(_SHAPE)):
            pattern = self._patterns[number]
            match = _look(record, mark, pattern) if mark >= free else None
            if match is None or match.start() < free:
                continue
            free = match.end()  # also if it does not count: a part of an example is no finding
            if pattern.counts(match[0]):
                group = "value" if "value" in pattern.form.groupindex else 0
                yield Found(pattern, match.start(group), len(match[group]))

    def _marks(self, shape: bytes) -> Iterator[tuple[int, int]]:
        """Yield the number of each mark and where it begins; piece by piece, because a text may be all marks."""
        view = memoryview(shape)
        for begin in range(0, len(shape), _PIECE_BYTES):
            piece = view[begin : begin + _PIECE_BYTES + self._overlap]
            for number, mark, _ in self._automaton.find_matches_as_indexes(piece):
                if mark < _PIECE_BYTES:
                    yield number, begin + mark


def _look(record: bytes, mark: int, pattern: TextPattern) -> re.Match[bytes] | None:
    start = _start(record, mark, pattern.before)
    return None if _inside_word(record, start) else pattern.form.match(record, start)


_FARTHEST_BEFORE = 64


def _start(record: bytes, mark: int, before: bytes) -> int:
    """Return where the string begins that has its mark at ``mark``."""
    head = record[max(0, mark - _FARTHEST_BEFORE) : mark]
    start = mark - (len(head) - len(head.rstrip(before))) if before else mark
    return start + 1 if start < mark and _escaped(record, start) else start


def _inside_word(record: bytes, start: int) -> bool:
    return start > 0 and record[start - 1] in _WORD and not _escaped(record, start - 1)


def _escaped(record: bytes, place: int) -> bool:
    r"""Return whether a byte is the letter of a JSON escape, as in ``\n``: an odd number of backslashes before it."""
    head = record[max(0, place - _FARTHEST_BEFORE) : place]
    return (len(head) - len(head.rstrip(b"\\"))) % 2 == 1
