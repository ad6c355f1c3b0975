"""The report for GitHub: annotations in a pull request, and the summary of a step.

Sources: GitHub Docs, 'Workflow commands for GitHub Actions'; how texts are escaped: actions/toolkit,
packages/core/src/command.ts; how many are shown: actions/toolkit, docs/problem-matchers.md, 'Limitations'.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from finetuning.dataset.findings import Finding
from finetuning.dataset.presentation.formats import format_name
from finetuning.dataset.presentation.grouping import RuleFindings, by_rule, sentence
from finetuning.dataset.report import DatasetReport
from finetuning.dataset.rules import RULES
from finetuning.presentation.markdown import escaped, shown
from finetuning.presentation.numbers import counted, number

#: GitHub shows so many errors and so many warnings of a step, and drops the others without a word.
SHOWN_PER_SEVERITY = 10
_EXAMPLES_PER_RULE = 3

_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def github(report: DatasetReport) -> Iterator[str]:
    """Yield a report as workflow commands, to be printed one a line: errors, warnings, how many more there are.

    Of each severity the first finding of every rule comes before the second of any. What is waived is left out.
    """
    shown: Counter[str] = Counter()
    for severity in ("error", "warning"):
        for finding in _spread(report, severity)[:SHOWN_PER_SEVERITY]:
            shown[severity] += 1
            yield _command(finding)
    more = [(report.errors - shown["error"], "more error"), (report.warnings - shown["warning"], "more warning")]
    if rest := " and ".join(counted(count, noun) for count, noun in more if count):
        yield f"::notice title=Dataset report::{rest} not shown here"


def markdown_summary(document: Mapping[str, Any]) -> str:
    """Return a report's document (see ``report.document``) as GitHub-flavoured Markdown, for GITHUB_STEP_SUMMARY.

    It has a few examples of each rule and stays far below the 1 MiB that GitHub takes.
    """
    summary, groups = document["summary"], by_rule(document)
    sign = "✅" if summary["ok"] else "❌"
    name = escaped(summary.get("base_model_name") or summary["base_model"])
    lines = [f"## {sign} {sentence(summary)}", "", f"Dataset for **{name}**", ""]
    lines += [*_files(summary), ""]
    for group in groups:
        lines += [*_rule(group), ""]
    return "\n".join(lines).rstrip() + "\n"


def _spread(report: DatasetReport, severity: str) -> list[Finding]:
    """Return the findings of one severity, the first of every rule before the second of any."""
    seen: Counter[str] = Counter()
    ranked = []
    for finding in report.findings:
        if finding.severity == severity:
            seen[finding.code] += 1
            ranked.append((seen[finding.code], finding))
    return [finding for _, finding in sorted(ranked, key=lambda pair: pair[0])]


def _command(finding: Finding) -> str:
    """Return one annotation. GitHub places it at a file of the repository only, so that others are named in words."""
    properties = {"title": f"{finding.code} {RULES[finding.code].title}"}
    message = f"{finding.message}; {finding.fix}"
    if finding.path:
        message = f"{finding.path}: {message}"
    if "://" in finding.file or finding.line is None:
        place = finding.file if finding.line is None else f"{finding.file} line {finding.line}"
        message = f"{place}: {message}"
    else:
        properties = {"file": finding.file, "line": str(finding.line), **properties}
    listed = ",".join(f"{name}={shown(value).translate(_IN_PROPERTIES)}" for name, value in properties.items())
    return f"::{finding.severity} {listed}::{shown(message).translate(_IN_DATA)}"


def _files(summary: Mapping[str, Any]) -> Iterator[str]:
    yield "| split | file | format | records | good | tokens, estimated |"
    yield "|---|---|---|---:|---:|---:|"
    for file in summary["files"]:
        names = (file["split"], file["file"], format_name(file["format"]))
        numbers = (file["records"], file["good_records"], file["estimated_tokens"])
        yield f"| {' | '.join(map(escaped, names))} | {' | '.join(map(number, numbers))} |"
    if summary.get("estimated_billed_tokens") is not None:
        billed, epochs = number(summary["estimated_billed_tokens"]), counted(summary["epochs"], "epoch")
        yield f"\nAbout {billed} tokens are billed for {epochs}, at most."


def _rule(group: RuleFindings) -> Iterator[str]:
    yield f"### {group.code} {escaped(group.title)}: {_found(group)}"
    yield ""
    if group.reason:
        yield f"Waived because: {escaped(group.reason)}\n"
    if group.fix:
        yield f"What to do: **{escaped(group.fix)}**\n"
    for finding in group.findings[:_EXAMPLES_PER_RULE]:
        line = "" if finding["line"] is None else f" line {number(finding['line'])}"
        path = f", {finding['path']}" if finding["path"] else ""
        yield f"- **{escaped(finding['file'])}{line}**{escaped(path)}: {escaped(finding['message'])}"
    if more := group.count - min(len(group.findings), _EXAMPLES_PER_RULE):
        yield f"- … and {number(more)} more"


def _found(group: RuleFindings) -> str:
    return f"{number(group.count)} waived" if group.severity == "waived" else counted(group.count, group.severity)
