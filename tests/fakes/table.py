"""The registry's table: a document per model, written only over the version that was read."""

from collections.abc import Callable, Iterator

from lambdas.gateways.registry_table import StaleVersionError


class FakeTable:
    """Has the methods of `RegistryTable`; `interruptions` run one by one, each just before a write."""

    def __init__(self) -> None:
        self.items: dict[str, tuple[str, int]] = {}
        self.interruptions: list[Callable[[], object]] = []
        self.reads, self.writes = 0, 0

    def read(self, model: str) -> tuple[str, int] | None:
        """The document and its version."""
        self.reads += 1
        return self.items.get(model)

    def write(self, model: str, document: str, *, over: int) -> int:
        """Write over a version."""
        if self.interruptions:
            self.interruptions.pop(0)()
        if self.items.get(model, ("", 0))[1] != over:
            raise StaleVersionError(f"the record of model {model!r} changed since version {over}")
        self.items[model] = (document, over + 1)
        self.writes += 1
        return over + 1

    def all(self) -> Iterator[tuple[str, str, int]]:
        """Everything."""
        for model, (document, version) in sorted(self.items.items()):
            yield model, document, version
