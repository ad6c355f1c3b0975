"""Bytes that are not the text they should be."""

import gzip

from tests.data.broken.case import QA, Case, line, one, pair

GOOD = line(QA)
ARRAY = b'[\n{"prompt": "Q", "completion": "A"},\n{"prompt": "R", "completion": "B"}\n]\n'
PRETTY = b'{\n  "prompt": "Q",\n  "completion": "A"\n}\n'


def _bytes(name: str, content: bytes) -> Case:
    data = GOOD + b'{"prompt": "' + content + b'", "completion": "A"}\n'
    return one(name, data, ("DS101", 2, ""))


ENCODING = (
    one("byte order mark", b"\xef\xbb\xbf" + GOOD, ("DS108", 1, "")),
    one(
        "byte order mark and nothing else wrong in CRLF",
        b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"),
        ("DS108", 1, ""),
    ),
    one(
        "byte order mark at the beginning of the second line", GOOD + b"\xef\xbb\xbf" + pair("R", "B"), ("DS103", 2, "")
    ),
    one("two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD, ("DS108", 1, ""), ("DS103", 1, "")),
    _bytes("invalid byte", b"\xff"),
    _bytes("Latin-1", "é".encode("latin-1")),
    _bytes("stray continuation byte", b"\x80"),
    _bytes("missing continuation byte", b"\xe5\xad"),
    _bytes("overlong slash", b"\xc0\xaf"),
    _bytes("overlong three bytes", b"\xe0\x80\xaf"),
    _bytes("overlong NUL, as Java's modified UTF-8 has it", b"\xc0\x80"),
    _bytes("surrogate in UTF-8, as CESU-8 has it", b"\xed\xa0\xbd\xed\xb9\x82"),
    _bytes("above U+10FFFF", b"\xf4\x90\x80\x80"),
    _bytes("first byte of a form with five", b"\xf8\x88\x80\x80\x80"),
    one("invalid bytes between records", GOOD + b"\xfe\xff\n" + pair("R", "B"), ("DS101", 2, "")),
    one("UTF-16 with a mark", (GOOD * 2).decode().encode("utf-16"), ("DS109", None, "")),
    one("UTF-16, big end first, with a mark", b"\xfe\xff" + GOOD.decode().encode("utf-16-be"), ("DS109", None, "")),
    one("UTF-16 without a mark", GOOD.decode().encode("utf-16-le"), ("DS109", None, "")),
    one("UTF-16, big end first, without a mark", GOOD.decode().encode("utf-16-be"), ("DS109", None, "")),
    one("UTF-32", GOOD.decode().encode("utf-32"), ("DS109", None, "")),
    one("UTF-32 without a mark", GOOD.decode().encode("utf-32-le"), ("DS109", None, "")),
    one("gzip", gzip.compress(GOOD, mtime=0), ("DS109", None, "")),
    one("zip", b"PK\x03\x04" + bytes(30), ("DS109", None, "")),
    one("Parquet", b"PAR1" + bytes(30), ("DS109", None, "")),
    one("NUL byte within a text", GOOD + b'{"prompt": "a\x00b", "completion": "A"}\n', ("DS103", 2, "")),
    one("NUL bytes after the last record", GOOD + bytes(8), ("DS103", 2, "")),
    one("lone surrogate escape", GOOD + b'{"prompt": "\\ud83d", "completion": "A"}\n', ("DS205", 2, "prompt")),
    one("low surrogate first", GOOD + b'{"prompt": "\\ude42\\ud83d", "completion": "A"}\n', ("DS205", 2, "prompt")),
    one("surrogate and a letter", GOOD + b'{"prompt": "Q", "completion": "\\ud83dx"}\n', ("DS205", 2, "completion")),
    one(
        "lone surrogate in a message",
        b'{"messages": [{"role": "user", "content": "\\udfff"}, {"role": "assistant", "content": "A"}]}\n',
        ("DS205", 1, "messages[0].content"),
    ),
    one("JSON array", ARRAY, ("DS109", None, "")),
    one("JSON array on one line", b'[{"prompt": "Q", "completion": "A"}]\n', ("DS109", None, "")),
    one("pretty-printed record", PRETTY * 2, ("DS109", None, "")),
    one("comma-separated values", b"prompt,completion\nQ,A\nR,B\n", ("DS109", None, "")),
)
