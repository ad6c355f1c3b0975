"""Checking and converting a dataset line by line, in constant memory, whatever its size."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import IO

from finetuning.base_model import BaseModel, DataFormat
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.inspection import Inspection
from finetuning.dataset.ledger import Ledger
from finetuning.dataset.limits import split_flaws
from finetuning.dataset.reading.exact_lane import ExactLane, prompt_flaws
from finetuning.dataset.reading.fast_lane import FastLane, can_prove
from finetuning.dataset.reading.formats import FORMATS
from finetuning.dataset.reading.lines import MAXIMUM_LINE_BYTES, Block, blocks
from finetuning.dataset.reading.spelling import Bytes
from finetuning.dataset.reading.whole_file import BYTES_WANTED, whole_file_flaw
from finetuning.dataset.report import SplitReport
from finetuning.dataset.tally import Tally
from finetuning.dataset.tokens import Tokenizer

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Called for each record with an error: its line number, its line as read, and all its flaws.
OnRejected = Callable[[int, bytes, tuple[Flaw, ...]], None]


class DatasetCheck:
    """Reads one split, gives back its good records converted, and reports at the end."""

    def __init__(
        self,
        base_model: BaseModel,
        split: str,
        *,
        source_format: str | None = None,
        system_prompt: str | None = None,
        file: str | None = None,
        waivers: Mapping[str, str] | None = None,
        tokenizer: Tokenizer | None = None,
        inspections: Sequence[Inspection] = (),
        on_rejected: OnRejected | None = None,
        hashes: bool = True,
    ) -> None:
        """Begin a file.

        Args:
            base_model: whose rules, limits and format apply.
            split: ``training``, ``validation`` or ``test``; names the file in findings.
            source_format: the format of the records; None or empty to take that of the first record.
            system_prompt: given to records that have none of their own; None or empty for none.
            file: how findings name the file; the split if None.
            waivers: code → reason, of the rules that are waived.
            tokenizer: counts the tokens of records that may be too long; None to estimate them.
            inspections: see each good record, converted.
            on_rejected: called for each record with an error: line number, the line as read (of a line that is too
                long, only its beginning), its flaws.
            hashes: whether the report has the digest of what is written: computing it takes longer than parsing.

        Raises:
            ValueError: the source format does not exist, or the system prompt is not Unicode.
        """
        self._base_model, self._tokenizer = base_model, tokenizer
        self._split, self._file = split, file or split
        self._format, self._system_prompt = _known_format(source_format), _unicode(system_prompt)
        self._exact = ExactLane(base_model, self._system_prompt, tokenizer)
        self._fast: FastLane | None = None
        self._prompt_is_good = not list(prompt_flaws(self._system_prompt, base_model))
        self._inspections, self._on_rejected = tuple(inspections), on_rejected
        self._writes, self._hashes = True, hashes
        self._records = self._source_bytes = self._written_bytes = 0
        self._tally, self._ledger, self._digest = Tally(), Ledger(self._file, waivers), sha256()

    def convert(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Check a stream and yield its good records, converted: one or more whole lines at a time."""
        for block in self._blocks(stream):
            written = self._take(block)
            if written:
                yield written

    def validate(self, stream: IO[bytes]) -> None:
        """Check a stream without writing it: the same findings and counts, but the report has no digest (``""``)."""
        self._writes = self._hashes = False
        for block in self._blocks(stream):
            self._take(block)

    def feed(self, line: bytes) -> bytes | None:
        """Take the next line and return it converted, with a line feed; None if the record has an error."""
        if not line or b"\n" in line[:-1]:
            return self._take_exactly(line) or None
        is_too_long = len(line) > MAXIMUM_LINE_BYTES
        return self._take(Block(bytearray(line), len(line), 0 if is_too_long else None)) or None

    def finish(self) -> SplitReport:
        """Return the report of the whole file, its number of records and its size judged; call it once."""
        if "DS109" not in self._ledger.counts:
            for inspection in self._inspections:
                for line, flaw in inspection.finish(self._split):
                    self._ledger.add([flaw], line)
            self._ledger.add(split_flaws(self._base_model, self._split, self._records, self._written_bytes), None)
        return SplitReport(
            split=self._split,
            file=self._file,
            data_format=self._format,
            records=self._records,
            source_bytes=self._source_bytes,
            written_records=self._tally.records,
            written_bytes=self._written_bytes,
            digest=self._digest.hexdigest() if self._hashes else "",
            estimated_tokens=round(self._tally.total_millitokens / 1000),
            longest_tokens=round(self._tally.longest_millitokens / 1000),
            turns=self._tally.turns,
            tokens=self._tally.histogram(),
            counts=self._ledger.counts,
            findings=self._ledger.findings,
            waivers=self._ledger.waivers,
        )

    def _blocks(self, stream: IO[bytes]) -> Iterator[Block]:
        """The blocks of a stream; none if it is no JSON Lines at all."""
        for number, block in enumerate(blocks(stream)):
            flaw = whole_file_flaw(bytes(block.buffer[: min(block.end, BYTES_WANTED)])) if number == 0 else None
            if flaw is not None:
                self._ledger.add([flaw], None)
                return
            yield block

    def _take(self, block: Block) -> bytes:
        """Judge the lines of a block, and return what is to be written of them."""
        self._source_bytes += block.end + (block.skipped_bytes or 0)
        start, written = 0, list[Bytes]()
        if self._records == 0 and block.buffer.startswith(_BYTE_ORDER_MARK):
            self._ledger.add([Flaw("DS108", "", "the first three bytes are a byte order mark")], 1)
            start = len(_BYTE_ORDER_MARK)
        if block.skipped_bytes is not None:
            size = f"{block.end + block.skipped_bytes} bytes, a line may have {MAXIMUM_LINE_BYTES}"
            self._reject(bytes(block.buffer[: block.end]), (Flaw("DS110", "", size),))
            return b""
        while self._fast is None and start < block.end:
            stop = block.buffer.find(b"\n", start, block.end) + 1 or block.end
            written.append(self._take_exactly(bytes(block.buffer[start:stop])))
            start = stop
            if self._format is not None and self._prompt_is_good and can_prove(self._base_model, self._format):
                self._fast = FastLane(self._base_model, self._format, self._system_prompt, self._tokenizer)
        if self._fast is not None:
            self._take_fast(self._fast, block, start, written)
        line = b"".join(written)
        if self._hashes:
            self._digest.update(line)
        return line

    def _take_fast(self, fast: FastLane, block: Block, start: int, written: list[Bytes]) -> None:
        judged = fast.judge_block(block.buffer, start, block.end)
        good = [each for each in judged if type(each) is tuple]
        turns, lengths, size = fast.measure(good)
        self._tally.add(turns, lengths)
        self._written_bytes += size
        if len(good) == len(judged) and not self._writes:
            self._records += len(good)
            return
        for each in judged:
            if not isinstance(each, tuple):
                written.append(self._take_exactly(bytes(each)))
                continue
            self._records += 1
            if self._inspections:
                record = b"".join(fast.parts(each))
                self._inspect(record)
                written.append(record)
            elif self._writes:
                written += fast.parts(each)

    def _take_exactly(self, line: bytes) -> bytes:
        verdict = self._exact.judge(line, self._format)
        self._format = self._format or verdict.data_format
        if verdict.line is None:
            self._reject(line, verdict.flaws)
            return b""
        self._records += 1
        self._ledger.add(verdict.flaws, self._records)
        self._tally.add([verdict.turns], [verdict.millitokens])
        self._written_bytes += len(verdict.line)
        self._inspect(verdict.line)
        return verdict.line

    def _inspect(self, record: bytes) -> None:
        for inspection in self._inspections:
            self._ledger.add(inspection.inspect(self._split, self._records, record), self._records)

    def _reject(self, line: bytes, flaws: tuple[Flaw, ...]) -> None:
        self._records += 1
        self._ledger.add(flaws, self._records)
        if self._on_rejected is not None:
            self._on_rejected(self._records, line, flaws)


def _unicode(system_prompt: str | None) -> str | None:
    try:
        (system_prompt or "").encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"system prompt holds an unpaired surrogate as its character {error.start + 1}") from None
    return system_prompt


def _known_format(name: str | None) -> DataFormat | None:
    if not name:
        return None
    for known in FORMATS:
        if known == name:
            return known
    raise ValueError(f"dataset format must be one of {', '.join(FORMATS)}, got {name!r}")
