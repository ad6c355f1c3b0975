"""What a check says, and what stands in place of a fact that could not be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What follows from a finding: nothing, somebody should know, or nothing may be started."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: what was checked, in a word or two, the same at each run: programs go by it.
        message: what is allowed and what there is, in a sentence without its end.
        limit: what is allowed, alone; "" where there is no such thing.
        present: what there is, alone; "" likewise.
        fix: the exact way out, a command where there is one; "" if there is nothing to do.
    """

    check: str
    severity: Severity
    message: str
    limit: str = ""
    present: str = ""
    fix: str = ""

    def __str__(self) -> str:
        """Return the finding as one line."""
        line = f"{self.check}: {self.message}"
        return f"{line}; {self.fix}" if self.fix else line


@dataclass(frozen=True)
class Unreadable:
    """A fact that could not be read: a check that is based on it is not made, and never passes.

    Attributes:
        right: the IAM action that reads it.
        reason: what AWS answered.
        denied: whether the right is missing; else the call failed for another reason.
    """

    right: str
    reason: str
    denied: bool

    def finding(self, check: str) -> Finding:
        """Return the warning that a check was not made."""
        if self.denied:
            fix = f"allow {self.right} to whom the answer names, then run preflight again"
            return Finding(check, Severity.WARNING, f"not checked, {self.right} is not allowed: {self.reason}", fix=fix)
        fix = "run python -m ops preflight again"
        return Finding(check, Severity.WARNING, f"not checked, {self.right} failed: {self.reason}", fix=fix)


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with errors first and what is well last, else in their order."""
    order = (Severity.ERROR, Severity.WARNING, Severity.OK)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def errors(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return what forbids to go on."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
