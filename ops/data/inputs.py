"""Where records come from: a file, an object in S3, standard input. Each is read once, as a stream, or refused."""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from configuration.dataset_files import is_s3, parse_s3
from lambdas.gateways.downloads import ObjectUnreadableError, S3Head, S3Source
from ops.data import reasons
from ops.data.reasons import STDIN
from ops.errors import UNREACHABLE, OperatorError, UsageError


class UnreadableError(OperatorError):
    """An input cannot be read, or not as it was when reading began."""

    exit_code = UNREACHABLE


class Storage(Protocol):
    """What reading needs of S3."""

    def head(self, uri: str) -> S3Head:
        """What there is; raises ObjectUnreadableError."""

    def open(self, uri: S3Head) -> S3Source:
        """The bytes of what HEAD saw; raises ObjectUnreadableError."""


@dataclass(frozen=True)
class Input:
    """Something to read.

    Attributes:
        name: what findings and messages call it: the location as its author wrote it.
        location: an `s3://` URI, `-`, or the path of a file.
    """

    name: str
    location: str

    @property
    def is_file(self) -> bool:
        """Whether it is a path."""
        return self.location != STDIN and not is_s3(self.location)


@dataclass(frozen=True)
class Opened:
    """An input that is being read: its bytes, and how many there will be if that is known."""

    stream: BinaryIO
    size: int | None


@dataclass(frozen=True)
class Ready:
    """An input against which nothing is known; an object in S3 is pinned to the version that was seen."""

    name: str
    location: str
    head: S3Head | None
    storage: Callable[[], Storage]

    @contextmanager
    def open(self) -> Iterator[Opened]:
        """Open it for reading once.

        Raises:
            UnreadableError: it may not be read after all, or changed while it was read.
        """
        if self.head is not None:
            with _told(), self.storage().open(self.head).stream as stream:
                yield Opened(stream, self.head.size)
        elif self.location == STDIN:
            yield Opened(sys.stdin.buffer, None)
        else:
            yield from self._open_file()

    def _open_file(self) -> Iterator[Opened]:
        try:
            file = Path(self.location).open("rb", buffering=0)  # noqa: SIM115  # closed below
        except OSError as error:  # it was there a moment ago
            raise UnreadableError(reasons.failed(self.name, Path(self.location), error)) from error
        with file:
            before = os.fstat(file.fileno())
            is_regular = stat.S_ISREG(before.st_mode)
            yield Opened(cast(BinaryIO, file), before.st_size if is_regular else None)
            after = os.fstat(file.fileno())
            if is_regular and (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise changed(self.name, before.st_size, after.st_size)


def ready(inputs: Sequence[Input], storage: Callable[[], Storage]) -> list[Ready]:
    """Look at every input before the first is read, and refuse those that cannot be, all at once.

    Args:
        inputs: in the order of reading.
        storage: makes the gateway to S3, if an input is there.

    Raises:
        UnreadableError: with one line per input that does not exist, may not be read, is empty or no file.
        UsageError: more than one of them is standard input.
    """
    if sum(each.location == STDIN for each in inputs) > 1:
        raise UsageError("standard input ('-') can be read only once; give the other inputs as files")
    found = [_look(each, storage) for each in inputs]
    if problems := [each for each in found if isinstance(each, str)]:
        raise UnreadableError("\n".join(problems))
    return [each for each in found if isinstance(each, Ready)]


def changed(name: str, before: int, after: int) -> UnreadableError:
    """The error of a file that is not what it was; sizes in bytes."""
    sizes = f"it had {before} bytes at first and has {after} now" if before != after else "it was written to"
    return UnreadableError(f"{name} changed while it was read: {sizes}; wait until it is written, or use a copy")


def empty(name: str) -> UnreadableError:
    """The error of an input that had no bytes, for those whose size is not known beforehand."""
    return UnreadableError(reasons.empty(name))


def _look(source: Input, storage: Callable[[], Storage]) -> Ready | str:
    """The input, or why it cannot be read."""
    if source.location == STDIN:
        return Ready(source.name, source.location, None, storage)
    if source.is_file:
        return _file_problem(source) or Ready(source.name, source.location, None, storage)
    if parse_s3(source.location) is None:
        return reasons.malformed(source.name)
    try:
        head = storage().head(source.location)
    except ObjectUnreadableError as error:
        return str(error)
    return Ready(source.name, source.location, head, storage) if head.size else reasons.empty(source.name)


def _file_problem(source: Input) -> str | None:
    path = Path(source.location)
    try:
        state = path.stat()
        if stat.S_ISREG(state.st_mode):  # a pipe must not be opened twice
            path.open("rb").close()
    except OSError as error:
        return reasons.failed(source.name, path, error)
    if stat.S_ISDIR(state.st_mode):
        return reasons.directory(source.name, path)
    return reasons.empty(source.name) if stat.S_ISREG(state.st_mode) and not state.st_size else None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ObjectUnreadableError as error:
        raise UnreadableError(str(error)) from error
