"""Divides a file in two passes: where each record goes, then its line to that place."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from finetuning.base_model import BaseModel
from finetuning.dataset.split import SPLITS, Fractions, SplitPlan, plan_split, require_fit
from finetuning.presentation.numbers import number, share
from ops.data import records
from ops.data.atomic import replaced, require_writable
from ops.data.checking import read
from ops.data.inputs import Input, UnreadableError, ready
from ops.data.progress import display
from ops.data.storage import default_storage
from ops.errors import UnwritableError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Wanted:
    """What is to be divided, where to, for which base model."""

    source: Input
    folder: Path
    base_model: BaseModel
    source_format: str | None
    fractions: Fractions

    def outputs(self) -> dict[str, str]:
        """The files by split; a split without a share has none."""
        names = [split for split in SPLITS if getattr(self.fractions, split) > 0]
        return {split: str(self.folder / f"{split}.jsonl") for split in names}


@dataclass(frozen=True)
class Part:
    """A file that was written."""

    split: str
    file: str
    records: int


def run(wanted: Wanted, *, force: bool) -> list[Part]:
    """Divide; all files are written, or none.

    Raises:
        UsageError: a file exists and `force` is not given.
        SplitError: a part has fewer or more records than the base model takes.
        UnreadableError: a record has an error, or the input changed between the passes.
    """
    outputs = wanted.outputs()
    require_writable([*outputs.values()], [wanted.source], force=force)
    (source,) = ready([wanted.source], cache(default_storage))
    with display() as screen:
        first, second = sha256(), sha256()
        lines = records.lines(source, wanted.base_model, screen, wanted.source_format, first.update)
        plan = plan_split(lines, wanted.base_model.data_format, wanted.fractions)
        require_fit(plan, wanted.base_model, wanted.fractions)
        _make(wanted.folder)
        with ExitStack() as stack:
            files = {split: stack.enter_context(replaced(path)) for split, path in outputs.items()}
            with read(source, screen, second.update) as stream:
                _write(plan, stream, files)
            if first.digest() != second.digest():
                raise UnreadableError(f"{source.name} changed while it was read; wait until it is written")
    return [Part(split, path, plan.counts[split]) for split, path in outputs.items()]


def table(parts: list[Part]) -> RenderableType:
    """One line per file."""
    total = sum(part.records for part in parts)
    result = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for header, side in (("split", "left"), ("records", "right"), ("share", "right"), ("file", "left")):
        result.add_column(header, justify="right" if side == "right" else "left", overflow="fold")
    for part in parts:
        result.add_row(part.split, number(part.records), share(part.records, total), Text(part.file))
    return result


def _write(plan: SplitPlan, stream: BinaryIO, files: Mapping[str, BinaryIO]) -> None:
    for split, line in plan.assign(_whole(stream)):
        files[split].write(line)


def _whole(stream: BinaryIO) -> Iterator[bytes]:
    """The lines as they are, each with a line feed, because the last may not stay the last; nor the first the first."""
    for count, line in enumerate(stream):
        bare = line if count else line.removeprefix(_BYTE_ORDER_MARK)
        yield bare if bare.endswith(b"\n") else bare + b"\n"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableError(f"cannot make the folder {folder}: {error.strerror}") from error
