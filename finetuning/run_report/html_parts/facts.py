"""What the model was made of and what it costs: data, lineage, amounts, and what to do next."""

from collections.abc import Iterator, Sequence

from finetuning.presentation.markup import Safe, element
from finetuning.presentation.numbers import number
from finetuning.run_report.model import Cost, DataFile, RunReport, Step


def data(report: RunReport) -> Safe:
    """Return the section about the dataset."""
    words = []
    if report.dataset_report:
        words.append(element("p", "The dataset's own report: ", element("code", report.dataset_report)))
    cards = element("dl", *map(_file, report.files), class_="facts card files") if report.files else Safe("")
    return element("section", element("h2", "Data", id="data"), *words, cards, aria_labelledby="data")


def _file(file: DataFile) -> Safe:
    counts: list[str] = []
    if file.records is not None:
        counts.append(f"{number(file.records)} records")
    if file.tokens is not None:
        counts.append(f"about {number(file.tokens)} tokens, an estimate")
    lines = [element("dd", ", ".join(counts))] if counts else []
    return element(
        "div",
        element("dt", file.split),
        *lines,
        element("dd", "SHA-256 ", element("code", file.digest)),
    )


def lineage(report: RunReport) -> Safe:
    """Return the section about what the model was made of."""
    rows = (
        element("tr", element("th", name, scope="row"), element("td", element("code", value)))
        for name, value in report.lineage
    )
    table = element("table", element("tbody", *rows), class_="overview lineage")
    return element("section", element("h2", "Lineage", id="lineage"), table, aria_labelledby="lineage")


def cost(costs: Sequence[Cost]) -> Safe:
    """Return the section about what it costs."""
    heads = (element("th", name, scope="col") for name in ("What", "Amount", "What it rests on"))
    table = element(
        "table",
        element("thead", element("tr", *heads)),
        element("tbody", *map(_cost, costs)),
        class_="overview costs",
    )
    words = element("p", "By the prices that the configuration gives. Bedrock's own price is the bill.")
    return element("section", element("h2", "Cost", id="cost"), words, table, aria_labelledby="cost")


def _cost(item: Cost) -> Safe:
    cells = (element("td", item.amount), element("td", item.note, class_="aside"))
    return element("tr", element("th", item.what, scope="row"), *cells)


def next_steps(steps: Sequence[Step]) -> Safe:
    """Return the section about what to do next; nothing if there is nothing."""
    if not steps:
        return Safe("")
    heading = element("h2", "What to do next", id="next")
    return element("section", heading, element("ol", *_steps(steps), class_="next"), aria_labelledby="next")


def _steps(steps: Sequence[Step]) -> Iterator[Safe]:
    for step in steps:
        command = [element("pre", element("code", step.command))] if step.command else []
        yield element("li", step.why, *command)
