"""What was found in a dataset and how it is made up: the same report at every door, as objects and as one document."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from finetuning import catalog
from finetuning.base_model import DataFormat
from finetuning.dataset.findings import Finding, FindingSeverity
from finetuning.dataset.rules import RULES

#: Version of the document's shape; it changes when a field is renamed or removed.
DOCUMENT_VERSION = 1


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: records with at most ``upto`` tokens, and more than the bar before."""

    upto: int
    records: int


@dataclass(frozen=True)
class SplitReport:
    """What was found in one split of a dataset.

    Attributes:
        split: ``training``, ``validation`` or ``test``.
        file: as the door that reads it names it.
        data_format: the format the records came in; None if no line told.
        records: lines read, good or bad.
        source_bytes: size of the file as read.
        written_records: records without errors, which were converted.
        written_bytes: size of the converted file.
        digest: SHA-256 of the converted file, in hex.
        estimated_tokens: of all good records; an estimate (see ``tokens``).
        longest_tokens: estimate of the longest good record.
        turns: number of messages → number of good records that have so many.
        tokens: histogram of the estimated tokens of the good records.
        counts: findings by code, all of them, waived ones too.
        findings: the first 20 of each code, by line.
        waivers: code → reason.
    """

    split: str
    file: str
    data_format: DataFormat | None
    records: int
    source_bytes: int
    written_records: int
    written_bytes: int
    digest: str
    estimated_tokens: int
    longest_tokens: int
    turns: Mapping[int, int]
    tokens: tuple[Bar, ...]
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    waivers: Mapping[str, str]

    @property
    def errors(self) -> int:
        """The number of errors, kept or only counted."""
        return self._count("error")

    @property
    def warnings(self) -> int:
        """The number of warnings, kept or only counted."""
        return self._count("warning")

    def _count(self, severity: FindingSeverity) -> int:
        active = {code: count for code, count in self.counts.items() if code not in self.waivers}
        return sum(count for code, count in active.items() if RULES[code].severity == severity)


@dataclass(frozen=True)
class DatasetReport:
    """What was found in all splits together.

    Attributes:
        base_model: the base model's canonical identifier.
        splits: one report per file, in the order training, validation, test.
        together: findings about no single file.
        waivers: code → reason.
    """

    base_model: str
    splits: tuple[SplitReport, ...]
    together: tuple[Finding, ...]
    waivers: Mapping[str, str]

    @property
    def errors(self) -> int:
        """The number of errors, kept or only counted."""
        return sum(split.errors for split in self.splits) + self._together("error")

    @property
    def warnings(self) -> int:
        """The number of warnings, kept or only counted."""
        return sum(split.warnings for split in self.splits) + self._together("warning")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All kept findings, file by file, then those about no single file."""
        return (*(finding for split in self.splits for finding in split.findings), *self.together)

    @property
    def counts(self) -> Mapping[str, int]:
        """All findings by code, kept or only counted."""
        total = Counter(finding.code for finding in self.together)
        for split in self.splits:
            total.update(split.counts)
        return dict(sorted(total.items()))

    def _together(self, severity: FindingSeverity) -> int:
        return sum(finding.severity == severity for finding in self.together)


def document(report: DatasetReport, *, epochs: int | None = None) -> dict[str, Any]:
    """Return a report as a JSON document: ``findings`` and ``summary``.

    Args:
        report: of a dataset.
        epochs: to estimate the billed tokens; None if they are not known.
    """
    training = next((split.estimated_tokens for split in report.splits if split.split == "training"), 0)
    base_model = catalog.find(report.base_model)
    return {
        "version": DOCUMENT_VERSION,
        "findings": [asdict(finding) for finding in report.findings],
        "summary": {
            "base_model": report.base_model,
            "base_model_name": base_model.name,
            "data_format": base_model.data_format,
            "tokens_per_record": base_model.limits.tokens_per_record,
            "ok": report.errors == 0,
            "errors": report.errors,
            "warnings": report.warnings,
            "counts": dict(report.counts),
            "waivers": dict(report.waivers),
            "epochs": epochs,
            "estimated_billed_tokens": training * epochs if epochs else None,
            "files": [_summary(split) for split in report.splits],
        },
    }


def _summary(split: SplitReport) -> dict[str, Any]:
    return {
        "split": split.split,
        "file": split.file,
        "format": split.data_format,
        "records": split.records,
        "source_bytes": split.source_bytes,
        "good_records": split.written_records,
        "converted_bytes": split.written_bytes,
        "sha256": split.digest,
        "estimated_tokens": split.estimated_tokens,
        "longest_record_tokens": split.longest_tokens,
        "turns": {str(messages): records for messages, records in sorted(split.turns.items())},
        "token_histogram": [asdict(bar) for bar in split.tokens],
        "errors": split.errors,
        "warnings": split.warnings,
    }
