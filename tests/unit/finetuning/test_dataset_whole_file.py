"""A file that is something else is one finding, which says what it is and how to convert it."""

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.whole_file import BYTES_WANTED, whole_file_flaw

RECORDS = [{"prompt": "Q", "completion": "A"}, {"prompt": "é", "completion": "B"}]
LINES = "".join(json.dumps(record) + "\n" for record in RECORDS)


def zipped():
    """Return a zip archive with the lines in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # Without the time of day, which would get into the test's name: pytest-xdist wants the same in every process.
        archive.writestr(zipfile.ZipInfo("records.jsonl"), LINES)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(LINES.encode(), mtime=0), ["gzip", "gunzip -c"]),
        (zipped(), ["zip archive", "unzip"]),
        (b"\x28\xb5\x2f\xfd\x04\x00", ["Zstandard", "zstd -d"]),
        (b"BZh91AY&SY", ["bzip2", "bunzip2"]),
        (b"\xfd7zXZ\x00\x00", ["xz", "unxz"]),
        (b"PAR1\x15\x04", ["Parquet", "duckdb"]),
        (b"ARROW1\x00\x00", ["Arrow"]),
        (b"SQLite format 3\x00\x10", ["SQLite"]),
        (b"%PDF-1.7\n", ["PDF"]),
        (LINES.encode("utf-16"), ["UTF-16", "iconv -f UTF-16"]),
        (b"\xfe\xff" + LINES.encode("utf-16-be"), ["UTF-16", "iconv -f UTF-16"]),
        (LINES.encode("utf-16-le"), ["UTF-16", "iconv -f UTF-16"]),
        (LINES.encode("utf-16-be"), ["UTF-16", "iconv -f UTF-16"]),
        (LINES.encode("utf-32"), ["UTF-32", "iconv -f UTF-32"]),
        (b"\x00\x00\xfe\xff" + LINES.encode("utf-32-be"), ["UTF-32", "iconv -f UTF-32"]),
        (LINES.encode("utf-32-le"), ["UTF-32", "iconv -f UTF-32"]),
        (LINES.encode("utf-32-be"), ["UTF-32", "iconv -f UTF-32"]),
        (json.dumps(RECORDS).encode(), ["one JSON array", "jq -c '.[]'"]),
        (json.dumps(RECORDS, indent=2).encode(), ["one JSON array", "jq -c '.[]'"]),
        (b"[\n", ["one JSON array"]),
        (b"[", ["one JSON array"]),
        (b"\xef\xbb\xbf \r\n[\n{", ["one JSON array"]),
        (b'[["Q","A"]]', ["one JSON array"]),
        (b'["Q","A"]', ["one JSON array"]),
        (json.dumps(RECORDS[0], indent=2).encode(), ["pretty-printed", "jq -c ."]),
        (json.dumps(RECORDS[0], indent=0).encode(), ["pretty-printed", "jq -c ."]),
        (json.dumps(RECORDS[0], indent="\t").replace("\n", "\r\n").encode(), ["pretty-printed"]),
        (b'{"prompt": "Q",\n "completion": "A"}\n', ["pretty-printed"]),
        (b'{"messages": [\n    {"role": "user",', ["pretty-printed"]),
        (b'{"messages":\n  [', []),
        (b"prompt,completion\nQ,A\n", ["separated by commas"]),
        (b'"prompt";"completion"\r\n"Q";"A"\r\n', ["separated by semicolons"]),
        (b"prompt\tcompletion\nQ\tA\n", ["separated by tabs"]),
        (b"prompt|completion text|id_1\nQ|A\n", ["separated by bars"]),
    ],
)
def test_file_that_is_something_else_is_told_with_the_way_to_convert_it(content, words):
    """The message names what the file is, and a command."""
    flaw = whole_file_flaw(content[:BYTES_WANTED])
    if not words:
        assert flaw is None
        return
    assert flaw == Flaw("DS109", "", flaw.message if flaw else "")
    assert flaw.message.startswith("the file is ")
    assert all(word in flaw.message for word in words), flaw.message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{",
        b"{}",
        b"{}\n",
        b"{ }\n{}\n",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf{}\n",
        LINES.encode(),
        b"\n\n" + LINES.encode(),
        b'{"prompt": "Q"},\n{"prompt": "R"}\n',
        b'{"prompt": "Q",\n{"prompt": "R"}\n',
        b'{"prompt": "\n"R"}\n',
        b'{"messages": [\n{"role": "user"}]}\n',
        b"[1, 2]\n",
        b"[]\n{}\n",
        b"null\n",
        b"hello\nworld\n",
        b"hello, world\n",
        b"prompt,completion",
        b'prompt,completion\n{"prompt": "Q"}\n',
        b"1,2\n3,4\n",
        b"\x00",
        b"a\x00b\x00"[:1],
        b"\x1f",
        b"\xe9\n",
        b"P\n",
    ],
)
def test_file_that_may_be_json_lines_is_read_on(content):
    """Faults of single lines are those lines'."""
    assert whole_file_flaw(content) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x1f\x8b\x08", "is compressed with gzip; decompress it: gunzip -c FILE > records.jsonl"),
        (b"PK\x03\x04", "is a zip archive (or a spreadsheet); unpack it: unzip FILE"),
        (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard; decompress it: zstd -d FILE"),
        (b"BZh", "is compressed with bzip2; decompress it: bunzip2 FILE"),
        (b"\xfd7zXZ\x00", "is compressed with xz; decompress it: unxz FILE"),
        (
            b"PAR1",
            "is a Parquet file; write it as JSON Lines: "
            "duckdb -c \"COPY (FROM 'FILE') TO 'records.jsonl' (FORMAT json)\"",
        ),
        (b"ARROW1", "is an Arrow file; write it as JSON Lines with the program that made it"),
        (b"SQLite format 3\x00", "is an SQLite database; write its table as JSON Lines"),
        (b"%PDF-", "is a PDF document; training data are records of JSON Lines"),
        (b"\xff\xfe\x00\x00", "is UTF-32; write it as UTF-8: iconv -f UTF-32 -t UTF-8 FILE > records.jsonl"),
        (b"\xff\xfe", "is UTF-16; write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > records.jsonl"),
        (b"[\n{", "is one JSON array; write one record per line: jq -c '.[]' FILE > records.jsonl"),
        (b'{\n"a"', "is pretty-printed JSON; write one record per line: jq -c . FILE > records.jsonl"),
        (b"prompt,completion\n", "is a table of values separated by commas; write one JSON object per line"),
    ],
)
def test_message_is_a_sentence_with_a_command(content, message):
    """Word by word, because a command with a wrong letter helps nobody."""
    flaw = whole_file_flaw(content)
    assert flaw is not None
    assert flaw.message == f"the file {message}"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(st.text(max_size=8), values, max_size=4), min_size=1, max_size=4), st.booleans())
def test_json_lines_are_never_taken_for_something_else(records, is_ascii):
    """Whatever records hold, and wherever their first bytes end."""
    content = "".join(json.dumps(record, ensure_ascii=is_ascii) + "\n" for record in records).encode()
    assert whole_file_flaw(content) is None
    assert all(whole_file_flaw(content[:end]) is None for end in range(0, len(content), 7))


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content):
    """First bytes may be anything."""
    flaw = whole_file_flaw(content)
    assert flaw is None or flaw.code == "DS109"
