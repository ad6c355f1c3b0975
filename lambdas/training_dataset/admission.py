"""Which files are too large to begin with, by their sizes alone: minutes of work that must fail are not begun."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from finetuning.base_model import BaseModel
from finetuning.errors import FineTuningError

#: Bytes of a source that are read, checked, converted and written per second, with a margin for a slow moment.
#: Source: docs/benchmarks.md, the deploy's door.
BYTES_PER_SECOND = 15_000_000
#: Kept for copies, report and answer; a file that is not read when only this is left is given up.
RESERVED_SECONDS = 60
#: Conversion takes away white space and escapes, so a source may be larger than the file that Bedrock reads; the
#: longest escape, `\\uXXXX`, has six bytes for one.
LARGEST_SHRINKAGE = 6

_WAY_OUT = (
    "convert it where there is more time (python -m ops data convert FILE), push the result (python -m ops data push) "
    "and configure that, or give fewer records"
)


class OutOfTimeError(FineTuningError):
    """A dataset cannot be checked in what is left of the function's time."""


def problems(sizes: Mapping[str, int], base_model: BaseModel, remaining_seconds: float) -> Iterator[str]:
    """Yield why files of these sizes, in bytes by split, are refused before they are read."""
    limits = base_model.limits
    largest = {"training": limits.training_bytes, "validation": limits.validation_bytes}
    too_large = False
    for split, size in sizes.items():
        limit = largest.get(split)
        if limit is not None and size > limit * LARGEST_SHRINKAGE:
            too_large = True
            yield f"the {split} file has {_shown(size)}, {base_model.name} takes at most {_shown(limit)}"
    needed = sum(sizes.values()) / BYTES_PER_SECOND + RESERVED_SECONDS
    if needed > remaining_seconds and not too_large:
        yield (
            f"checking {_shown(sum(sizes.values()))} takes up to {needed:.0f} s, and this function has "
            f"{remaining_seconds:.0f} s left; {_WAY_OUT}"
        )


class InTime(io.RawIOBase):
    """A file that is read as long as there is time for it: a function that is ended answers nobody."""

    def __init__(self, stream: BinaryIO, remaining: Callable[[], float]) -> None:
        self._stream, self._remaining, self._offset = stream, remaining, 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as bytes are there; 0 at the end.

        Raises:
            OutOfTimeError: the estimate was wrong.
        """
        if self._remaining() < RESERVED_SECONDS:
            raise OutOfTimeError(
                f"checking was given up after {_shown(self._offset)} of the file, so no job was started; {_WAY_OUT}"
            )
        count: int = self._stream.readinto(buffer)  # type: ignore[attr-defined]  # every binary stream has it
        self._offset += count
        return count


def _shown(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size} bytes"
