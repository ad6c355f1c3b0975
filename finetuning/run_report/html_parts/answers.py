"""What was answered, side by side: the first records, and those that the candidate answered worst."""

from collections.abc import Iterator, Sequence

from finetuning.presentation.markup import Safe, element, quoted
from finetuning.presentation.numbers import counted
from finetuning.run_report.html_parts.amounts import amount
from finetuning.run_report.model import Evaluation, Metric, Sample

#: So much of a prompt or an answer is shown.
MOST_CHARACTERS = 2_000


def answers(report: Evaluation) -> Safe:
    """Return the sections about single records; nothing if there are none."""
    worst = _section("worst", "Worst records", "Answered worst by the candidate: begin here to refine the data.")
    first = _section("answers", "Side by side", "The same question to all, as the test dataset has it.")
    parts = [(worst, report.worst), (first, report.samples)]
    return Safe("".join(_filled(section, samples, report) for section, samples in parts if samples))


def _section(identifier: str, title: str, words: str) -> tuple[str, Safe]:
    return identifier, Safe(element("h2", title, id=identifier) + element("p", words))


def _filled(section: tuple[str, Safe], samples: Sequence[Sample], report: Evaluation) -> Safe:
    identifier, beginning = section
    primary = next((metric for metric in report.metrics if metric.is_primary), None)
    cards = [_card(sample, primary) for sample in samples]
    shown, folded = cards[:3], cards[3:]
    if folded:
        more = element("summary", f"show {counted(len(folded), 'more record')}")
        shown.append(element("details", more, *folded, class_="more-records"))
    return element("section", beginning, *shown, aria_labelledby=identifier)


def _card(sample: Sample, primary: Metric | None) -> Safe:
    return element(
        "article",
        element("h3", "Record ", element("code", sample.id)),
        element("h4", "Asked"),
        element("p", quoted(sample.prompt, MOST_CHARACTERS), class_="said"),
        element("div", *_said(sample, primary), class_="side-by-side"),
        class_="card sample",
    )


def _said(sample: Sample, primary: Metric | None) -> Iterator[Safe]:
    yield _answer("reference", "", sample.reference, "reference")
    for subject, answer in sample.answers.items():
        score = sample.scores.get(subject)
        note = f"{primary.title} {amount(score, primary.unit)}" if primary and subject in sample.scores else ""
        yield _answer(subject, note, answer, subject, sample.failures.get(subject, ""))


def _answer(who: str, note: str, answer: str | None, kind: str, failure: str = "") -> Safe:
    badge = [" ", element("span", note, class_="badge")] if note else []
    if answer is None:
        words = element("p", f"no answer{failure and f': {failure}'}", class_="said none")
    else:
        words = element("p", quoted(answer, MOST_CHARACTERS) if answer else "(empty)", class_="said")
    return element("div", element("h4", who, *badge), words, class_=f"answer {kind}")
