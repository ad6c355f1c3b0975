"""Checks one dataset file while it streams, and keeps the converted copy until it is known to be good."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from finetuning.base_model import BaseModel
from finetuning.dataset import DatasetCheck, DatasetReport, SplitReport


@dataclass(frozen=True)
class CheckedFile:
    """One split's report, and the converted copy on this function's own disk."""

    report: SplitReport
    path: Path


@dataclass(frozen=True)
class Source:
    """Where a split comes from and how it is to be read; format and system prompt are optional ("")."""

    split: str
    uri: str
    data_format: str
    system_prompt: str


def check_file(source: Source, lines: Iterable[bytes], base_model: BaseModel, folder: Path) -> CheckedFile:
    """Check and convert every line; one line at a time is in memory."""
    check = DatasetCheck(base_model, source.split, source_format=source.data_format, system_prompt=source.system_prompt)
    path = folder / f"{source.split}.jsonl"
    with path.open("wb") as converted:
        converted.writelines(check.convert(lines))
    return CheckedFile(check.finish(), path)


def first_warnings(report: SplitReport, shown: int = 5) -> str:
    """The first few warnings, which keep nothing out; they carry no text of a record."""
    return "; ".join([str(finding) for finding in report.findings if finding.severity == "warning"][:shown])


def refusal(report: DatasetReport, shown: int = 5) -> str:
    """Why the dataset is refused: how many errors there are, and the first few; "" if it is good."""
    if not report.errors:
        return ""
    errors = [str(finding) for finding in report.findings if finding.severity == "error"]
    first = "; ".join(errors[:shown])
    more = f"; and {report.errors - shown} more" if report.errors > shown else ""
    return (
        f"the dataset has {report.errors} error{'s' if report.errors > 1 else ''}, so no job was started: {first}{more}"
    )
