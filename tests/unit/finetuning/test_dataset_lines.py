"""Lines come whole, in bounded memory, however the stream gives them."""

import io
from typing import IO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.reading.lines import MAXIMUM_LINE_BYTES, blocks

HAIKU = catalog.find("claude-3-haiku")
GOOD = b'{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}\n'


class Trickle(io.RawIOBase):
    """A stream that gives at most so many bytes at a time, as a network does."""

    def __init__(self, data, size):
        """Keep the data."""
        self._data, self._size = io.BytesIO(data), size

    def readable(self):
        """Return that it can be read."""
        return True

    def readinto(self, buffer):
        """Fill part of the buffer."""
        return self._data.readinto(memoryview(buffer)[: self._size])


@given(st.lists(st.binary(max_size=40)), st.integers(1, 50), st.integers(1, 30))
def test_blocks_hold_whole_lines_and_lose_nothing(pieces, size, chunk):
    """Whatever the sizes of buffer and chunks, and with or without a line feed at the end."""
    data = b"\n".join(pieces)
    found = [bytes(block.buffer[: block.end]) for block in blocks(cast(IO[bytes], Trickle(data, chunk)), size)]
    assert b"".join(found) == data
    assert all(block.endswith(b"\n") for block in found[:-1])


def test_line_that_is_too_long_is_one_finding_and_the_next_is_read():
    """Its rest is thrown away, counted, and held against no other line."""
    data = GOOD + b'{"x": "' + b"a" * (2 * MAXIMUM_LINE_BYTES) + b'"}\n' + GOOD
    dataset = DatasetCheck(HAIKU, "test")
    assert b"".join(dataset.convert(io.BytesIO(data))) == 2 * GOOD
    report = dataset.finish()
    assert [(finding.code, finding.line) for finding in report.findings] == [("DS110", 2)]
    assert (report.records, report.source_bytes) == (3, len(data))


def test_longest_line_is_read():
    """One of exactly the largest size is no finding of DS110."""
    line = GOOD[:-1] + b" " * (MAXIMUM_LINE_BYTES - len(GOOD)) + b"\n"
    dataset = DatasetCheck(HAIKU, "test")
    dataset.validate(io.BytesIO(line + GOOD))
    assert dataset.finish().records == 2
    assert dataset.finish().errors == 0


@pytest.mark.parametrize("tail", [b"", b"\n"])
def test_file_without_line_feeds_ends(tail):
    """An endless line is skipped to the end of the file."""
    dataset = DatasetCheck(HAIKU, "test")
    dataset.validate(io.BytesIO(b"x" * (MAXIMUM_LINE_BYTES + 5) + tail))
    assert dict(dataset.finish().counts) == {"DS110": 1}


def test_byte_order_mark_is_dropped_and_named_once():
    """It is no part of the first record."""
    dataset = DatasetCheck(HAIKU, "test")
    assert b"".join(dataset.convert(io.BytesIO(b"\xef\xbb\xbf" + GOOD + GOOD))) == 2 * GOOD
    assert [(finding.code, finding.line) for finding in dataset.finish().findings] == [("DS108", 1)]


def test_file_that_is_no_json_lines_is_one_finding():
    """Nothing else is said of it, and nothing is written."""
    dataset = DatasetCheck(HAIKU, "training")
    assert b"".join(dataset.convert(io.BytesIO(b"PK\x03\x04" + b"\n" * 100))) == b""
    assert dict(dataset.finish().counts) == {"DS109": 1}


def test_windows_line_ends_are_white_space():
    """Carriage returns change nothing."""
    dataset = DatasetCheck(HAIKU, "test")
    assert b"".join(dataset.convert(io.BytesIO(GOOD.replace(b"\n", b"\r\n") * 2))) == 2 * GOOD
    assert dataset.finish().errors == 0


def test_stream_is_left_open():
    """Who opened it closes it."""
    stream = io.BytesIO(GOOD)
    DatasetCheck(HAIKU, "test").validate(stream)
    assert not stream.closed
