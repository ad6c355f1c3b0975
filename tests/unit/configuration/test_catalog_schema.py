"""The catalog file has the published shape, and every fact in it has a source that is listed and dated."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from configuration import catalog_schema
from configuration.catalog_schema import CatalogDocument
from finetuning import catalog
from finetuning.catalog_file import FILE

RAW = json.loads(FILE.read_text())
SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "catalog.schema.json"


def facts(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the file that cites sources."""
    if isinstance(node, dict):
        if isinstance(node.get("source"), list):
            yield node
        for value in node.values():
            yield from facts(value)
    elif isinstance(node, list):
        for value in node:
            yield from facts(value)


def test_file_has_the_published_shape() -> None:
    """No unknown field, none missing, each of its type; the file points at its schema."""
    CatalogDocument.model_validate(RAW)
    assert (FILE.parent / RAW["$schema"]).resolve() == SCHEMA


def test_published_schema_is_the_present_one() -> None:
    """Else: python -m configuration.catalog_schema > docs/catalog.schema.json."""
    assert SCHEMA.read_text() == catalog_schema.text()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda model: model["lifecycle"].pop("source"), "lifecycle.source"),
        (lambda model: model["serving"]["provisioned"].update(source=[]), "serving.provisioned.source"),
        (lambda model: model["dataset"].update(tokens_per_record="many"), "dataset.tokens_per_record"),
        (lambda model: model["reserved"].update(comment="x"), "reserved.comment"),
        (lambda model: model["customizations"].update(TUNING={}), "customizations.TUNING"),
        (lambda model: model["hyperparameters"].update(parameters={}), "hyperparameters.parameters"),
        (lambda model: model["identifiers"].update(inference_id="Claude"), "identifiers.inference_id"),
    ],
)
def test_file_of_another_shape_is_refused(change: Callable[[Any], None], path: str) -> None:
    """A fact without a source, a word for a number, a field that nobody reads."""
    broken = json.loads(FILE.read_text())
    change(broken["base_models"][0])
    with pytest.raises(ValidationError) as refused:
        CatalogDocument.model_validate(broken)
    found = {".".join(map(str, error["loc"])) for error in refused.value.errors()}
    assert any(place.startswith(f"base_models.0.{path}") for place in found), found


def test_every_source_is_listed_and_cited() -> None:
    """No key leads nowhere, and no document is listed that nothing cites."""
    cited = [key for fact in facts(RAW) for key in fact["source"]]
    assert set(cited) == set(RAW["sources"])
    assert len(list(facts(RAW))) > 150


def test_no_source_was_read_after_the_review() -> None:
    """The day of the review is the last on which anything was compared."""
    assert all(source.read <= catalog.reviewed() for source in catalog.sources().values())


def test_sources_of_a_base_model_are_told_by_title_and_by_key() -> None:
    """By title for people who read a message, by key for those who look a document up."""
    haiku = catalog.find("claude-3-haiku")
    assert haiku.source["lifecycle"] == "Bedrock User Guide, 'Model lifecycle (Legacy)'"
    assert catalog.facts(haiku)["lifecycle"]["source"] == ["lifecycle"]
    assert catalog.sources()["lifecycle"].url == (
        "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html"
    )
