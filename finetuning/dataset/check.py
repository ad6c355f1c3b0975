"""Checking and converting a dataset line by line, in constant memory, whatever its size."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from types import MappingProxyType

from finetuning.base_model import BaseModel, DataFormat
from finetuning.dataset.conversation import (
    Conversation,
    length,
    order_flaws,
    shown,
    text_flaws,
)
from finetuning.dataset.conversion import (
    is_convertible,
    record_line,
    with_system_prompt,
    write,
)
from finetuning.dataset.findings import Finding, Flaw, placed
from finetuning.dataset.formats import FORMATS, Record, detect_format, parse_line, read
from finetuning.dataset.limits import split_flaws, total_flaws
from finetuning.dataset.report import DatasetReport, SplitReport
from finetuning.dataset.rules import RULES
from finetuning.dataset.tokens import estimate_tokens

KEPT_PER_RULE = 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class DatasetCheck:
    """Takes one split's lines one at a time, gives back converted lines, and reports at the end."""

    def __init__(
        self,
        base_model: BaseModel,
        split: str,
        *,
        source_format: str | None = None,
        system_prompt: str | None = None,
        file: str | None = None,
        waivers: Mapping[str, str] | None = None,
    ) -> None:
        """Begin a file.

        Args:
            base_model: whose rules, limits and format apply.
            split: ``training``, ``validation`` or ``test``; names the file in findings.
            source_format: the format of the records; None or empty to take that of the first record.
            system_prompt: given to records that have none of their own; None or empty for none.
            file: how findings name the file; the split if None.
            waivers: code → reason, of the rules that are waived.

        Raises:
            ValueError: the source format does not exist.
        """
        self._base_model = base_model
        self._split, self._file, self._waivers = split, file or split, MappingProxyType(dict(waivers or {}))
        self._format = _known_format(source_format)
        self._system_prompt = system_prompt
        self._records = self._written_records = self._written_bytes = self._source_bytes = 0
        self._longest = 0
        self._turns: Counter[int] = Counter()
        self._characters = self._utf8_bytes = 0
        self._digest = sha256()
        self._counts: Counter[str] = Counter()
        self._findings: list[Finding] = []

    def feed(self, line: bytes) -> bytes | None:
        """Take the next line and return it converted, with a line feed; None if the record has an error."""
        self._records += 1
        self._source_bytes += len(line)
        if self._records == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        record = parse_line(line)
        if isinstance(record, Flaw):
            self._add([record], self._records)
            return None
        conversation = self._read(record)
        if conversation is None:
            return None
        converted = record_line(write(conversation, self._base_model.data_format))
        size = length(conversation)
        self._characters += size.characters
        self._utf8_bytes += size.utf8_bytes
        self._longest = max(self._longest, estimate_tokens(size.characters, size.utf8_bytes))
        self._turns[len(conversation.turns)] += 1
        self._written_records += 1
        self._written_bytes += len(converted)
        self._digest.update(converted)
        return converted

    def convert(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Feed many lines and yield those that were converted."""
        for line in lines:
            converted = self.feed(line)
            if converted is not None:
                yield converted

    def finish(self) -> SplitReport:
        """Return the report of the whole file, its number of records and its size judged; call it once."""
        self._add(split_flaws(self._base_model, self._split, self._records, self._written_bytes), None)
        return SplitReport(
            split=self._split,
            file=self._file,
            data_format=self._format,
            records=self._records,
            source_bytes=self._source_bytes,
            written_records=self._written_records,
            written_bytes=self._written_bytes,
            digest=self._digest.hexdigest(),
            estimated_tokens=estimate_tokens(self._characters, self._utf8_bytes),
            longest_tokens=self._longest,
            turns=MappingProxyType(dict(sorted(self._turns.items()))),
            tokens=(),
            counts=MappingProxyType(dict(sorted(self._counts.items()))),
            findings=tuple(self._findings),
            waivers=self._waivers,
        )

    def _read(self, record: Record) -> Conversation | None:
        """Return the conversation of a record without errors, its findings noted either way."""
        data_format = detect_format(record)
        flaws = list(self._format_flaws(record, data_format))
        if data_format is None or flaws:
            self._add(flaws, self._records)
            return None
        conversation, flaws = read(record, data_format)
        if conversation is not None:
            conversation = with_system_prompt(conversation, self._system_prompt)
            flaws = [*order_flaws(conversation.turns), *text_flaws(conversation, self._base_model)]
        self._add(flaws, self._records)
        return None if any(RULES[flaw.code].severity == "error" for flaw in flaws) else conversation

    def _format_flaws(self, record: Record, found: DataFormat | None) -> Iterator[Flaw]:
        if found is None:
            keys = ", ".join(shown(key) for key in islice(record, 5)) or "none"
            yield Flaw("DS105", "", f"the keys fit no known format, got {keys}")
            return
        self._format = self._format or found
        if found != self._format:
            yield Flaw("DS106", "", f"record is {found}, the dataset is {self._format}")
        elif not is_convertible(found, self._base_model.data_format):
            wanted = self._base_model.data_format
            yield Flaw("DS107", "", f"record is {found}, {self._base_model.name} is trained in {wanted}")

    def _add(self, flaws: Iterable[Flaw], line: int | None) -> None:
        for flaw in flaws:
            self._counts[flaw.code] += 1
            if self._counts[flaw.code] <= KEPT_PER_RULE:
                self._findings.append(placed(flaw, self._file, line, self._waivers))


def conclude(
    base_model: BaseModel, splits: Sequence[SplitReport], waivers: Mapping[str, str] | None = None
) -> DatasetReport:
    """Return the report of a whole dataset: its files, and what is wrong with them together."""
    records = sum(split.records for split in splits if split.split in {"training", "validation"})
    flaws = total_flaws(base_model, records)
    together = tuple(placed(flaw, "training and validation", None, waivers) for flaw in flaws)
    return DatasetReport(base_model.customization_id, tuple(splits), together, MappingProxyType(dict(waivers or {})))


def _known_format(name: str | None) -> DataFormat | None:
    if not name:
        return None
    for known in FORMATS:
        if known == name:
            return known
    raise ValueError(f"dataset format must be one of {', '.join(FORMATS)}, got {name!r}")
