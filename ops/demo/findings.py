"""The findings of a refused dataset, for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from finetuning.dataset.presentation.grouping import RuleFindings, by_rule
from finetuning.presentation.numbers import counted

CHECK = "python -m ops data validate --base-model claude-3-haiku"

_STYLES = {"error": "bold red", "warning": "bold yellow", "waived": "dim"}


def render(report: Mapping[str, Any], reason: str, page: str, sample: str) -> RenderableType:
    """What CloudFormation said, what was found rule by rule, and what to try next.

    Args:
        report: the report's document.
        reason: of the refusal, as CloudFormation shows it.
        page: where the report's page is.
        sample: path of the file with the mistakes.
    """
    return Group(*_parts(report, reason, page, sample))


def _parts(report: Mapping[str, Any], reason: str, page: str, sample: str) -> Iterator[RenderableType]:
    yield Rule("what cdk deploy says", align="left", style="dim")
    yield Text(reason)
    yield Rule("everything that was found, rule by rule", align="left", style="dim")
    yield _table(report)
    summary = report["summary"]
    found = f"{counted(summary['errors'], 'error')}, {counted(summary['warnings'], 'warning')}"
    yield Rule("the deployment was refused, no job was started, nothing was bought", align="left", style="dim")
    yield Text(f"{found}; a report to look at: {page}")
    yield Rule("what to try next", align="left", style="dim")
    commands = (
        (f"{CHECK} {sample}", "the findings in this file, without a deployment"),
        (f"{CHECK} datasets/bedrock-faq/training.jsonl", "the same file without the mistakes"),
        ("make demo", "which is deployed, trained, served and asked"),
        ("make down", "stops the embedded AWS"),
    )
    yield Text("\n").join(Text.assemble((f"# {why}\n", "dim"), (command, "bold")) for command, why in commands)


def _table(report: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(ratio=1, overflow="fold")
    for group in by_rule(report):
        table.add_row(Text(f"{group.severity} {group.code}", _STYLES[group.severity]), _place(group), _what(group))
    return table


def _place(group: RuleFindings) -> Text:
    first = group.findings[0]
    line = "file" if first["line"] is None else f"line {first['line']}"
    return Text(f"{first['file']} {line}")


def _what(group: RuleFindings) -> Text:
    first = group.findings[0]
    path = f"{first['path']}: " if first["path"] else ""
    more = f" (and {group.count - 1} more)" if group.count > 1 else ""
    return Text.assemble(f"{path}{first['message']}{more}\n", (f"→ {group.fix}", "dim"))
