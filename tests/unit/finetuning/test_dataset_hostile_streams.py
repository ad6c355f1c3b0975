"""Streams that dribble, break off, never end a line, or have far too many lines."""

import gzip
import io
import tracemalloc
from dataclasses import replace
from typing import IO, cast

import pytest

from finetuning import catalog
from finetuning.dataset.gate import Gate
from tests.data.broken.case import good, messages, pair

HAIKU = catalog.find("claude-3-haiku")
MIB = 1024**2


class Stream(io.RawIOBase):
    """Gives the bytes of a piece again and again, a few at a time, and fails or ends after so many."""

    def __init__(self, piece: bytes, size: int | None = None, step: int = MIB, error: OSError | None = None) -> None:
        self.piece, self.size, self.step, self.error = piece, len(piece) if size is None else size, step, error
        self.given = self.largest_request = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.largest_request = max(self.largest_request, len(buffer))
        count = min(len(buffer), self.step, self.size - self.given)
        if count == 0 and self.error:
            raise self.error
        for at in range(0, count, len(self.piece) or 1):
            start = (self.given + at) % len(self.piece)
            part = (self.piece[start:] + self.piece[:start])[: count - at]
            buffer[at : at + len(part)] = part
        self.given += count
        return count


def checked(stream, *, split="test", base_model=HAIKU, inspections=()):
    """Return the report on one stream, what was written, and the peak of memory in bytes."""
    gate = Gate(base_model, inspections=inspections)
    tracemalloc.start()
    written = sum(len(lines) for lines in gate.check(split, stream))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return gate.report().splits[0], written, peak


def places(report):
    """Return code, line and path of the findings."""
    return [(finding.code, finding.line, finding.path) for finding in report.findings]


FILES = {
    "good": good(3),
    "good, in CRLF, without an end": good(3).replace(b"\n", b"\r\n")[:-2],
    "broken": pair("Q", "A") + b"{\n\n\xff\n" + messages(("user", "Q"), ("user", "é🙂")),
    "truncated": pair("Q", "A")[:-5],
    "byte order mark": b"\xef\xbb\xbf" + good(2),
    "UTF-16": good(1).decode().encode("utf-16"),
    "gzip": gzip.compress(good(3), mtime=0),
    "array": b'[\n{"prompt": "Q", "completion": "A"}\n]\n',
    "pretty-printed": b'{\n  "prompt": "Q",\n  "completion": "A"\n}\n',
    "empty": b"",
}


@pytest.mark.parametrize("step", [1, 2, 3, 7, 4096])
@pytest.mark.parametrize("name", FILES)
def test_stream_that_dribbles_gives_the_same_findings(name, step):
    """How many bytes a read gives is the network's affair and changes nothing."""
    at_once, _, _ = checked(io.BytesIO(FILES[name]))
    dribbling, _, _ = checked(Stream(FILES[name], step=step))
    assert dribbling == at_once


@pytest.mark.parametrize("after", [0, 1, 50, 3000])
def test_error_of_the_stream_is_raised_and_no_report_made(after):
    """A file that breaks off half-way is neither good nor bad; it was not read."""
    gate, stream = Gate(HAIKU), Stream(good(40), after, error=OSError("connection reset"))
    with pytest.raises(OSError, match="connection reset"):
        list(gate.check("training", cast(IO[bytes], stream)))
    assert gate.report().splits == ()


def test_gigabyte_without_a_line_feed_is_one_finding_in_bounded_memory():
    """The line is given up after 16 MiB; the rest is read past, a megabyte at a time."""
    stream = Stream(b"x" * 4096, 1024 * MIB)
    report, written, peak = checked(stream)
    assert places(report) == [("DS110", 1, "")]
    assert (report.records, report.source_bytes, written) == (1, 1024 * MIB, 0)
    assert peak < 64 * MIB
    assert stream.largest_request <= 16 * MIB


@pytest.mark.parametrize("excess", [0, 1])
def test_line_of_sixteen_mebibytes_is_the_longest_that_is_read(excess):
    """One byte more is too many; the line feed counts."""
    line = b'{"prompt":"Q","completion":"' + b"x " * (8 * MIB)
    line = line[: 16 * MIB - 3 + excess] + b'"}\n'
    report, _, _ = checked(io.BytesIO(line + pair("Q", "A")))
    assert places(report) == [("DS110" if excess else "DS403", 1, "")]
    assert report.written_records == 1


def test_record_after_a_line_that_is_too_long_keeps_its_number():
    """Reading goes on behind the line's end."""
    report, _, _ = checked(io.BytesIO(pair("Q", "A") + b"x" * 17 * MIB + b"\n" + b"{\n" + pair("R", "B")))
    assert places(report) == [("DS110", 2, ""), ("DS103", 3, "")]
    assert (report.records, report.written_records) == (4, 2)


@pytest.mark.parametrize("line", [pair("Q", "A"), b"{", b""], ids=lambda line: line[:9].decode())
def test_memory_does_not_grow_with_the_number_of_lines(line):
    """Twice as many lines, the same peak; both are more than one read gives."""
    line = line.strip().ljust(99) + b"\n"
    peaks = [checked(Stream(line, size))[2] for size in (600_000, 1_200_000)]
    assert peaks[1] < 1.1 * peaks[0] + 65_536


def test_ten_thousand_and_one_records_are_one_too_many():
    """All of them are read and counted."""
    data = b"".join(pair(f"Q{number}", f"A{number}") for number in range(10_001))
    report, _, _ = checked(io.BytesIO(data), split="training")
    assert places(report) == [("DS502", None, "")]
    assert (report.records, report.written_records) == (10_001, 10_001)


def test_inspections_remember_no_more_records_than_the_base_model_takes():
    """Far more records than a job takes do not need far more memory."""
    base_model = replace(HAIKU, limits=replace(HAIKU.limits, maximum_total_records=1_000))
    peaks = []
    for count in (12_000, 24_000):
        data = b"".join(pair(f"Question {number}", f"Answer {number}") for number in range(count))
        peaks.append(checked(io.BytesIO(data), base_model=base_model, inspections=None)[2])
    assert peaks[1] < 1.1 * peaks[0] + 65_536
