"""All that is known about one base model, with the source and the day of each fact."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from finetuning import catalog
from finetuning.base_model import BaseModel
from ops.models.table import status

#: What null means, where it is not that no source says.
_NOTHING = {
    "legacy": "none announced",
    "extended_access": "none announced",
    "end_of_life": "none announced",
    "media": "text only",
    "units_quota": "not by model units",
    "units_quota_without_commitment": "the account's, for all custom models",
    "parameters": "unknown",
    "requests_per_minute": "by model units",
    "tokens_per_minute": "by model units",
    "code": "unknown",
    "adjustable": "unknown",
}
_CITED = ("source", "note")


def document(model: BaseModel, on: date) -> dict[str, Any]:
    """The file's own entry, the status on a day, and the sources that it cites."""
    facts = catalog.facts(model)
    sources = catalog.sources()
    return facts | {"status": model.status(on), "sources": {key: sources[key] for key in _keys(facts)}}


def render(model: BaseModel, on: date) -> RenderableType:
    """A section for each group of facts; numbers lead to the sources below."""
    facts = catalog.facts(model)
    numbers = {key: number for number, key in enumerate(_keys(facts), start=1)}
    parts: list[RenderableType] = [Text.assemble((f"{model.name} ({model.provider})", "bold"), "  ", status(model, on))]
    for group, entry in facts.items():
        if isinstance(entry, dict):
            parts += [Text(f"\n{group}", "bold"), _section(entry, numbers)]
    return Group(*parts, Text("\nsources", "bold"), _sources(numbers))


def _section(entry: Mapping[str, Any], numbers: Mapping[str, int]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in _rows(entry, "", numbers):
        table.add_row(name, value)
    return table


def _rows(entry: Mapping[str, Any], above: str, numbers: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the facts of a group and of the groups in it, each group followed by its sources."""
    if {"minimum", "maximum"} <= entry.keys():
        yield above, _hyperparameter(entry)
        return
    for key, value in entry.items():
        name = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            yield from _rows(value, name, numbers)
        elif key not in _CITED:
            yield name, _text(key, value)
    if "source" in entry:
        cited = "".join(f"[{numbers[key]}]" for key in entry["source"])
        yield "", f"{cited} {entry.get('note', '')}".rstrip()


def _hyperparameter(entry: Mapping[str, Any]) -> str:
    span = f"{entry['type']} from {entry['minimum']} to {entry['maximum']}, default {entry['default']}"
    return f"{span}: {entry['description']}" + (f" ({entry['note']})" if entry["note"] else "")


def _text(key: str, value: Any) -> str:
    if value is None:
        return _NOTHING.get(key, "none documented")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_item(item) for item in value) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _item(item: Any) -> str:
    """A word of a list, or a teacher."""
    if not isinstance(item, dict):
        return repr(item) if "\n" in str(item) else str(item)
    end = f", end of life {item['end_of_life']}" if item["end_of_life"] else ""
    return f"{item['model']} (inference profile {item['inference_profile']}{end})"


def _keys(node: Any) -> list[str]:
    """The keys of all sources in a tree of facts, in the order in which they come."""
    found: dict[str, None] = {}
    if isinstance(node, dict):
        found |= dict.fromkeys(node.get("source", []))
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            found |= dict.fromkeys(_keys(value))
    return list(found)


def _sources(numbers: Mapping[str, int]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for key, number in numbers.items():
        source = catalog.sources()[key]
        table.add_row(
            f"[{number}]", Text(f"{source.title}, read {source.read}" + (f"\n{source.url}" * bool(source.url)))
        )
    return table
