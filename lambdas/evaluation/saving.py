"""The lines of one file while they grow: read once, written now and then, and in any case at the end."""

from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from finetuning.evaluation.answers import LineCodec, SavedAnswer, SavedGrade
from lambdas.evaluation.store import Store

#: A function that is killed loses no more than what it was answered in this time.
SAVE_EVERY_SECONDS = 30.0

_Line = TypeVar("_Line", SavedAnswer, SavedGrade)


class Saving(Generic[_Line]):
    """Keeps the lines of a file; each write replaces the file as a whole.

    Attributes:
        lines: by the id of the record.
    """

    def __init__(
        self,
        store: Store,
        key: str,
        codec: LineCodec[_Line],
        clock: Callable[[], float],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Read what is there.

        Args:
            store: has the file.
            key: of the file.
            codec: of its lines.
            clock: gives epoch seconds.
            check: called before each write; raises if the new lines must not be kept.

        Raises:
            SavedAnswersError: the file is damaged.
        """
        self._store, self._key, self._clock, self._check = store, key, clock, check
        self._codec: LineCodec[_Line] = codec
        self.lines: dict[str, _Line] = codec.decode(store.read(key) or b"")
        self._saved, self._saved_at = len(self.lines), clock()

    def add(self, line: _Line) -> None:
        """Keep a line."""
        self.lines[line.id] = line
        if self._clock() - self._saved_at >= SAVE_EVERY_SECONDS:
            self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if len(self.lines) > self._saved:
            self._write()

    def _write(self) -> None:
        self._check()
        self._store.write(self._key, self._codec.encode(self.lines.values()), "application/jsonl")
        self._saved, self._saved_at = len(self.lines), self._clock()
