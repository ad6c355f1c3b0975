"""Where output goes: answers to stdout, one JSON document to stdout when asked for, everything else to stderr."""

import json
import sys
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from rich.console import Console

#: Without a terminal rich assumes 80 columns, which would cut ARNs in a log file.
_PIPED_WIDTH = 160


def stdout() -> Console:
    """The console for answers."""
    return _console(stderr=False)


def stderr() -> Console:
    """The console for what is not the answer: progress beside a JSON document, warnings."""
    return _console(stderr=True)


def print_json(document: object) -> None:
    """Print one JSON document, and nothing else, to stdout."""
    sys.stdout.write(json.dumps(document, indent=2, default=_plain) + "\n")


def complain(message: str) -> None:
    """Print an error message to stderr."""
    sys.stderr.write(f"error: {message}\n")


class _Piped(Console):
    """Leaves it to the entry point what the end of a reader means, which for rich is a failure."""

    def on_broken_pipe(self) -> None:
        """Let the error that is being handled go on."""
        raise BrokenPipeError


def _console(*, stderr: bool) -> Console:
    console = _Piped(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    return console


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)
