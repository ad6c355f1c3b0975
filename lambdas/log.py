"""Structured logs: one JSON object per line, made of names that the caller lists.

There is no way to log an event as a whole, because a custom resource event carries a pre-signed URL and a data set
carries training text (fault catalogue, control S11).
"""

import json
import os
import sys
import time

METRICS_NAMESPACE = "FineTuning"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LINES = json.JSONEncoder(default=str)


def info(message: str, **fields: object) -> None:
    """Log what happened, with ids as fields."""
    _write("INFO", message, fields)


def warning(message: str, **fields: object) -> None:
    """Log what an operator may want to look at."""
    _write("WARNING", message, fields)


def error(message: str, **fields: object) -> None:
    """Log what failed. Call it once, where the failure is handled."""
    _write("ERROR", message, fields)


def metric(name: str, value: float, **dimensions: str) -> None:
    """Log a count that CloudWatch turns into a metric of these dimensions; it needs no call and no right.

    Source: CloudWatch User Guide, 'Specification: Embedded metric format'. It is written at every log level.
    """
    directive = {
        "Namespace": METRICS_NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    _print({"_aws": metadata, **dimensions, name: value})


def _write(level: str, message: str, fields: dict[str, object]) -> None:
    threshold = os.environ.get("LOG_LEVEL", "INFO")
    if _LEVELS.index(level) < (_LEVELS.index(threshold) if threshold in _LEVELS else 1):
        return
    _print({"level": level, "message": message, **fields})


def _print(line: dict[str, object]) -> None:
    sys.stdout.write(_LINES.encode(line) + "\n")
    sys.stdout.flush()
