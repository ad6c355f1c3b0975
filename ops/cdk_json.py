"""Changes values in a JSON text and leaves every other character as it is: the diff shows the change only."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.errors import UsageError, writing

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def replace_values(text: str, values: Mapping[tuple[str, ...], str | float]) -> str:
    """Return the text with these strings and numbers, by their path of keys.

    Raises:
        UsageError: a path leads to no string and no number.
    """
    for path, value in values.items():
        start, end = _span(text, path)
        if text[start] in "{[" or text[start:end] in ("true", "false", "null"):
            raise UsageError(f"{'.'.join(path)} must be a string, got {text[start:end]}; correct it by hand")
        text = text[:start] + json.dumps(value, ensure_ascii=False) + text[end:]
    return text


def write(path: Path, text: str) -> None:
    """Replace a file as a whole: a crash leaves the old one or the new one, never half of it.

    Raises:
        UnwritableError: the folder may not be written, or the disk is full.
    """
    with writing(path):
        _replace(path, text)


def _replace(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(temporary, path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _span(text: str, path: Sequence[str]) -> tuple[int, int]:
    """Where the value at a path of keys begins and ends."""
    position = _skip(text, 0)
    for depth, key in enumerate(path):
        found = _value(text, position, key)
        if found is None:
            raise UsageError(f"{'.'.join(path[: depth + 1])} is missing; add it by hand, or restore the file from git")
        position = found
    return position, _DECODER.raw_decode(text, position)[1]


def _value(text: str, position: int, wanted: str) -> int | None:
    """Where the value of a key begins in the object at a position, or None."""
    if text[position] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)  # over the colon
        if key == wanted:
            return position
        position = _skip(text, _DECODER.raw_decode(text, position)[1])
        if text[position] == ",":
            position = _skip(text, position + 1)
    return None


def _skip(text: str, position: int) -> int:
    while text[position] in _BLANK:
        position += 1
    return position
