"""From a line of a file to a JSON object, strictly.

Python's reader takes more than JSON (RFC 8259): it keeps the last of several equal keys, and knows NaN and Infinity.
Both are remembered here, so that they can be reported with their place (see ``json_flaws``).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.redaction import redact_around

Record = Mapping[str, Any]

#: No format nests deeper than eight levels; what a Python's reader can nest depends on its version.
DEEPEST = 64

_WHITESPACE = " \t\r\n"
_TOO_DEEP = f"nested deeper than {DEEPEST} levels"
_LONGEST_INTEGER = 18
_TRAILING_COMMA = re.compile(r",[ \t\r\n]*[}\]]")
_WORDS = re.compile(r"(True|False|None|undefined|NULL|Null|TRUE|FALSE)\b")


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its keys were repeated; the last value of each is kept."""

    repeated: tuple[str, ...] = ()


class NotJson(float):
    """NaN, Infinity or -Infinity, which Python's reader takes for numbers."""


def parse_line(line: bytes) -> JsonObject | Flaw:
    """Return the object on a line (with or without its line break), or what is wrong with the line.

    The object may still hold what JSON forbids or leaves open; ``read`` reports it.
    """
    try:
        text = line.decode("utf-8").rstrip(_WHITESPACE)
    except UnicodeDecodeError as error:
        return Flaw("DS101", "", f"byte {error.start + 1} is not UTF-8 (0x{line[error.start]:02x}, {error.reason})")
    if not text:
        return Flaw("DS102", "", "line is empty")
    try:
        value = _decoder().decode(text)
    except json.JSONDecodeError as error:
        return _not_json(error, cut_off=not line.endswith(b"\n"))
    except RecursionError:
        return Flaw("DS103", "", _TOO_DEEP)
    if isinstance(value, NotJson):
        return Flaw("DS111", "", "the line is NaN or Infinity, which JSON does not have")
    if not isinstance(value, JsonObject):
        return Flaw("DS104", "", f"a record must be a JSON object, got {type_name(value)}")
    return Flaw("DS103", "", _TOO_DEEP) if _is_too_deep(value) else value


def type_name(value: object) -> str:
    """Return the JSON type of a value, with its article."""
    if value is None or isinstance(value, NotJson):
        return "null" if value is None else "NaN or Infinity"
    names = {bool: "a boolean", str: "a string", list: "a list"}
    return "an object" if isinstance(value, Mapping) else names.get(type(value), "a number")


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=NotJson, parse_int=_integer)


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        found.repeated = tuple(key for key in found if keys.count(key) > 1)
    return found


def _integer(digits: str) -> int | float:
    """Return a number; Python refuses to read a long integer, though JSON sets no limit and no format has a number."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _is_too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in inner for value in values]
    return any(isinstance(value, dict | list) for value in level)


def _not_json(error: json.JSONDecodeError, *, cut_off: bool) -> Flaw:
    text, position = error.doc, error.pos
    at_end = position == len(text) or error.msg.startswith("Unterminated string")
    said = error.msg.removesuffix(" at").removesuffix(" starting")
    message = f"not JSON at column {position + 1}: {said[0].lower()}{said[1:]}"
    if at_end and cut_off:
        message = f"the record breaks off at column {len(text) + 1}, without a line feed; the file may be cut off"
    elif hint := _hint(text, position):
        message = f"{message}; {hint}"
    return Flaw("DS103", "", message, redact_around(text, position))


def _hint(text: str, position: int) -> str:
    """Return what a writer usually did to get this error; empty if it is none of the usual ones."""
    here, before = text[position : position + 1], text[:position].rstrip(_WHITESPACE)[-1:]
    if here and here in "“”„‘’":
        return 'typographic quotation marks; write straight ones (")'
    if here == "'":
        return 'single quotation marks; JSON has double ones (")'
    if (here in ("}", "]") and before == ",") or _TRAILING_COMMA.match(text, position):
        return "a comma before the closing bracket; remove it"
    if _WORDS.match(text, position):
        return "JSON writes true, false and null"
    if "\x00" <= here < " ":
        return "a raw line break, tab or control character in a text; write it as an escape such as \\n"
    if here == "," and before == "}":
        return "a comma after the record; remove it, a line feed separates records"
    if here == "{" and before == "}":
        return "a second record on the line; put each on a line of its own"
    return ""
