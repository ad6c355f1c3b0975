"""Reports of datasets, and their pages read back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from finetuning.dataset.findings import Finding, Flaw, placed
from finetuning.dataset.presentation.html import render
from finetuning.dataset.report import Bar, DatasetReport, SplitReport, document

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"

#: Flaws of three rules as (code, line, path, message, excerpt).
Place = tuple[str, int | None, str, str, str]
BROKEN: tuple[Place, ...] = (
    ("DS301", 41, "messages[1].role", "role is usr, allowed are user and assistant", '"usr"'),
    ("DS301", 52, "messages[0].role", "role is bot, allowed are user and assistant", '"bot"'),
    ("DS401", 7, "messages[0].content", "the text holds a reserved string", "… [reserved] …"),
    ("DS504", None, "", "85 records, 100 or more are advised", ""),
)


def split(
    *flaws: Place,
    file: str = "s3://data/training.jsonl",
    name: str = "training",
    counts: Mapping[str, int] | None = None,
    waivers: Mapping[str, str] | None = None,
    **fields: Any,
) -> SplitReport:
    """Return the report of a file with findings of (code, line, path, message)."""
    waivers = waivers or {}
    found = tuple(
        placed(Flaw(code, path, text, excerpt), file, line, waivers) for code, line, path, text, excerpt in flaws
    )
    report = SplitReport(
        split=name,
        file=file,
        data_format="anthropic-messages",
        records=85,
        source_bytes=52_313,
        written_records=84,
        written_bytes=51_500,
        digest="ab" * 32,
        estimated_tokens=9_332,
        longest_tokens=143,
        turns={2: 80, 4: 4},
        tokens=(Bar(32, 0), Bar(64, 40), Bar(128, 42), Bar(256, 2), Bar(512, 0)),
        counts=Counter(finding.code for finding in found) if counts is None else counts,
        findings=found,
        waivers=waivers,
    )
    return replace(report, **fields)


def page(
    *splits: SplitReport,
    together: tuple[Finding, ...] = (),
    waivers: Mapping[str, str] | None = None,
    epochs: int | None = None,
) -> str:
    """Return the page of a dataset."""
    return render(document(DatasetReport(HAIKU, splits, together, waivers or {}), epochs=epochs))


class Page(HTMLParser):
    """The elements of a page, and its texts without the style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.style = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "input", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]
