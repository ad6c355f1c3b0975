"""The files of the dataset: what each is made of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from finetuning.dataset.presentation.formats import format_name
from finetuning.dataset.presentation.html_parts import bars
from finetuning.presentation.markup import Safe, element, join
from finetuning.presentation.numbers import counted, number, share, size


def files(summary: Mapping[str, Any]) -> Safe:
    """Return one card for each file."""
    cards = (_card(file, summary) for file in summary["files"])
    return element("section", element("h2", "Files", id="files"), *cards, aria_labelledby="files")


def _card(file: Mapping[str, Any], summary: Mapping[str, Any]) -> Safe:
    facts = (element("div", element("dt", name), element("dd", value)) for name, value in _facts(file, summary))
    return element(
        "article",
        element("h3", str(file["split"]).capitalize(), " ", _state(file)),
        element("p", element("code", file["file"]), class_="file"),
        element("dl", *facts, class_="facts"),
        element("div", *_charts(file, summary.get("tokens_per_record")), class_="charts"),
        class_="card",
    )


def _state(file: Mapping[str, Any]) -> Safe:
    kinds = (("error", file["errors"]), ("warning", file["warnings"]))
    badges = [element("span", counted(count, kind), class_=f"badge {kind}") for kind, count in kinds if count]
    return join(*badges) if badges else element("span", "no findings", class_="badge good")


def _facts(file: Mapping[str, Any], summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    records, good, wanted = file["records"], file["good_records"], summary.get("data_format")
    yield "Records", number(records) if good == records else f"{number(records)}, of which {number(good)} are good"
    if wanted in (None, file["format"]) or file["format"] is None:
        yield "Format", format_name(file["format"])
    else:
        yield "Format", f"{format_name(file['format'])}, converted to {format_name(wanted)}"
    yield "Size", f"{size(file['source_bytes'])} read, {size(file['converted_bytes'])} as it would be staged"
    yield "SHA-256 as it would be staged", element("code", file["sha256"])
    yield "Tokens, estimated", f"{number(file['estimated_tokens'])} in the good records"


def _charts(file: Mapping[str, Any], limit: int | None) -> Iterator[Safe]:
    if not file["good_records"]:
        return
    tokens = bars.up_to((bar["upto"], bar["records"]) for bar in file["token_histogram"])
    if tokens:
        yield bars.chart(tokens, caption="How long the records are", value="tokens, estimated", limit=limit)
    turns = bars.exactly((int(messages), records) for messages, records in file["turns"].items())
    yield element("div", *_longest(file["longest_record_tokens"], limit), *_turns(turns))


def _longest(longest: int, limit: int | None) -> Iterator[Safe]:
    known = f"about {counted(longest, 'token')}"
    parts = [element("h4", "The longest record")]
    if limit is None:
        parts.append(element("p", known))
    else:
        parts += [
            bars.gauge(longest, limit),
            element("p", f"{known}, {share(longest, limit)} of the {number(limit)} that the base model takes"),
        ]
    yield element("div", *parts, class_="gauged")


def _turns(ranges: Sequence[bars.Range]) -> Iterator[Safe]:
    caption = "How many messages a record has"
    if len(ranges) == 1:
        yield element("h4", caption)
        yield element("p", f"{counted(ranges[0].first, 'message')} in each of {counted(ranges[0].records, 'record')}")
    elif ranges:
        yield bars.chart(ranges, caption=caption, value="messages")
