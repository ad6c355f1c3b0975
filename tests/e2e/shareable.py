"""What a run came to, in a form that can be shown to others: without accounts, keys and names of persons."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.e2e.commands import Done
from tests.e2e.journey import Journey
from tests.e2e.settings import CAP_USD, Settings

#: Account ids; and who it was, in the ARN of a user or of a role's session.
_SECRETS = (
    (re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])"), "<account>"),
    (re.compile(r":(user|assumed-role)/[^\s\"'<,;)]+"), r":\1/<somebody>"),
)
_REPORT, _PAGE = "report.md", "run-report.html"


def save(folder: Path, clone: Path, settings: Settings, journey: Journey, done: Sequence[Done]) -> Path:
    """Write the report, and the run report beside it, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _REPORT).write_text(shareable("\n".join(_lines(settings, journey, done))), encoding="utf-8")
    page = clone / _PAGE
    if page.exists():
        (folder / _PAGE).write_text(shareable(page.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def shareable(text: str) -> str:
    """Return a text without account ids and names of callers."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _lines(settings: Settings, journey: Journey, done: Sequence[Done]) -> Iterator[str]:
    yield from ("# First deploy on a real account", "")
    outcome = f"failed: {journey.failure}" if journey.failure else "succeeded"
    left = "; ".join(journey.remains)
    yield f"- outcome: **{outcome}**"
    yield f"- left behind: {f'**{left}**' if left else 'nothing, by stacks, tags and the lists of Bedrock'}"
    estimate = "unknown" if journey.estimate_usd is None else f"at most {journey.estimate_usd:.2f} dollars"
    yield f"- job and evaluation: {estimate} by the estimate; hard cap {CAP_USD:.2f} dollars; nothing by the hour"
    yield f"- Region: {settings.region}"
    yield from ("", "| command | minutes | exit code |", "|---|---:|---:|")
    yield from (f"| `{each.shown}` | {each.seconds / 60:.1f} | {each.code} |" for each in done)
    if journey.evaluation:
        yield from ("", "## Evaluation", "", journey.evaluation)
    yield ""
