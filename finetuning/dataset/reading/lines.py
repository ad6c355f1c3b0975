"""Blocks of whole lines of a stream, in bounded memory, however long a line is.

One buffer is filled again and again, and lines are looked at where they stand in it: for long records, copying every
line out of a reader's buffer costs a third of the time that it takes to parse them. A line that does not fit makes
the buffer twice as large, so that a line of any length costs time in proportion to its length. botocore's own
``StreamingBody.iter_lines`` joins a line again with every kilobyte that arrives, which is quadratic (issue 2774).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

#: No base model takes a record of this size; a longer line is a file without line feeds.
MAXIMUM_LINE_BYTES = 16 * 1024**2
#: Small enough for a processor's own cache, large enough that the number of reads does not matter.
BLOCK_BYTES = 256 * 1024

_LINE_FEED = b"\n"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in a buffer, valid until the next block is asked for.

    Attributes:
        buffer: begins with the lines; what follows ``end`` has no meaning.
        end: where the last line ends, in bytes; only the last line of a stream may lack its line feed.
        skipped_bytes: None, or the block is the beginning of one line that is too long, and this is the length of
            its rest, which was read and thrown away.
    """

    buffer: bytearray
    end: int
    skipped_bytes: int | None = None


def blocks(stream: IO[bytes], size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Yield a stream's lines in blocks, the buffer filled as far as it goes; the stream is read, not closed.

    Args:
        stream: has ``readinto`` (a file opened with "rb", botocore's ``StreamingBody``, `io.BytesIO`) or ``read``.
        size: of the buffer to begin with, in bytes.
    """
    fill = _filler(stream)
    buffer, held, searched = bytearray(size), 0, 0
    while read := fill(memoryview(buffer)[held:]):
        held += read
        while held < len(buffer) and (read := fill(memoryview(buffer)[held:])):
            held += read
        end = buffer.rfind(_LINE_FEED, searched, held) + 1
        searched = held
        if end:
            yield Block(buffer, end)
            buffer[: held - end] = buffer[end:held]
            held = searched = held - end
        elif held >= MAXIMUM_LINE_BYTES:
            skipped, rest = _skip(fill)
            yield Block(buffer, held, skipped)
            buffer, held, searched = bytearray(rest + bytes(size)), len(rest), 0
        elif held == len(buffer):
            buffer = buffer + bytes(min(held, MAXIMUM_LINE_BYTES - held))
    if held:
        yield Block(buffer, held)


_Fill = Callable[[memoryview], int]


def _skip(fill: _Fill) -> tuple[int, bytes]:
    """Read on to the end of a line and return the length of what was read of it, and what was read after it."""
    piece, skipped = bytearray(BLOCK_BYTES), 0
    while read := fill(memoryview(piece)):
        end = piece.find(_LINE_FEED, 0, read) + 1
        if end:
            return skipped + end, bytes(piece[end:read])
        skipped += read
    return skipped, b""


def _filler(stream: IO[bytes]) -> _Fill:
    """Return a function that fills a buffer from the stream and returns how many bytes came; 0 at the end."""
    readinto: _Fill | None = getattr(stream, "readinto", None)
    if readinto is not None:
        return readinto

    def fill(buffer: memoryview) -> int:
        data = stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    return fill
