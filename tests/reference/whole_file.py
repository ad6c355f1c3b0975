"""Files that are no JSON Lines as a whole: told by their first bytes, or by being one JSON text over several lines."""

import json
from typing import Literal

from tests.reference.text import BYTE_ORDER_MARK, JSON_WHITESPACE, is_utf8, lines

#: First bytes of gzip, zip, Apache Parquet, and the byte order marks of UTF-16 and UTF-32.
FIRST_BYTES = (b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def is_something_else(data: bytes) -> Literal["yes", "no", "open"]:
    """Return whether a file is something else than JSON Lines; open where only a guess tells."""
    if data.startswith(FIRST_BYTES):
        return "yes"
    text = data.removeprefix(BYTE_ORDER_MARK)
    if b"\x00" in text[:4]:
        return "open"
    full = [line for line in lines(text) if line.strip(JSON_WHITESPACE)]
    if full and (full[0].lstrip(JSON_WHITESPACE).startswith(b"[") or not _is_json(full[0])):
        return "open"
    return "no"


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line) if is_utf8(line) else None
    except (ValueError, RecursionError):
        return False
    return is_utf8(line)
