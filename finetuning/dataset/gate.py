"""The data gate: the one way in which the command line, the custom resource and CI check a dataset."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO

from finetuning.base_model import BaseModel
from finetuning.dataset.check import DatasetCheck, OnRejected
from finetuning.dataset.findings import placed
from finetuning.dataset.inspections.inspection import Inspection, standard_inspections
from finetuning.dataset.limits import advice_flaws, total_flaws
from finetuning.dataset.report import DatasetReport, SplitReport
from finetuning.dataset.tokens import Tokenizer
from finetuning.dataset.waivers import check_waivers


class Gate:
    """Checks the splits of one dataset, one after the other, and reports on all of them at the end."""

    def __init__(
        self,
        base_model: BaseModel,
        *,
        source_format: str | None = None,
        system_prompt: str | None = None,
        waivers: Mapping[str, str] | None = None,
        tokenizer: Tokenizer | None = None,
        batch_size: int | None = None,
        inspections: Sequence[Inspection] | None = None,
        hashes: bool = True,
    ) -> None:
        """Begin a dataset.

        Args:
            base_model: whose rules, limits and format apply.
            source_format: the format of the records; None or empty to take that of each file's first record.
            system_prompt: given to records that have none of their own; None or empty for none.
            waivers: code → reason, of the rules that are waived.
            tokenizer: counts the tokens of records that may be too long; None to estimate them.
            batch_size: of the customization job; None if it is not known.
            inspections: what is asked beyond the rules of one record; None for everything there is.

            hashes: whether the report has the digests of what is written; see ``DatasetCheck``.

        Raises:
            WaiverError: a waiver names no waivable rule or gives no reason.
        """
        check_waivers(waivers or {})
        self._base_model, self._batch_size = base_model, batch_size
        self._source_format, self._system_prompt = source_format, system_prompt
        self._waivers = MappingProxyType(dict(waivers or {}))
        self._tokenizer, self._hashes = tokenizer, hashes
        self._inspections = tuple(standard_inspections(base_model) if inspections is None else inspections)
        self._reports: list[SplitReport] = []

    def check(
        self, split: str, stream: IO[bytes], *, file: str | None = None, on_rejected: OnRejected | None = None
    ) -> Iterator[bytes]:
        """Check one split and yield its good records, converted: one or more whole lines at a time.

        The split is in the report only if the iterator was exhausted. Call it for training first, then validation,
        then test: what is found between two splits is said of the later one.

        Args:
            split: ``training``, ``validation`` or ``test``.
            stream: the file, read once from its beginning to its end.
            file: how findings name it; the split if None.
            on_rejected: called for each record with an error; see ``DatasetCheck``.

        Raises:
            ValueError: the source format does not exist.
        """
        dataset = DatasetCheck(
            self._base_model,
            split,
            source_format=self._source_format,
            system_prompt=self._system_prompt,
            file=file,
            waivers=self._waivers,
            tokenizer=self._tokenizer,
            inspections=self._inspections,
            on_rejected=on_rejected,
            hashes=self._hashes,
        )
        yield from dataset.convert(stream)
        self._reports.append(dataset.finish())

    def report(self) -> DatasetReport:
        """Return the report on all splits that were checked, and what is wrong with them together."""
        return conclude(self._base_model, self._reports, self._waivers, batch_size=self._batch_size)


def conclude(
    base_model: BaseModel,
    splits: Sequence[SplitReport],
    waivers: Mapping[str, str] | None = None,
    *,
    batch_size: int | None = None,
) -> DatasetReport:
    """Return the report of a whole dataset: its files, and what is wrong with them together.

    Args:
        base_model: whose limits apply.
        splits: one report per file.
        waivers: code → reason, of the rules that are waived.
        batch_size: of the customization job; None if it is not known.
    """
    records = {split.split: None if "DS109" in split.counts else split.records for split in splits}
    flaws = [*total_flaws(base_model, records), *advice_flaws(records, batch_size)]
    together = tuple(placed(flaw, "training and validation", None, waivers) for flaw in flaws)
    return DatasetReport(base_model.customization_id, tuple(splits), together, MappingProxyType(dict(waivers or {})))
