"""Runs the one check on the inputs of a plan: the same gate as the deployment's custom resource."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import BinaryIO

from finetuning.dataset.gate import Gate
from finetuning.dataset.inspections.inspection import Inspection
from finetuning.dataset.report import DatasetReport
from finetuning.dataset.waivers import WaiverError
from ops.data.inputs import Ready, empty, ready
from ops.data.plan import Plan
from ops.data.progress import Display, Meter, buffered, display
from ops.data.storage import default_storage
from ops.errors import UsageError

#: Takes the good records of a split, converted; it must read them to their end.
Take = Callable[[str, Iterator[bytes]], None]


def check(
    plan: Plan,
    *,
    inspections: Sequence[Inspection] | None = None,
    meters: Mapping[str, Meter] | None = None,
    take: Take = lambda split, records: deque(records, maxlen=0).clear(),
) -> DatasetReport:
    """Read every input to its end and return what was found.

    Args:
        plan: what to check and how.
        inspections: what is asked beyond the rules of one record; None for everything there is.
        meters: see the bytes of a split as they are read.
        take: for who wants the records; by default they go nowhere.

    Raises:
        UnreadableError: an input cannot be read, or changed while it was read.
        UsageError: a waiver is not possible.
    """
    gate = _gate(plan, inspections)
    inputs = ready([*plan.inputs.values()], cache(default_storage))
    with display() as screen:
        for split, source in zip(plan.inputs, inputs, strict=True):
            with read(source, screen, (meters or {}).get(split)) as stream:
                take(split, gate.check(split, stream, file=source.name))
    return gate.report()


@contextmanager
def read(source: Ready, screen: Display, meter: Meter | None = None) -> Iterator[BinaryIO]:
    """Yield the bytes of an input, watched by the display; an input without any is refused at its end."""
    with source.open() as opened, screen.watch(source.name, opened, *([meter] if meter else [])) as metered:
        yield buffered(metered)
        if not metered.total:
            raise empty(source.name)


def _gate(plan: Plan, inspections: Sequence[Inspection] | None) -> Gate:
    try:
        return Gate(
            plan.base_model,
            source_format=plan.source_format,
            system_prompt=plan.system_prompt,
            waivers=plan.waivers,
            batch_size=plan.batch_size,
            inspections=inspections,
        )
    except WaiverError as error:
        raise UsageError(str(error)) from error
