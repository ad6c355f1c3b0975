"""Structured logs: one JSON object per line, made of names that the caller lists.

There is no way to log an event as a whole, because a custom resource event carries a pre-signed URL and a data set
carries training text (fault catalogue, control S11).
"""

import json
import os
import sys

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def info(message: str, **fields: object) -> None:
    """Log what happened, with ids as fields."""
    _write("INFO", message, fields)


def warning(message: str, **fields: object) -> None:
    """Log what an operator may want to look at."""
    _write("WARNING", message, fields)


def error(message: str, **fields: object) -> None:
    """Log what failed. Call it once, where the failure is handled."""
    _write("ERROR", message, fields)


def _write(level: str, message: str, fields: dict[str, object]) -> None:
    threshold = os.environ.get("LOG_LEVEL", "INFO")
    if _LEVELS.index(level) < (_LEVELS.index(threshold) if threshold in _LEVELS else 1):
        return
    line = {"level": level, "message": message, **fields}
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()
