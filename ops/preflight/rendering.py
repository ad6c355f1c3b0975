"""A preflight as text for a terminal: what is well in a line, what is not with its way out."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from configuration import Selection
from finetuning.preflight import Finding, Severity
from ops.preflight.report import Report

_SIGNS = {Severity.OK: ("✔", "green"), Severity.WARNING: ("!", "yellow"), Severity.ERROR: ("✘", "bold red")}


def lines(selection: Selection, report: Report) -> Iterator[Text]:
    """The environment's findings, each model's, and what follows."""
    environment = selection.environment
    place = f"  {environment.account} {environment.region}"
    yield Text.assemble((f"environment {environment.name}", "bold"), (place, "dim"))
    yield from _findings(report.environment)
    for model, found in report.models.items():
        configured = selection.models[model]
        what = f"  {configured.training.base_model}, {configured.endpoint.serving}"
        yield Text.assemble((f"model {model}", "bold"), (what, "dim"))
        yield from _findings(found)
    yield Text(verdict(report), "bold red" if report.is_refused else "bold green")


def verdict(report: Report) -> str:
    """What follows, in a sentence."""
    counts = {severity: sum(f.severity is severity for f in report.findings) for severity in Severity}
    warnings = f"{counts[Severity.WARNING]} to look at" if counts[Severity.WARNING] else "nothing to look at"
    if report.is_refused:
        return f"{counts[Severity.ERROR]} in the way, {warnings}: a deployment would be refused before anything starts"
    return f"nothing is in the way, {warnings}: python -m ops plan shows what a deployment would do and cost"


def _findings(found: Sequence[Finding]) -> Iterator[Text]:
    """One line each, and one for the way out: lines are not broken, so that a command can be copied."""
    width = max((len(finding.check) for finding in found), default=0)
    for finding in found:
        sign, style = _SIGNS[finding.severity]
        yield Text.assemble((f"{sign} ", style), (f"{finding.check:<{width}}  ", "dim"), finding.message)
        if finding.fix:
            yield Text(f"{' ' * (width + 4)}→ {finding.fix}", style)
    yield Text()
