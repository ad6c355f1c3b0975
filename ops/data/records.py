"""The good records of an input as converted lines, one by one, for what compares records with each other."""

from collections.abc import Iterator

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Finding
from finetuning.dataset.gate import Gate
from finetuning.dataset.report import SplitReport
from ops.data.checking import read
from ops.data.inputs import Ready, UnreadableError
from ops.data.progress import Display, Meter


def lines(
    source: Ready, base_model: BaseModel, screen: Display, source_format: str | None = None, meter: Meter | None = None
) -> Iterator[bytes]:
    """Yield every record of an input, in a base model's format.

    Raises:
        UnreadableError: no record can be found, or one has an error: line numbers and the answer would be wrong.
    """
    gate = Gate(base_model, source_format=source_format, inspections=(), hashes=False)
    with read(source, screen, meter) as stream:
        for chunk in gate.check("test", stream, file=source.name):
            yield from chunk.splitlines(keepends=True)
    (split,) = gate.report().splits
    if split.errors:
        bad = split.records - split.written_records
        if not bad:  # it is about the file as a whole, such as a compressed one
            raise UnreadableError(str(first_error(split)))
        raise UnreadableError(
            f"{bad:,} of {split.records:,} records have errors, the first: {first_error(split)}\n"
            f"see all with: python -m ops data validate {source.name}\n"
            f"leave them out with: python -m ops data convert {source.name} GOOD.jsonl --keep-going "
            f"--to {split.data_format or base_model.data_format}"
        )


def first_error(split: SplitReport) -> Finding:
    """The first error of an input that has one."""
    return next(finding for finding in split.findings if finding.severity == "error")
