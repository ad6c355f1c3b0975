"""Converts one input to one output, and tells what became of its records."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

from rich.text import Text

from finetuning.base_model import BaseModel
from finetuning.dataset.gate import Gate
from finetuning.dataset.report import DatasetReport, SplitReport, document
from finetuning.presentation.numbers import counted, number
from ops.data.atomic import STDOUT, replaced
from ops.data.checking import read
from ops.data.inputs import Input, ready
from ops.data.progress import display
from ops.data.rejects import reject_file
from ops.data.rendering import findings
from ops.data.storage import default_storage

#: A test dataset has no limits of its own: what is judged is each record, and not the number of them.
_SPLIT = "test"
_MOST = 20


@dataclass(frozen=True)
class Conversion:
    """What is wanted; `rejects` is where bad records go, or None if one of them is too many."""

    source: Input
    out: str
    base_model: BaseModel
    source_format: str | None
    system_prompt: str | None
    rejects: str | None


@dataclass(frozen=True)
class Converted:
    """What became of the records."""

    wanted: Conversion
    report: DatasetReport
    is_written: bool

    def lines(self) -> Iterator[Text]:
        """What is wrong, then what was written."""
        yield from findings(document(self.report), _MOST)
        (split,) = self.report.splits
        bad = split.records - split.written_records
        if self.is_written:
            written = f"{number(split.written_records)} of {counted(split.records, 'record')}"
            out = "standard output" if self.wanted.out == STDOUT else self.wanted.out
            sign, style = ("✘", "bold yellow") if bad else ("✔", "bold green")
            yield Text(f"{sign} wrote {written} as {self.wanted.base_model.data_format}: {out}", style)
        else:
            yield Text(f"✘ nothing was written: {self._why_not(split)}", "bold red")
        if bad and self.wanted.rejects:
            yield Text(f"  left out: {number(bad)}, with reasons: {self.wanted.rejects} (it holds training text)")

    def _why_not(self, split: SplitReport) -> str:
        if not split.records:
            return "the file holds no records"
        bad = split.records - split.written_records
        way_out = "" if self.wanted.rejects or not split.written_records else "; leave them out with --keep-going"
        return f"{number(bad)} of {counted(split.records, 'record')} have errors{way_out}"


class _NothingWrittenError(Exception):
    """Takes the converted records back."""


def run(wanted: Conversion) -> Converted:
    """Convert.

    Raises:
        UnreadableError: the input cannot be read, or changed while it was read.
        UnwritableError: the output cannot be written.
    """
    (source,) = ready([wanted.source], cache(default_storage))
    with ExitStack() as stack:
        rejects = stack.enter_context(reject_file(wanted.rejects)) if wanted.rejects else None
        try:
            with replaced(wanted.out) as file, display() as screen:
                gate = _gate(wanted)
                with read(source, screen) as stream:
                    on_rejected = rejects.add if rejects else None
                    file.writelines(gate.check(_SPLIT, stream, file=source.name, on_rejected=on_rejected))
                report = gate.report()
                _require_enough(wanted, report)
        except _NothingWrittenError:
            return Converted(wanted, report, is_written=False)
    return Converted(wanted, report, is_written=True)


def _gate(wanted: Conversion) -> Gate:
    return Gate(
        wanted.base_model,
        source_format=wanted.source_format,
        system_prompt=wanted.system_prompt,
        inspections=(),
        hashes=False,
    )


def _require_enough(wanted: Conversion, report: DatasetReport) -> None:
    if report.errors and (wanted.rejects is None or not report.splits[0].written_records):
        raise _NothingWrittenError
