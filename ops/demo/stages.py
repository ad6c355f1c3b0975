"""What a demonstration does: named stages, each shown and timed, and what they come to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from ops.demo.progress import Reporter, Step
from ops.demo.workplace import Workplace


class Stages:
    """Shows and times one stage after the other; `seconds` has those that were begun, in order."""

    def __init__(self, progress: Reporter) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[Step]:
        """Show and time a stage while the block runs."""
        begun = time.monotonic()
        self.seconds[name] = 0.0
        try:
            with self._progress.step(name) as step:
                yield step
        finally:
            self.seconds[name] = time.monotonic() - begun

    def last(self, default: str) -> str:
        """The stage that was begun last."""
        return next(reversed(self.seconds), default)


@dataclass(frozen=True)
class Outcome:
    """What is shown at the end: as a JSON document, for people in at most so many columns, and as a page."""

    document: dict[str, Any]
    render: Callable[[int], RenderableType]
    page: Path | None = None


@dataclass(frozen=True)
class Demonstration:
    """What is said first, and what is done then."""

    header: str
    perform: Callable[[Stages, Workplace], Outcome]
