"""What is found in a dataset: a broken rule and its place.

No finding carries a record's text, only the names of keys and roles, because training text must not reach a log.
"""

from dataclasses import dataclass

from finetuning.dataset.rules import RULES, Severity


@dataclass(frozen=True)
class Flaw:
    """A broken rule within one record, not yet placed in a file."""

    code: str
    path: str
    message: str


@dataclass(frozen=True)
class Finding:
    """A broken rule and its place.

    Attributes:
        code: of the rule, such as ``DS301``.
        severity: an error keeps the record out and fails the deployment; a warning does neither.
        file: the split, such as ``training``.
        line: counts from 1; None if the finding is about the whole file.
        path: where in the record, such as ``messages[1].role``; empty if it is about the whole line.
        message: what was found and what is allowed.
        fix: what to do next.
    """

    code: str
    severity: Severity
    file: str
    line: int | None
    path: str
    message: str
    fix: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        line = "" if self.line is None else f" line {self.line}"
        path = f", {self.path}" if self.path else ""
        return f"{self.code} {self.file}{line}{path}: {self.message}; {self.fix}"


def placed(flaw: Flaw, file: str, line: int | None) -> Finding:
    """Return a flaw as a finding at a place."""
    rule = RULES[flaw.code]
    return Finding(rule.code, rule.severity, file, line, flaw.path, flaw.message, rule.fix)
