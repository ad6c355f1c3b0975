"""The verdict of a report's document, and its findings rule by rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.dataset.rules import RULES
from finetuning.presentation.numbers import counted

#: In the order of the page: what fails the deployment comes first.
SEVERITIES = ("error", "warning", "waived")


@dataclass(frozen=True)
class RuleFindings:
    """What was found against one rule.

    Attributes:
        code: of the rule; this version of the project may not know it.
        severity: ``error``, ``warning`` or ``waived``.
        count: all findings, kept or only counted.
        findings: those that are kept, as the document has them.
        reason: why the rule is waived; empty if it is not.
    """

    code: str
    severity: str
    count: int
    findings: tuple[Mapping[str, Any], ...]
    reason: str

    @property
    def title(self) -> str:
        """What is wrong, in a few words."""
        return RULES[self.code].title if self.code in RULES else "a rule of another version"

    @property
    def fix(self) -> str:
        """What to do next."""
        return str(self.findings[0]["fix"]) if self.findings else RULES[self.code].fix if self.code in RULES else ""


def sentence(summary: Mapping[str, Any]) -> str:
    """Return the verdict in a few words."""
    if not summary["ok"]:
        return f"Not ready: {counted(summary['errors'], 'error')}"
    if summary["warnings"]:
        return f"Ready, with {counted(summary['warnings'], 'warning')}"
    return "Ready to train"


def by_rule(document: Mapping[str, Any]) -> tuple[RuleFindings, ...]:
    """Return the findings by rule: errors, then warnings, then what is waived; within these by code."""
    summary, kept = document["summary"], document["findings"]
    groups = []
    for code, count in summary["counts"].items():
        findings = tuple(finding for finding in kept if finding["code"] == code)
        groups.append(RuleFindings(code, _severity(code, summary), count, findings, summary["waivers"].get(code, "")))
    return tuple(sorted(groups, key=lambda group: (SEVERITIES.index(group.severity), group.code)))


def _severity(code: str, summary: Mapping[str, Any]) -> str:
    if code in summary["waivers"]:
        return "waived"
    return RULES[code].severity if code in RULES else "error"
