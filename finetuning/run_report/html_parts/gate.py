"""What the gate asked, one condition a row, and whether it holds."""

from collections.abc import Iterator

from finetuning.presentation.markup import Safe, element, join, name
from finetuning.run_report.html_parts.amounts import UNKNOWN, amount
from finetuning.run_report.model import Check, Evaluation

#: What each kind of check asks for; `{}` stands for the required number.
_RULES = {
    "min": "at least {}",
    "max": "at most {}",
    "min_gain_over_base": "better than the base model by at least {}",
    "max_loss_to_champion": "worse than the champion by at most {}",
    "no_regression": "not worse than the champion",
    "band": "within {} of what the manifest says",
    "min_records": "at least {} records are answered",
    "failed": "every record is answered",
}


def gate(report: Evaluation) -> Safe:
    """Return the section about the quality gate."""
    heading = element("h2", "Quality gate", id="gate")
    if not report.checks:
        words = element("p", "Nothing is asked of the answers: the gate has no thresholds.")
        return element("section", heading, words, aria_labelledby="gate")
    # What does not hold comes first.
    rows = map(_row, sorted(report.checks, key=lambda check: check.passed), _units(report))
    head = element("tr", element("th", "Result", scope="col"), element("th", "What is asked, and why", scope="col"))
    table = element("table", element("thead", head), element("tbody", *rows), class_="overview gate")
    failed = sum(not check.passed for check in report.checks)
    held = len(report.checks) - failed
    words = element("p", f"Mode {report.mode}: {held} of {len(report.checks)} conditions hold.")
    return element("section", heading, words, table, aria_labelledby="gate")


def _units(report: Evaluation) -> Iterator[str]:
    units = {metric.name: metric.unit for metric in report.metrics}
    for check in sorted(report.checks, key=lambda check: check.passed):
        yield "" if check.rule in ("min_records", "failed") else units.get(check.metric, "share")


def _row(check: Check, unit: str) -> Safe:
    sign, kind = ("✓ holds", "good") if check.passed else ("✕ fails", "error")
    title = join(element("strong", name(check.metric)), " ") if check.metric else Safe("")
    rule = _RULES.get(check.rule, check.rule).format(_required(check, unit))
    reason = [element("p", check.reason, class_="reason")] if check.reason else []
    badge = element("span", sign, class_=f"badge {kind}")
    return element("tr", element("td", badge), element("td", element("p", title, rule), *reason))


def _required(check: Check, unit: str) -> str:
    if not unit:
        return UNKNOWN if check.required is None else f"{check.required:g}"
    return amount(check.required, unit)
