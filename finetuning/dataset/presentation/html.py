"""The report as a page that people want to look at.

It is made from the report's document alone, so that a saved ``report.json`` gives the same page as any door. The page
is one file: it asks for nothing, runs no script, and its Content-Security-Policy forbids both.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetuning.dataset.presentation.grouping import by_rule, sentence
from finetuning.dataset.presentation.html_parts.files import files
from finetuning.dataset.presentation.html_parts.rules import findings
from finetuning.dataset.presentation.html_parts.verdict import verdict, waivers
from finetuning.dataset.report import DOCUMENT_VERSION
from finetuning.errors import FineTuningError
from finetuning.presentation.markup import Safe, element
from finetuning.presentation.page import page

_STYLE = Path(__file__).with_name("html_parts").joinpath("dataset.css").read_text(encoding="utf-8")


class ReportVersionError(FineTuningError):
    """The document is of another version of the report than this project writes."""


def render(document: Mapping[str, Any]) -> str:
    """Return a report's document (see ``report.document``) as an HTML page, to be written as UTF-8.

    Raises:
        ReportVersionError: the document has another shape.
    """
    version = document.get("version")
    if version != DOCUMENT_VERSION:
        raise ReportVersionError(
            f"the report is of version {version!r}, this version of the project reads {DOCUMENT_VERSION}; "
            "make the report anew"
        )
    summary, groups = document["summary"], by_rule(document)
    main = element("main", findings(groups), waivers(groups, summary), files(summary))
    name = summary.get("base_model_name") or summary["base_model"]
    return page(f"{sentence(summary)} – dataset for {name}", _STYLE, verdict(summary, groups), main, _foot())


def _foot() -> Safe:
    return element(
        "footer",
        element("p", "Tokens are estimates, because the base models' tokenizers are not published."),
        element("p", "Excerpts are redacted, and no record is shown whole."),
        element("p", "At most 20 findings per rule and file are shown; all are counted."),
    )
