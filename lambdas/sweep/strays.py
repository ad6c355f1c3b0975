"""What carries our owner tags although no record claims it: deleted if we let go of it, else people are told."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import Orphan, claimed, orphans, reopen
from finetuning.lifecycle.troubles import orphaned
from lambdas import log
from lambdas.registry import Registry
from lambdas.settings import SweepSettings
from lambdas.sweep.models import told


class Inventory(Protocol):
    """Everything that is there."""

    def owned(self, project: str, environment: str, *, but: Collection[str]) -> Iterator[OwnedThing]:
        """What carries the owner tags, but for what has these ARNs."""


class Notices(Protocol):
    """Tells people."""

    def publish(self, subject: str, text: str) -> None:
        """Publish one notice."""


class Strays:
    """Sweeps what is not in the registry."""

    def __init__(self, settings: SweepSettings, *, registry: Registry, inventory: Inventory, notices: Notices) -> None:
        self._settings, self._registry = settings, registry
        self._inventory, self._notices = inventory, notices

    def sweep(self, records: Sequence[ModelRecord], now: float) -> str:
        """Look for orphans; those that a record let go of go to its driver, and people are told of the others, once.

        Args:
            records: all that the registry has.
            now: in epoch seconds.
        """
        project, environment = self._settings.project, self._settings.environment
        things = list(self._inventory.owned(project, environment, but=claimed(records)))
        found = orphans(records, things, now)
        for orphan in found:
            log.warning("orphan", arn=orphan.thing.arn, removable=orphan.removable, reason=orphan.reason)
            if orphan.removable:
                self._registry.update(_model_of(orphan), partial(reopen, thing=orphan.thing))
            else:
                self._tell(orphan)
        self._forget(records, {orphan.thing.arn for orphan in found})
        return f"{len(found)} orphans" if found else ""

    def _tell(self, orphan: Orphan) -> None:
        trouble = orphaned(self._settings.project, self._settings.environment, orphan)
        record = self._registry.read(_model_of(orphan))
        if trouble.key not in record.notified:
            self._notices.publish(trouble.subject, trouble.text)
            self._registry.update(record.model, told(trouble.key))

    def _forget(self, records: Sequence[ModelRecord], arns: set[str]) -> None:
        """Those that are gone, so that they are told of again if they come back."""
        known = {f"orphaned:{arn}" for arn in arns}
        for record in records:
            kept = tuple(key for key in record.notified if not key.startswith("orphaned:") or key in known)
            if kept != record.notified:
                self._registry.update(record.model, _only(kept))


def _model_of(orphan: Orphan) -> str:
    return orphan.thing.tags.get(names.MODEL_TAG, "") or "unknown"


def _only(kept: tuple[str, ...]) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        return replace(record, notified=tuple(key for key in record.notified if key in kept))

    return change
