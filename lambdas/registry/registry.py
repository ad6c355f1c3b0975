"""Reads records and changes them by pure functions, over the version that was read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from finetuning.lifecycle.codec import decode, encode, know
from finetuning.lifecycle.record import ModelRecord
from lambdas.gateways.registry_table import StaleVersionError

#: Writers of one record are few (two resources, one driver, an operator); one that writes at each look may still be
#: faster ten times in a row.
TRIES = 25

Change = Callable[[ModelRecord], ModelRecord]


class Table(Protocol):
    """Where the documents are kept; `lambdas.gateways.registry_table.RegistryTable` is the real one."""

    def read(self, model: str) -> tuple[str, int] | None:
        """The model's document and version, or None."""

    def write(self, model: str, document: str, *, over: int) -> int:
        """Write over a version; raises StaleVersionError."""

    def all(self) -> Iterator[tuple[str, str, int]]:
        """Every model's name, document and version."""


class Registry:
    """The records of one environment's models."""

    def __init__(self, project: str, environment: str, table: Table) -> None:
        self._project, self._environment, self._table = project, environment, table

    def read(self, model: str) -> ModelRecord:
        """The model's record; a blank one when nothing was ever wanted."""
        found = self._table.read(model)
        if found is None:
            return ModelRecord(project=self._project, environment=self._environment, model=model)
        document, version = found
        return decode(document, version=version)

    def update(self, model: str, change: Change) -> ModelRecord:
        """Apply a pure change to the newest record and return the result; an unchanged record is not written.

        Raises:
            StaleVersionError: others changed the record each time.
        """
        for attempt in range(TRIES):
            before = self.read(model)
            after = change(before)
            if after == before:
                return before
            document = encode(after)
            try:
                version = self._table.write(model, document, over=before.version)
            except StaleVersionError:
                if attempt == TRIES - 1:
                    raise
            else:
                return know(document, version, replace(after, version=version))
        raise AssertionError("unreachable: the last try returns or raises")

    def all(self) -> Iterator[ModelRecord]:
        """Every record of the environment."""
        for _, document, version in self._table.all():
            yield decode(document, version=version)
