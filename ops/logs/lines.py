"""Log events as readable lines. Functions write one JSON object per line; what Lambda itself writes is filtered."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ops.errors import UsageError
from ops.logs.groups import LogGroup

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

_SINCE = re.compile(r"(?P<number>[1-9][0-9]{0,4})(?P<unit>[smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
#: Lines of the Lambda platform that say nothing about the work.
_PLATFORM = re.compile(r"(INIT_START|START|END|REPORT|XRAY TraceId)\b")
#: What a metric has among its fields. Source: CloudWatch User Guide, 'Specification: Embedded metric format'.
_METRIC = "_aws"
_STYLES = {"ERROR": "red", "WARNING": "yellow", "DEBUG": "dim"}


@dataclass(frozen=True, order=True)
class Line:
    """One thing that was logged; `source` is a function's name, `id` tells it from its twins."""

    at: datetime
    source: str
    level: str = field(compare=False)
    message: str = field(compare=False)
    fields: Mapping[str, Any] = field(compare=False, default_factory=dict)
    id: str = ""


def parse_since(text: str) -> timedelta:
    """Return the duration that `15m`, `2h` or `1d` stands for.

    Raises:
        UsageError: it is none.
    """
    match = _SINCE.fullmatch(text)
    if match is None:
        raise UsageError(f"--since must be a number from 1 to 99999 and one of s, m, h, d, such as 15m, got {text!r}")
    return timedelta(**{_UNITS[match["unit"]]: int(match["number"])})


def read(client: "CloudWatchLogsClient", group: LogGroup, since: datetime) -> list[Line]:
    """What a function logged from a moment on, oldest first; CloudWatch Logs knows no moment before 1970."""
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=group.name, startTime=max(0, int(since.timestamp() * 1000))
    )
    events = [event for page in pages for event in page["events"]]
    lines = [parse(group.function, e["timestamp"], e["message"], e.get("eventId", "")) for e in events]
    return sorted(line for line in lines if line is not None)


def parse(function: str, timestamp: int, message: str, event_id: str = "") -> Line | None:
    """Return a log event as a line, or None if only the platform speaks or something is counted.

    Args:
        function: that wrote it.
        timestamp: in milliseconds since 1970.
        message: a JSON object of `lambdas.log`, or free text such as a traceback.
        event_id: unique within its log group.
    """
    at, text = datetime.fromtimestamp(timestamp / 1000, UTC), message.rstrip()
    if not text or _PLATFORM.match(text):
        return None
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict) and _METRIC in document:
        return None
    if not isinstance(document, dict) or "message" not in document:
        level = "ERROR" if text.startswith(("[ERROR]", "Traceback")) or "Task timed out" in text else "INFO"
        return Line(at, function, level, text, {}, event_id)
    fields = {name: value for name, value in document.items() if name not in {"level", "message"}}
    return Line(at, function, str(document.get("level", "INFO")), str(document["message"]), fields, event_id)


def render(line: Line) -> Text:
    """A line for a terminal: time (UTC), source, message, fields."""
    style = _STYLES.get(line.level, "")
    text = Text.assemble((line.at.strftime("%H:%M:%S"), "dim"), "  ", (f"{line.source:<18}", "cyan"), " ")
    if line.level not in {"INFO", ""}:
        text.append(f"{line.level} ", style)
    text.append(line.message, style)
    for name, value in line.fields.items():
        text.append(f"  {name}=", "dim").append(str(value))
    return text
