"""The report of a training as a page that people want to look at.

It is one file that asks for nothing and runs no script. It shows texts of the test dataset, so it stays where those
may be read.
"""

from pathlib import Path

from finetuning.presentation.markup import Safe, element
from finetuning.presentation.page import page
from finetuning.run_report.html_parts.answers import answers
from finetuning.run_report.html_parts.evaluation import evaluation
from finetuning.run_report.html_parts.facts import cost, data, lineage, next_steps
from finetuning.run_report.html_parts.gate import gate
from finetuning.run_report.html_parts.losses import losses
from finetuning.run_report.html_parts.top import top
from finetuning.run_report.model import Evaluation, RunReport

_STYLE = Path(__file__).with_name("html_parts").joinpath("run.css").read_text(encoding="utf-8")


def render(report: RunReport) -> str:
    """Return the report as an HTML page, to be written as UTF-8; the same report gives the same bytes."""
    judged = [] if report.evaluation is None else [*_gate(report.evaluation), evaluation(report.evaluation)]
    single = [] if report.evaluation is None else [answers(report.evaluation)]
    main = element(
        "main",
        *judged,
        losses(report.losses),
        *single,
        data(report),
        lineage(report),
        cost(report.costs),
        next_steps(report.next_steps),
    )
    title = f"{report.headline.sentence} – {report.model}, {report.environment}, {report.generation}"
    return page(title, _STYLE, top(report), main, _foot(report))


def _gate(report: Evaluation) -> list[Safe]:
    """Nothing if the checks are kept elsewhere, as those of a promoted model are."""
    return [gate(report)] if report.checks or report.samples else []


def _foot(report: RunReport) -> Safe:
    words = "Losses and metrics are of this training alone."
    texts = " The questions and answers are of the test dataset: keep this page where they may be read."
    return element("footer", element("p", words + (texts if report.evaluation else "")))
