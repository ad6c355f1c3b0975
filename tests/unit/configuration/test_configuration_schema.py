"""The JSON Schema, the reference and the command line speak of the same fields as the sections."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import configuration
from configuration import examples, fields, overrides, reference, schema
from configuration.models import EnvironmentConfiguration
from configuration.sections.delivery import DeliveryConfiguration
from tests.unit.configuration.conftest import Context

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = schema.document()
DEFINITIONS = DOCUMENT["$defs"]
#: JSON Schema 2020-12, its vocabularies 'core', 'applicator', 'validation', 'meta-data' and 'format-annotation'.
KEYWORDS = {
    *("$ref", "type", "enum", "pattern", "format", "description", "default", "required"),
    *("properties", "patternProperties", "additionalProperties", "propertyNames", "items", "anyOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"),
    *("minProperties", "maxProperties"),
}


def test_committed_schema_is_current() -> None:
    """Else: python -m configuration.schema > configuration/cdk.schema.json."""
    assert (ROOT / "configuration/cdk.schema.json").read_text(encoding="utf-8") == schema.text()


def test_committed_reference_is_current() -> None:
    """Else: python -m configuration.reference > docs/configuration.md."""
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == reference.text()


def test_cdk_json_names_the_schema() -> None:
    """So that an editor finds it."""
    named = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["$schema"]
    assert (ROOT / named).resolve() == ROOT / "configuration/cdk.schema.json"


def test_schema_is_written_in_json_schemas_own_keywords() -> None:
    """An editor passes over others without a word."""
    assert set(_keywords(DOCUMENT["properties"])) | set(_keywords(DEFINITIONS)) <= KEYWORDS


def test_every_field_is_described() -> None:
    """The text is what an editor shows and what the reference says."""
    for name, section in DEFINITIONS.items():
        for field, described in section.get("properties", {}).items():
            assert described.get("description"), f"{name}.{field}"


def test_schema_has_the_fields_that_can_be_set() -> None:
    """No more and no less; models are no field of an environment on the command line."""
    assert sorted(_schema_leaves()) == sorted(overrides.every_field())


def test_only_local_may_leave_its_region_out() -> None:
    """And only it judges base models on a day of its own."""
    real, local = DEFINITIONS["Environment"], DEFINITIONS["LocalEnvironment"]
    assert set(real["required"]) - set(local["required"]) == {"region"}
    assert set(local["properties"]) - set(real["properties"]) == {"catalog_date"}
    assert "name" not in local["properties"]


@pytest.mark.parametrize("path", examples.EXAMPLES)
def test_example_is_what_its_section_takes(path: str) -> None:
    """Whoever copies it gets no finding about its fields."""
    steps = path.removeprefix("environments.<name>").removeprefix(".").split(".")
    section: Any = EnvironmentConfiguration
    if path.startswith("delivery"):
        section, steps = DeliveryConfiguration, steps[1:]
    example: Any = dict(examples.EXAMPLES[path])
    if steps[:2] == ["models", "<name>"]:
        section, steps = configuration.ModelConfiguration, steps[2:]
    for step in filter(None, steps):
        annotation = None if step == "<name>" else section.model_fields[step].annotation
        section = section if annotation is None else fields.section_of(annotation) or _entry(annotation)
    section.model_validate(example | ({"name": "prod"} if section is EnvironmentConfiguration else {}))


def test_each_section_has_an_example() -> None:
    """The reference shows each by one."""
    headings = [line.strip("# `") for line in reference.text().splitlines() if line.startswith("## `")]
    assert headings == list(examples.EXAMPLES)


def _entry(annotation: Any) -> Any:
    return fields.section_of(fields.entries_of(annotation))


def _keywords(schema_: Any) -> Iterator[str]:
    """Every keyword of a mapping of names to schemas."""
    for described in schema_.values():
        yield from _keywords_of(described)


def _keywords_of(described: Any) -> Iterator[str]:
    if not isinstance(described, Mapping):
        return
    yield from described
    for keyword, value in described.items():
        if keyword in ("properties", "patternProperties"):
            yield from _keywords(value)
        elif keyword == "anyOf":
            for option in value:
                yield from _keywords_of(option)
        elif keyword in ("items", "additionalProperties", "propertyNames"):
            yield from _keywords_of(value)


def _schema_leaves() -> Iterator[str]:
    local: Context = DEFINITIONS["LocalEnvironment"]
    own = {name: field for name, field in local["properties"].items() if name != "models"}
    yield from _leaves({"properties": own}, "environment.")
    yield from _leaves(DEFINITIONS["ModelConfiguration"], "")


def _leaves(section: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, field in section["properties"].items():
        entries = field.get("additionalProperties")
        is_open = field.get("type") == "object"
        inner = entries if isinstance(entries, Mapping) else field
        nested = DEFINITIONS.get(str(inner.get("$ref", "")).removeprefix("#/$defs/"), {})
        place = f"{path}{name}.<name>" if is_open else f"{path}{name}"
        if "properties" in nested:
            yield from _leaves(nested, f"{place}.")
        else:
            yield place
