"""What a check asks beyond the rules of one record: of records together, and of the texts inside them."""

from collections.abc import Iterable
from typing import Protocol

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.duplicates import Duplicates
from finetuning.dataset.inspections.media_kinds import MediaKinds
from finetuning.dataset.inspections.near_duplicates import NearDuplicates
from finetuning.dataset.inspections.outliers import Outliers
from finetuning.dataset.inspections.text_inspection import SecretsAndPersonalData


class Inspection(Protocol):
    """Sees every good record once, in order; one inspection sees all splits of a dataset, training first.

    Its memory must not grow with the size of the records, only with their number, and that only up to the base
    model's limit.
    """

    def inspect(self, split: str, line: int, record: bytes) -> Iterable[Flaw]:
        """Yield what is wrong with a record.

        Args:
            split: ``training``, ``validation`` or ``test``.
            line: in the file as read, from 1.
            record: the converted line, in the base model's format, with its line feed.
        """

    def finish(self, split: str) -> Iterable[tuple[int | None, Flaw]]:
        """Yield what can only be said at the end of a split, each with its line; None for the whole file."""


def standard_inspections(base_model: BaseModel) -> tuple[Inspection, ...]:
    """Return a new set of all inspections, for one dataset."""
    return (
        Duplicates(base_model),
        NearDuplicates(base_model),
        Outliers(base_model),
        SecretsAndPersonalData(base_model),
        MediaKinds(),
    )
