"""How far reading is: bytes, records a second, on stderr and only if a human looks at it."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from finetuning.presentation.visible import visible
from ops import console
from ops.data.inputs import Opened, UnreadableError

#: As large as a read of the dataset's reader: each chunk is looked at once, whatever its lines are.
CHUNK_BYTES = 1024 * 1024
_NAME_WIDTH = 24

Meter = Callable[[memoryview], object]


class Metered(io.RawIOBase):
    """A stream that shows every chunk to its meters as it is read."""

    def __init__(self, name: str, stream: BinaryIO, meters: Sequence[Meter]) -> None:
        self._name, self._stream, self._meters = name, cast(Any, stream), meters
        self.total = 0

    def readable(self) -> bool:
        """It is only for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next chunk; a disk that fails is told as an input that cannot be read."""
        try:
            count = self._stream.readinto(buffer) or 0
        except OSError as error:
            raise UnreadableError(f"cannot read {self._name}: {error.strerror or error}") from error
        self.total += count
        for meter in self._meters:
            meter(memoryview(buffer)[:count])
        return count


class Display:
    """Progress bars, one at a time, on a terminal; nothing at all elsewhere."""

    def __init__(self, bars: Progress | None) -> None:
        self._bars = bars

    @contextmanager
    def watch(self, name: str, opened: Opened, *meters: Meter) -> Iterator[Metered]:
        """Yield the stream of an input with a bar that follows it."""
        if self._bars is None:
            yield Metered(name, opened.stream, meters)
            return
        with self.bar(name, opened.size) as advance:
            records = 0

            def count(chunk: memoryview) -> None:
                nonlocal records
                records += bytes(chunk).count(b"\n")
                advance(len(chunk), records)

            yield Metered(name, opened.stream, [*meters, count])

    @contextmanager
    def bar(self, name: str, size: int | None) -> Iterator[Callable[..., None]]:
        """Yield what is told the number of bytes of each chunk and, optionally, the records so far."""
        if self._bars is None:
            yield lambda count, records=0: None
            return
        bars, begun = self._bars, time.monotonic()
        task = bars.add_task(_short(name), total=size, records="")

        def advance(count: int, records: int = 0) -> None:
            rate = records / max(time.monotonic() - begun, 1e-3)
            bars.update(task, advance=count, records=f"{rate:,.0f} records/s" if records else "")

        yield advance


@contextmanager
def display() -> Iterator[Display]:
    """Show bars while the block runs and remove them after it."""
    screen = console.stderr()
    if not screen.is_terminal:
        yield Display(None)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        DownloadColumn(),
        TextColumn("{task.fields[records]}"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=screen, transient=True, redirect_stdout=False, redirect_stderr=False) as bars:
        yield Display(bars)


def _short(name: str) -> str:
    """The end of a name, which tells more than its beginning, on a line that is not to wrap."""
    name = visible(name, 4 * _NAME_WIDTH)
    return name if len(name) <= _NAME_WIDTH else f"…{name[1 - _NAME_WIDTH :]}"


def buffered(metered: Metered) -> BinaryIO:
    """The stream with a buffer, so that lines are split at the speed of C."""
    return io.BufferedReader(metered, CHUNK_BYTES)
