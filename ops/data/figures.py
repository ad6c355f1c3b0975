"""What a dataset is made of, from a report's document, as tables and bars for a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from finetuning.presentation.numbers import counted, number, size
from finetuning.presentation.visible import visible

_BAR_WIDTH = 32
_EIGHTHS = " ▏▎▍▌▋▊▉"
_LONGEST_NAME = 200
_COLUMNS = ("records", "good", "size", "tokens", "longest")


def names(files: Iterable[Mapping[str, Any]]) -> Iterator[Text]:
    """Which file each split is, and its format."""
    for file in files:
        name = (visible(file["file"], _LONGEST_NAME), "cyan")
        yield Text.assemble(f"{file['split']:<10}  ", name, f"  {file['format'] or 'format not recognised'}")


def table(files: Iterable[Mapping[str, Any]]) -> RenderableType:
    """One line per split: records, size, estimated tokens, and how many messages records have; 80 columns wide."""
    result = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    result.add_column("", no_wrap=True)
    for header in _COLUMNS:
        result.add_column(header, justify="right", no_wrap=True)
    result.add_column("messages (records)", overflow="fold")
    for file in files:
        result.add_row(
            file["split"],
            number(file["records"]),
            number(file["good_records"]),
            size(file["source_bytes"]),
            number(file["estimated_tokens"]),
            number(file["longest_record_tokens"]),
            turns(file["turns"]),
        )
    return result


def histograms(files: Iterable[Mapping[str, Any]]) -> Iterator[Text]:
    """How many records have how many tokens, split by split, as bars."""
    for file in files:
        if any(bar["records"] for bar in file["token_histogram"]):
            yield Text(f"tokens per record, {file['split']}", "dim")
            yield from bars(file["token_histogram"])
            yield Text()


def bars(histogram: Sequence[Mapping[str, int]]) -> Iterator[Text]:
    """One line per bar; empty ones at both ends are left out."""
    filled = [index for index, bar in enumerate(histogram) if bar["records"]]
    shown = histogram[filled[0] : filled[-1] + 1] if filled else ()
    most = max((bar["records"] for bar in shown), default=0)
    width = max((len(number(bar["upto"])) for bar in shown), default=0)
    for bar in shown:
        block = (_block(bar["records"] / most), "cyan")
        yield Text.assemble(f"  up to {number(bar['upto']):>{width}}  ", block, f" {number(bar['records'])}")


def turns(counts: Mapping[str, int], shown: int = 4) -> str:
    """How many messages the records have, the most frequent number first: `2 (95), 4 (5)`."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], int(item[0])))
    text = ", ".join(f"{messages} ({number(records)})" for messages, records in ranked[:shown])
    return f"{text}, …" if len(ranked) > shown else text


def billed(summary: Mapping[str, Any], epochs_by: str) -> str:
    """What Bedrock will bill, in a sentence; "" without a training dataset."""
    tokens = sum(file["estimated_tokens"] for file in summary["files"] if file["split"] == "training")
    if not tokens:
        return ""
    epochs = counted(summary["epochs"], "epoch")
    total = number(summary["estimated_billed_tokens"])
    return f"about {total} tokens would be billed: {number(tokens)} for training × {epochs} ({epochs_by})"


def _block(share: float) -> str:
    """A bar whose length is a share of the widest; every record is seen, if only as a sliver."""
    eighths = max(1, round(share * _BAR_WIDTH * 8)) if share else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
