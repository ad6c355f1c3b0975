"""Progress that is visible at all times: a live display on a terminal, a line per change elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

#: Without a terminal: at most a line this often while a step says how far it is, and at least one this often.
_LEAST_SECONDS, _MOST_SECONDS = 2.0, 15.0
_NAME_WIDTH = 14


class Reporter(Protocol):
    """Shows how far the steps are."""

    @contextmanager
    def step(self, name: str) -> Iterator["Step"]:
        """Show a step while the block runs, and how it ended."""


class Step(Protocol):
    """How far one step is."""

    def show(self, text: str, fraction: float | None = None) -> None:
        """Say what is going on, and the share that is done from 0 to 1 where it is known."""


def reporter(console: Console) -> "Reporter":
    """The reporter that fits a console."""
    return LiveReporter(console) if console.is_terminal else LineReporter(console)


class LiveReporter:
    """A bar that moves."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a moving bar, and a line when it is done."""
        begun, final = time.monotonic(), _Final()
        columns = (
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=12),
            TextColumn("{task.fields[text]}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
            TimeElapsedColumn(),
        )
        try:
            with Progress(*columns, console=self._console, transient=True, expand=True) as progress:
                yield _Bar(progress, name.ljust(_NAME_WIDTH), final)
        except BaseException:
            self._console.print(f"[red]✘[/] {name:<{_NAME_WIDTH}} {time.monotonic() - begun:6.1f} s")
            raise
        self._console.print(f"[green]✔[/] {name:<{_NAME_WIDTH}} {time.monotonic() - begun:6.1f} s  {final.text}")


class _Final:
    """The last thing that a step said."""

    text = ""


class _Bar:
    def __init__(self, progress: Progress, name: str, final: _Final) -> None:
        self._progress, self._final = progress, final
        self._task = progress.add_task(name, total=None, text="")

    def show(self, text: str, fraction: float | None = None) -> None:
        self._final.text = text
        total = None if fraction is None else 1.0
        self._progress.update(self._task, text=text, total=total, completed=fraction or 0.0)


class LineReporter:
    """A line per change, and now and then a sign of life."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Print a line when the step begins, whenever it gets on, and when it ends."""
        lines = _Lines(self._console, name)
        lines.print("…", "")
        try:
            yield lines
        except BaseException:
            lines.print("✘", lines.text)
            raise
        lines.print("✔", lines.text)


class _Lines:
    def __init__(self, console: Console, name: str) -> None:
        self._console, self._name = console, name
        self._begun = self._printed_at = time.monotonic()
        self._printed, self.text = "", ""

    def show(self, text: str, fraction: float | None = None) -> None:
        self.text = text
        if fraction == 1.0:
            return  # the step's last line will say it
        silent = time.monotonic() - self._printed_at
        if (text != self._printed and silent >= _LEAST_SECONDS) or silent >= _MOST_SECONDS:
            self.print("…", text)

    def print(self, sign: str, text: str) -> None:
        self._printed, self._printed_at = text, time.monotonic()
        seconds = self._printed_at - self._begun
        line = f"{sign} {self._name:<{_NAME_WIDTH}} {seconds:6.1f} s  {text}".rstrip()
        self._console.print(line, soft_wrap=True, markup=False)
