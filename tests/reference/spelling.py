"""JSON as it may be spelt: any white space, order of keys and escapes, repeated keys, half characters."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st


class Pairs(list[tuple[str, Any]]):
    """A JSON object as it is written: its keys may repeat, and have an order."""


def plain(value: Any) -> str:
    """Return the usual spelling of a value."""
    return spelt(value, lambda _: False, lambda: "")


@st.composite
def spellings(draw: st.DrawFn, value: Any) -> str:
    """Return one of the spellings of a value: other spaces, escapes and key order, the same content."""
    if draw(st.booleans()):
        return plain(value)
    order = draw(st.booleans())
    spaces = st.sampled_from(["", "", "", " ", "\t", "\r", "  "])
    escape = draw(st.sampled_from(["never", "always", "sometimes"]))
    choose = {"never": lambda _: False, "always": lambda _: True, "sometimes": lambda _: draw(st.booleans())}[escape]
    return spelt(_reversed(value) if order else value, choose, lambda: draw(spaces))


def _reversed(value: Any) -> Any:
    if isinstance(value, Pairs):
        return Pairs([(key, _reversed(each)) for key, each in reversed(value)])
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def spelt(value: Any, escaped: Callable[[str], bool], space: Callable[[], str]) -> str:
    """Return a value as JSON text.

    Args:
        value: of lists, ``Pairs`` and JSON's simple types.
        escaped: whether a character is written as an escape though it need not be.
        space: the white space between two tokens.
    """
    if isinstance(value, Pairs):
        inner = (f"{_quoted(key, escaped)}{space()}:{space()}{spelt(each, escaped, space)}" for key, each in value)
        return f"{space()}{{{space()}{(space() + ',' + space()).join(inner)}{space()}}}{space()}"
    if isinstance(value, list):
        return f"[{space()}{(space() + ',' + space()).join(spelt(each, escaped, space) for each in value)}{space()}]"
    return _quoted(value, escaped) if isinstance(value, str) else json.dumps(value)


_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _quoted(text: str, escaped: Callable[[str], bool]) -> str:
    return '"' + "".join(_character(each, escaped) for each in text) + '"'


def _character(character: str, escaped: Callable[[str], bool]) -> str:
    if escaped(character):
        units = character.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
    if character in '"\\\n\r\t\b\f':
        return _SHORT[character]
    return f"\\u{ord(character):04x}" if character < " " or "\ud800" <= character <= "\udfff" else character
