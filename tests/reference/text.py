"""Bytes to text, as the standards have it: UTF-8 of RFC 3629, JSON of RFC 8259, one character at a time."""

import json
from collections.abc import Iterator
from typing import Any

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
JSON_WHITESPACE = b" \t\r\n"


def is_utf8(data: bytes) -> bool:
    """Return whether the bytes are UTF-8: no stray or missing continuation, overlong form, surrogate, or > U+10FFFF.

    Source: RFC 3629, section 4, whose grammar this is.
    """
    at = 0
    while at < len(data):
        first = data[at]
        if first <= 0x7F:
            tail: list[tuple[int, int]] = []
        elif 0xC2 <= first <= 0xDF:
            tail = [(0x80, 0xBF)]
        elif 0xE0 <= first <= 0xEF:
            lowest, highest = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F)}.get(first, (0x80, 0xBF))
            tail = [(lowest, highest), (0x80, 0xBF)]
        elif 0xF0 <= first <= 0xF4:
            lowest, highest = {0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}.get(first, (0x80, 0xBF))
            tail = [(lowest, highest), (0x80, 0xBF), (0x80, 0xBF)]
        else:
            return False
        following = data[at + 1 : at + 1 + len(tail)]
        if len(following) != len(tail):
            return False
        if not all(low <= byte <= high for byte, (low, high) in zip(following, tail, strict=True)):
            return False
        at += 1 + len(tail)
    return True


def lines(data: bytes) -> list[bytes]:
    """Return the lines without their line feed; the last one may lack it."""
    parts = data.split(b"\n")
    return parts[:-1] if parts[-1] == b"" else parts


def parse(line: str) -> tuple[Any, set[str]]:
    """Return the value of a line and what is wrong with it besides grammar: ``DS111``, ``DS205``, ``DS207``.

    Raises:
        ValueError: the line is not JSON.
        RecursionError: it is nested too deep to tell.
    """
    wrong: set[str] = set()

    def remember(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            wrong.add("DS207")
        if any(_halves(key) for key, _ in pairs):
            wrong.add("DS205")
        return dict(pairs)

    def constant(_: str) -> None:
        wrong.add("DS111")

    # The value of a number never matters, and a long one must not be computed.
    value = json.loads(line, object_pairs_hook=remember, parse_constant=constant, parse_int=len, parse_float=len)
    if any(_halves(text) for text in _texts(value)):
        wrong.add("DS205")
    return value, wrong


def _halves(text: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
