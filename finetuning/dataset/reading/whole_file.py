"""Files that are wrong as a whole: another encoding, another format, compressed. Told by their first bytes.

Without this every one of their lines would be a finding of its own, and none would say what to do.

Sources of the signatures: RFC 1952, section 2.3.1 (gzip); RFC 8878, section 3.1.1 (Zstandard); PKWARE APPNOTE, section
4.3 (zip); Apache Parquet and Apache Arrow file formats; The Unicode Standard, section 23.8 (byte order mark).
"""

import re

from finetuning.dataset.findings import Flaw

#: How many first bytes of a file ``whole_file_flaw`` wants to see; it makes do with fewer, if the file has no more.
BYTES_WANTED = 4096

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "is compressed with gzip; decompress it: gunzip -c FILE > records.jsonl"),
    (b"PK\x03\x04", "is a zip archive (or a spreadsheet); unpack it: unzip FILE"),
    (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard; decompress it: zstd -d FILE"),
    (b"BZh", "is compressed with bzip2; decompress it: bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "is compressed with xz; decompress it: unxz FILE"),
    (
        b"PAR1",
        "is a Parquet file; write it as JSON Lines: duckdb -c \"COPY (FROM 'FILE') TO 'records.jsonl' (FORMAT json)\"",
    ),
    (b"ARROW1", "is an Arrow file; write it as JSON Lines with the program that made it"),
    (b"SQLite format 3\x00", "is an SQLite database; write its table as JSON Lines"),
    (b"%PDF-", "is a PDF document; training data are records of JSON Lines"),
)
_UTF_32 = "is UTF-32; write it as UTF-8: iconv -f UTF-32 -t UTF-8 FILE > records.jsonl"
_UTF_16 = "is UTF-16; write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > records.jsonl"
_ARRAY = "is one JSON array; write one record per line: jq -c '.[]' FILE > records.jsonl"
_PRETTY = "is pretty-printed JSON; write one record per line: jq -c . FILE > records.jsonl"
_TABLE = "is a table of values separated by {}; write one JSON object per line"
_UTF_8_MARK = b"\xef\xbb\xbf"
_WHITESPACE = b" \t\r\n"
_PRETTY_LINE = re.compile(rb"""\{[^\n]*(?<=[{\[,:])[ \t\r]*\n[ \t\r\n]*[{"]""")
_ARRAY_LINE = re.compile(rb'\[\s*(?:[\[{"]|$)')
_FIELD = rb'"?[A-Za-z_][\w .-]+"?'
_HEADER = re.compile(_FIELD + rb"(?:([,;\t|])" + _FIELD + rb")+\r?\n(?!\{)")
_SEPARATORS = {b",": "commas", b";": "semicolons", b"\t": "tabs", b"|": "bars"}


def whole_file_flaw(first_bytes: bytes) -> Flaw | None:
    """Return what a file is if it is not JSON Lines, and how to convert it; None if it may be JSON Lines.

    Args:
        first_bytes: the beginning of the file, ``BYTES_WANTED`` of it or the whole file if it is shorter.
    """
    found = _signature(first_bytes) or _wide_encoding(first_bytes) or _other_text(first_bytes)
    return Flaw("DS109", "", f"the file {found}") if found else None


def _signature(first: bytes) -> str | None:
    return next((message for magic, message in _SIGNATURES if first.startswith(magic)), None)


def _wide_encoding(first: bytes) -> str | None:
    """Tell UTF-32 and UTF-16 by their byte order mark or, without one, by the NUL bytes around ASCII characters."""
    if first.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return _UTF_32
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _UTF_16
    zeros = [byte == 0 for byte in first[:4]]
    if zeros in ([False, True, True, True], [True, True, True, False]):
        return _UTF_32
    if zeros[:2] in ([False, True], [True, False]):
        return _UTF_16
    return None


def _other_text(first: bytes) -> str | None:
    text = first.removeprefix(_UTF_8_MARK).lstrip(_WHITESPACE)
    if _ARRAY_LINE.match(text):
        return _ARRAY
    if _is_pretty_printed(text):
        return _PRETTY
    header = _HEADER.match(text)
    return _TABLE.format(_SEPARATORS[header[1]]) if header else None


def _is_pretty_printed(text: bytes) -> bool:
    """Tell an object that goes on in the next line: a line that ends within it, and a next one that goes on with a key.

    What goes on with an unindented object is a line that breaks off, before a record: that is a fault of the line.
    """
    found = _PRETTY_LINE.match(text)
    return found is not None and not found[0].endswith(b"\n{")
