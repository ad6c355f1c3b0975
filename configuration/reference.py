"""The reference of ``cdk.json`` in ``docs/``: ``python -m configuration.reference > docs/configuration.md``.

Generated from the JSON Schema (see `configuration.schema`), which is generated from the sections and their docstrings.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from configuration import schema
from configuration.examples import EXAMPLES
from finetuning import catalog
from finetuning.catalog import BaseModel

ROOT = "environments.<name>"
_INTRODUCTION = """\
# Configuration

<!-- Generated: python -m configuration.reference > docs/configuration.md -->

Everything that is deployed stands in `context` of `cdk.json`: the name of the `project`, and `environments` by their
name (`local` is the embedded AWS on this machine); `delivery`, which is optional, is about one account
(see [delivery.md](delivery.md)). A mistake is refused at synth, all of them at once, each with its
path, with what was received and is allowed, and with what to do.

Editors complete and check the file by [cdk.schema.json](../configuration/cdk.schema.json), which `$schema` names.

**For one run**, every field of a model can be set with `-c <path>=<value>`, from `training`, `endpoint` or `budget` on
(`-c training.hyperparameters.epochCount=3`; with several models also `-c model=<model>`), and every field of the
environment with `-c environment.<path>=<value>` (`-c environment.log_retention_days=7`). Lists and objects are JSON
text: `-c 'environment.notifications=["ml-platform@example.com"]'`. `null` takes away what may be left out: `-c
evaluation=null`.

Fields in **bold** are required. `<name>` is a name that you choose.
"""


def text() -> str:
    """Return the page."""
    document = schema.document()
    definitions = document["$defs"]
    sections = _sections(
        ROOT, definitions["LocalEnvironment"], definitions, set(definitions["Environment"]["required"])
    )
    delivery = definitions["DeliveryConfiguration"]
    delivered = _sections("delivery", delivery, definitions, set(delivery["required"]))
    return "\n".join([_INTRODUCTION, *sections, *delivered, *_base_models(), ""])


def _sections(
    path: str, section: Mapping[str, Any], definitions: Mapping[str, Any], required: set[str]
) -> Iterator[str]:
    """Yield a section and those within it, in the order of their fields."""
    yield f"## `{path}`\n\n{_prose(section['description'])}\n"
    yield from _table(section["properties"], required)
    if path in EXAMPLES:
        yield f"\n```json\n{json.dumps(EXAMPLES[path], indent=2, ensure_ascii=False)}\n```\n"
    for name, field in section["properties"].items():
        inner, place = field, f"{path}.{name}"
        if isinstance(field.get("additionalProperties"), Mapping):
            inner, place = field["additionalProperties"], f"{place}.<name>"
        nested = definitions.get(_reference(inner))
        if nested and "properties" in nested:
            yield from _sections(place, nested, definitions, set(nested.get("required", ())))


def _table(fields: Mapping[str, Any], required: set[str]) -> Iterator[str]:
    yield "| field | type | default | what it is |\n|---|---|---|---|"
    for name, field in fields.items():
        shown = f"**`{name}`**" if name in required else f"`{name}`"
        default = f"`{json.dumps(field['default'])}`" if field.get("default") not in (None, []) else ""
        yield f"| {shown} | {_type(field)} | {default} | {_prose(field['description'])} |"


def _type(field: Mapping[str, Any]) -> str:
    """Return what a field takes, in words."""
    if reference := _reference(field):
        return "name of a base model" if reference == "BaseModel" else "section"
    if "enum" in field:
        return "one of " + ", ".join(f"`{json.dumps(value)}`" for value in field["enum"])
    if field.get("format") == "date":
        return "date, `YYYY-MM-DD`"
    if field["type"] == "array":
        return f"list of {_plural(_type(field['items']))}"
    if field["type"] == "object":
        entries = field.get("additionalProperties")
        return "sections by name" if isinstance(entries, Mapping) and _reference(entries) else "values by name"
    bounds = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
    said = [f"{word} {field[keyword]}" for keyword, word in bounds.items() if keyword in field]
    return " ".join([str(field["type"]), *said])


def _plural(words: str) -> str:
    return words if words.startswith("one of") else f"{words}s"


def _reference(field: Mapping[str, Any]) -> str:
    return str(field.get("$ref", "")).removeprefix("#/$defs/")


def _prose(description: str) -> str:
    return description.replace("``", "`").replace("|", r"\|")


def _base_models() -> Iterator[str]:
    reviewed = f"From the catalog, reviewed on {catalog.reviewed()}; `python -m ops models` shows each fact."
    yield f"## Base models\n\n{reviewed}\n"
    yield "| base model | also called | customization | serving | dataset | hyperparameters | status |"
    yield "|---|---|---|---|---|---|---|"
    for model in catalog.base_models():
        yield f"| {' | '.join(_cells(model))} |"


def _cells(model: BaseModel) -> Iterator[str]:
    yield f"{model.name}<br>`{model.customization_id}`"
    yield ", ".join(f"`{alias}`" for alias in model.aliases)
    yield "<br>".join(f"{kind} ({', '.join(c.regions)})" for kind, c in model.customizations.items())
    yield "<br>".join(f"`{path}`" for path in model.serving)
    yield f"`{model.data_format}`"
    yield "<br>".join(_hyperparameters(model)) if model.hyperparameters_known else "not documented"
    yield model.problem_with_new_jobs(catalog.reviewed()) or "active"


def _hyperparameters(model: BaseModel) -> Iterator[str]:
    for name, parameter in model.hyperparameters.items():
        yield f"`{name}` {parameter.minimum:f}–{parameter.maximum:f} ({parameter.default:f})"


if __name__ == "__main__":
    print(text(), end="")
