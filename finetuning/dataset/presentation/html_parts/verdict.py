"""The top of the page: whether the dataset is ready, and what it amounts to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from finetuning.dataset.presentation.grouping import RuleFindings, sentence
from finetuning.presentation.figures import figure
from finetuning.presentation.markup import Safe, element
from finetuning.presentation.numbers import compact, counted, number, share


def verdict(summary: Mapping[str, Any], groups: Sequence[RuleFindings]) -> Safe:
    """Return the page's head: verdict, base model and figures."""
    kind = "error" if not summary["ok"] else "warning" if summary["warnings"] else "good"
    name = summary.get("base_model_name") or summary["base_model"]
    return element(
        "header",
        element("p", "Dataset report", class_="kicker"),
        element("h1", element("span", _SIGNS[kind], class_="sign", aria_hidden="true"), sentence(summary)),
        element("p", _consequence(summary), class_="lead"),
        element("p", "for ", element("strong", name), " ", element("code", summary["base_model"]), class_="model"),
        element("dl", *_figures(summary, groups), class_="figures"),
        class_=f"verdict {kind}",
    )


def waivers(groups: Sequence[RuleFindings], summary: Mapping[str, Any]) -> Safe:
    """Return the rules that are waived, with the reasons; nothing if none is."""
    if not summary["waivers"]:
        return Safe("")
    found = {group.code: group for group in groups}
    rows = []
    for code, reason in sorted(summary["waivers"].items()):
        count = found[code].count if code in found else 0
        link = element("a", code, href=f"#{code}") if code in found else code
        cells = (element("td", reason, class_="reason"), element("td", number(count), class_="number"))
        rows.append(element("tr", element("th", link, scope="row"), *cells))
    heads = (element("th", name, scope="col") for name in ("Rule", "Reason given"))
    head = element("tr", *heads, element("th", "Found", scope="col", class_="number"))
    return element(
        "section",
        element("h2", "Waived", id="waived"),
        element(
            "p", "The author of the dataset has these rules set aside. What they find is shown and counts for nothing."
        ),
        element("table", element("thead", head), element("tbody", *rows), class_="overview"),
        aria_labelledby="waived",
    )


_SIGNS = {"error": "✕", "warning": "!", "good": "✓"}


def _consequence(summary: Mapping[str, Any]) -> str:
    if not summary["ok"]:
        return (
            "A deployment with this dataset fails before any job is started. Mend the errors below, then deploy again."
        )
    if summary["warnings"]:
        return "Nothing keeps this dataset from training. What is advised stands below."
    return "Every record is as the base model wants it."


def _figures(summary: Mapping[str, Any], groups: Sequence[RuleFindings]) -> Iterator[Safe]:
    files = summary["files"]
    waived = sum(group.count for group in groups if group.severity == "waived")
    records, good = sum(file["records"] for file in files), sum(file["good_records"] for file in files)
    training = sum(file["estimated_tokens"] for file in files if file["split"] == "training")
    yield figure("errors", number(summary["errors"]), "each fails the deployment", "error" if summary["errors"] else "")
    yield figure("warnings", number(summary["warnings"]), "advice", "warning" if summary["warnings"] else "")
    if waived or summary["waivers"]:
        yield figure("waived", number(waived), f"by {counted(len(summary['waivers']), 'rule')}")
    note = f"all good, in {counted(len(files), 'file')}" if good == records else f"{share(good, records)} good"
    yield figure("records", number(records), note)
    yield figure("training tokens", f"≈\u00a0{compact(training)}", "an estimate")
    if summary.get("estimated_billed_tokens") is not None:
        note = f"tokens × {counted(summary['epochs'], 'epoch')}, at most"
        yield figure("billed tokens", f"≈\u00a0{compact(summary['estimated_billed_tokens'])}", note)
