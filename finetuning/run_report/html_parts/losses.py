"""The losses: a chart, in a sentence where training stopped, and epoch by epoch."""

from collections.abc import Iterator

from finetuning import metrics
from finetuning.presentation.markup import Safe, element
from finetuning.run_report.html_parts import curves
from finetuning.run_report.model import Losses

#: Longer tables are folded.
_SHOWN_EPOCHS = 12


def losses(report: Losses) -> Safe:
    """Return the section about the losses."""
    heading = element("h2", "Losses", id="losses")
    if not report.training and not report.validation:
        words = element("p", "There are none: the job has not written its metrics yet, or they could not be read.")
        return element("section", heading, words, aria_labelledby="losses")
    sentence = [element("p", report.sentence[0].upper() + report.sentence[1:])] if report.sentence else []
    table = _table(report)
    if len({row.epoch for row in (*report.training, *report.validation)}) > _SHOWN_EPOCHS:
        table = element("details", element("summary", "epoch by epoch"), table)
    card = element("div", curves.chart(report), class_="card")
    return element("section", heading, *sentence, card, table, aria_labelledby="losses")


def _table(report: Losses) -> Safe:
    heads = ("Epoch", "Training loss, mean", "Validation loss")
    head = element("tr", *(_head(name) for name in heads))
    rows = (
        element(
            "tr",
            element("th", str(epoch.epoch), *_notes(epoch.epoch, report), scope="row"),
            element("td", _loss(epoch.training_loss), class_="number"),
            element("td", _loss(epoch.validation_loss), class_="number"),
        )
        for epoch in metrics.summarize(report.training, report.validation).epochs
    )
    return element("table", element("thead", head), element("tbody", *rows), class_="overview by-epoch")


def _head(name: str) -> Safe:
    return element("th", name, scope="col", class_=None if name == "Epoch" else "number")


def _notes(epoch: int, report: Losses) -> Iterator[str]:
    if epoch == report.best_epoch:
        yield " "
        yield element("span", "best", class_="badge good")
    if report.stopping and epoch == report.stopping.stopped_after_epoch:
        yield " "
        yield element("span", "stopped early", class_="badge warning")


def _loss(loss: float | None) -> str:
    return "–" if loss is None else f"{loss:.4f}"
