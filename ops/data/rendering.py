"""A report's document for a human: findings by rule, what the dataset is made of, the verdict."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from finetuning.dataset.presentation.grouping import RuleFindings, by_rule, sentence
from finetuning.presentation.numbers import counted, number
from finetuning.presentation.visible import visible
from ops.data import figures
from ops.data.plan import Plan

#: The page is made from the same rules; each code is an anchor in it.
RULES_PAGE = "docs/data-rules.md"
_STYLES = {"error": "bold red", "warning": "yellow", "waived": "dim"}
_MOST_CHARACTERS = 600


def show(out: Console, document: Mapping[str, Any], plan: Plan, most: int) -> None:
    """Print a report.

    Args:
        out: where.
        document: of the report.
        plan: which says whose rules apply and who chose them.
        most: findings of one rule that are shown.
    """
    out.print(base_model(plan), soft_wrap=True)
    out.print()
    for line in findings(document, most):
        out.print(line, soft_wrap=True)
    show_figures(out, document, plan)
    out.print(verdict(document["summary"]), soft_wrap=True)


def show_figures(out: Console, document: Mapping[str, Any], plan: Plan) -> None:
    """Print what the dataset is made of."""
    summary = document["summary"]
    for line in figures.names(summary["files"]):
        out.print(line, soft_wrap=True)
    out.print(figures.table(summary["files"]))
    out.print()
    for line in figures.histograms(summary["files"]):
        out.print(line, soft_wrap=True)
    if billed := figures.billed(summary, plan.epochs_by):
        out.print(billed, soft_wrap=True)


def base_model(plan: Plan) -> Text:
    """Whose rules apply, and who chose them."""
    model = plan.base_model
    return Text.assemble("rules of ", (model.name, "bold"), f", {model.customization_id} ({plan.chosen_by})")


def findings(document: Mapping[str, Any], most: int) -> Iterator[Text]:
    """The lines about every rule that is broken: errors first, then warnings, then what was waived."""
    for rule in by_rule(document):
        yield from _rule(rule, most)
        yield Text()


def verdict(summary: Mapping[str, Any]) -> Text:
    """Whether a job would start with the dataset, in a line."""
    if not summary["ok"]:
        more = f", {counted(summary['warnings'], 'warning')}" if summary["warnings"] else ""
        return Text(f"✘ {sentence(summary)}{more}", "bold red")
    return Text(f"✔ {sentence(summary)}", "bold yellow" if summary["warnings"] else "bold green")


def _rule(rule: RuleFindings, most: int) -> Iterator[Text]:
    """What it is, where it is broken, how to mend it."""
    shown = rule.findings[:most]
    count = f"{len(shown)} shown of {number(rule.count)}" if rule.count > len(shown) else number(rule.count)
    title = (f"{rule.severity} {rule.code}", _STYLES[rule.severity])
    yield Text.assemble(title, "  ", (rule.title, "bold"), f"  ({count})")
    for finding in shown:
        yield from _place(finding)
    if rule.reason:
        yield Text.assemble(("  waived  ", "dim"), visible(rule.reason, _MOST_CHARACTERS))
    yield Text.assemble(("  fix     ", "dim"), rule.fix)
    yield Text.assemble(("  rule    ", "dim"), f"{RULES_PAGE}#{rule.code.lower()}")


def _place(finding: Mapping[str, Any]) -> Iterator[Text]:
    line = "" if finding["line"] is None else f":{finding['line']}"
    place = (visible(f"{finding['file']}{line}", _MOST_CHARACTERS), "cyan")
    path = (visible(f" {finding['path']}" if finding["path"] else "", _MOST_CHARACTERS), "magenta")
    yield Text.assemble("  ", place, path, f"  {visible(finding['message'], _MOST_CHARACTERS)}")
    if finding["excerpt"]:
        yield Text.assemble("      ", (visible(finding["excerpt"], _MOST_CHARACTERS), "dim"))
