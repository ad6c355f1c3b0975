"""The findings, rule by rule: a table of what was found, then each rule with its reason, its fix and its examples."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from finetuning.dataset.presentation.grouping import SEVERITIES, RuleFindings
from finetuning.dataset.rules import RULES
from finetuning.presentation.markup import Safe, element, join
from finetuning.presentation.numbers import counted, number

#: Examples of a rule that are seen at once in each file.
_UNFOLDED = 5

_LABELS = {"": "All", "error": "Errors", "warning": "Warnings", "waived": "Waived"}


def findings(groups: Sequence[RuleFindings]) -> Safe:
    """Return everything that was found."""
    if not groups:
        text = f"None of the {len(RULES)} rules found anything."
        return element("section", element("h2", "Findings", id="findings"), element("p", text), class_="quiet")
    return element(
        "section",
        element("h2", "Findings", id="findings"),
        _overview(groups),
        _filter(groups),
        *(_rule(group) for group in groups),
        aria_labelledby="findings",
    )


def _overview(groups: Sequence[RuleFindings]) -> Safe:
    names = (element("th", name, scope="col") for name in ("Rule", "What"))
    head = element("tr", *names, element("th", "Found", scope="col", class_="number"))
    rows = (
        element(
            "tr",
            element("th", element("a", group.code, href=f"#{group.code}"), " ", _badge(group.severity), scope="row"),
            element("td", group.title),
            element("td", number(group.count), class_="number"),
        )
        for group in groups
    )
    return element("table", element("thead", head), element("tbody", *rows), class_="overview")


def _filter(groups: Sequence[RuleFindings]) -> Safe:
    """Return buttons that hide all but one severity; the style sheet does it."""
    there = [severity for severity in SEVERITIES if any(group.severity == severity for group in groups)]
    if len(there) < 2:
        return Safe("")
    buttons = []
    for severity in ("", *there):
        name, checked = f"only-{severity or 'all'}", None if severity else ""
        buttons.append(element("input", type="radio", name="only", id=name, checked=checked))
        buttons.append(element("label", _LABELS[severity], for_=name))
    return element("fieldset", element("legend", "Show"), *buttons, class_="filter")


def _rule(group: RuleFindings) -> Safe:
    head = element(
        "summary",
        element("h3", element("span", group.code, class_="code"), " ", group.title),
        _badge(group.severity),
        element("span", f"{number(group.count)} found", class_="count"),
    )
    parts = [head, element("dl", *_explanation(group), class_="why", id=group.code), *_examples(group)]
    # The id is inside, because a browser opens what is closed around the target of a link.
    is_open = "" if group.severity == "error" else None
    return element("details", *parts, class_=f"rule {group.severity}", open=is_open)


def _explanation(group: RuleFindings) -> Iterator[Safe]:
    rule = RULES.get(group.code)
    if group.reason:
        yield join(element("dt", "Waived because"), element("dd", group.reason))
    if rule is not None:
        yield join(element("dt", "Why"), element("dd", rule.why))
    if group.fix:
        yield join(element("dt", "What to do"), element("dd", group.fix, class_="fix"))
    if rule is not None:
        yield join(element("dt", "Source"), element("dd", rule.source, class_="source"))


def _examples(group: RuleFindings) -> Iterator[Safe]:
    """Yield the kept findings file by file, and how many more there are."""
    for file, kept in groupby(group.findings, key=lambda finding: str(finding["file"])):
        yield element("h4", "in ", element("code", file))
        yield from _shown([_example(finding, group.fix) for finding in kept])
    if more := group.count - len(group.findings):
        text = f"… and {counted(more, 'more like this', 'more like these')}, which are counted only."
        yield element("p", text, class_="more")


def _shown(examples: Sequence[Safe]) -> Iterator[Safe]:
    """Yield the first examples, and the rest folded."""
    first, rest = examples[:_UNFOLDED], examples[_UNFOLDED:]
    yield element("ol", *first, class_="examples")
    if rest:
        listed = element("ol", *rest, class_="examples", start=_UNFOLDED + 1)
        yield element("details", element("summary", f"show {number(len(rest))} more"), listed, class_="rest")


def _example(finding: Mapping[str, Any], fix: str) -> Safe:
    line, path, excerpt = finding["line"], finding["path"], finding.get("excerpt", "")
    place = "whole file" if line is None else f"line {number(line)}"
    parts = [element("p", element("code", path), class_="place")] if path else []
    parts.append(element("p", finding["message"]))
    if finding["fix"] != fix:
        parts.append(element("p", finding["fix"], class_="fix"))
    if excerpt:
        parts.append(element("pre", element("code", excerpt)))
    return element("li", element("p", place, class_="line"), element("div", *parts))


def _badge(severity: str) -> Safe:
    return element("span", severity, class_=f"badge {severity}")
