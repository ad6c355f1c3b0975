"""What the steps need of the place in which an evaluation's files are kept."""

from collections.abc import Iterator
from typing import Protocol


class Store(Protocol):
    """Keeps the files of evaluations; `lambdas.gateways.answers_store.AnswersStore` is the real one."""

    def uri(self, key: str) -> str:
        """The URI of a file."""

    def read(self, key: str) -> bytes | None:
        """The content of a file, or None."""

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Write a file whole."""

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin so."""
