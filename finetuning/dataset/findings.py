"""What is found in a dataset: a broken rule and its place.

No finding carries a record's text, only the names of keys and roles and a redacted excerpt, because training text must
not reach a log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from finetuning.dataset.rules import RULES

FindingSeverity = Literal["error", "warning", "waived"]


@dataclass(frozen=True)
class Flaw:
    """A broken rule within one record, not yet placed in a file.

    Attributes:
        code: of the rule.
        path: where in the record; empty if it is about the whole line.
        message: what was found and what is allowed.
        excerpt: the place, redacted; empty if there is nothing to show.
    """

    code: str
    path: str
    message: str
    excerpt: str = ""


@dataclass(frozen=True)
class Finding:
    """A broken rule and its place.

    Attributes:
        code: of the rule, such as ``DS301``.
        severity: an error fails the deployment; a warning does not; what was waived is shown and does nothing else.
        file: as the door that reads it names it: a path, a URI, or the split.
        line: counts from 1; None if the finding is about the whole file.
        path: where in the record, such as ``messages[1].role``; empty if it is about the whole line.
        message: what was found and what is allowed.
        fix: what to do next.
        excerpt: the place, redacted; empty if there is nothing to show.
    """

    code: str
    severity: FindingSeverity
    file: str
    line: int | None
    path: str
    message: str
    fix: str
    excerpt: str = ""

    def __str__(self) -> str:
        """Return the finding as one line."""
        line = "" if self.line is None else f" line {self.line}"
        path = f", {self.path}" if self.path else ""
        return f"{self.code} {self.file}{line}{path}: {self.message}; {self.fix}"


def placed(flaw: Flaw, file: str, line: int | None, waivers: Mapping[str, str] | None = None) -> Finding:
    """Return a flaw as a finding at a place; it is waived if its code is in ``waivers`` (code → reason)."""
    rule = RULES[flaw.code]
    severity: FindingSeverity = "waived" if waivers and rule.code in waivers else rule.severity
    return Finding(rule.code, severity, file, line, flaw.path, flaw.message, rule.fix, flaw.excerpt)
