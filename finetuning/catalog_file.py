"""``catalog.json`` as typed facts: the shape of the file, which ``docs/catalog.schema.json`` describes; no rules.

The catalog is read when a function starts, which needs one base model or none: each is made when it is asked for.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from finetuning.base_model import (
    BaseModel,
    Customization,
    DatasetLimits,
    Hyperparameter,
    Lifecycle,
    MediaLimits,
    Quota,
    Reserved,
    Serving,
    Sharing,
    Teacher,
)

FILE = Path(__file__).with_name("catalog.json")


@dataclass(frozen=True)
class Source:
    """A document, and the day on which what the catalog says was compared with it; url None if it has none."""

    title: str
    url: str | None
    read: date


@dataclass(frozen=True)
class RetiredModel:
    """A base model that was once customized on Bedrock and is known by name only.

    Attributes:
        identifiers: ids that Bedrock knew it by.
        what: what became of it, to go on from "which is".
    """

    name: str
    provider: str
    identifiers: tuple[str, ...]
    aliases: tuple[str, ...]
    what: str
    source: str


class CatalogFile:
    """The file's content."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the file."""
        self._raw = json.loads(path.read_text(encoding="utf-8"))
        self._titles = {key: source["title"] for key, source in self._raw["sources"].items()}
        self._made: dict[int, BaseModel] = {}

    @property
    def reviewed(self) -> date:
        """The day on which the file was last compared with the documentation."""
        return date.fromisoformat(self._raw["reviewed"])

    @cached_property
    def identifiers(self) -> Mapping[str, int]:
        """Identifier or alias → number of the base model."""
        return {name: number for number, raw in enumerate(self._raw["base_models"]) for name in _names(raw)}

    def base_model(self, number: int) -> BaseModel:
        """Return one base model, always the same object."""
        if number not in self._made:
            # If two threads make it at once, one of the two objects wins for good.
            self._made.setdefault(number, _base_model(self._cited(self._raw["base_models"][number])))
        return self._made[number]

    @cached_property
    def base_models(self) -> tuple[BaseModel, ...]:
        """All base models, in the order of the file."""
        return tuple(self.base_model(number) for number in range(len(self._raw["base_models"])))

    @cached_property
    def quotas(self) -> Mapping[str, Quota]:
        """Quotas that do not depend on the base model, by name."""
        return _each(lambda raw: Quota(**raw), self._cited(self._raw["quotas"]))

    @cached_property
    def retired(self) -> tuple[RetiredModel, ...]:
        """Base models that are known by name only."""
        return tuple(RetiredModel(**entry) for entry in self._cited(self._raw["retired"]))

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The documents, by key."""
        return _each(lambda raw: _dated(Source, raw), self._raw["sources"])

    def facts(self, number: int) -> dict[str, Any]:
        """Return what the file says of one base model, with notes and the keys of the sources."""
        facts: dict[str, Any] = deepcopy(self._raw["base_models"][number])
        return facts

    def _cited(self, raw: Any) -> Any:
        return _cited(raw, self._titles)


def _names(raw: dict[str, Any]) -> tuple[str, ...]:
    ids = raw["identifiers"]
    return (ids["customization_id"], ids["inference_id"], *ids["context_variants"], *ids["aliases"])


def _cited(raw: Any, titles: Mapping[str, str]) -> Any:
    """Return facts with the keys of their sources turned into one text, and lists of words into tuples."""
    if isinstance(raw, list):
        return tuple(_cited(entry, titles) for entry in raw)
    if not isinstance(raw, dict):
        return raw
    if isinstance(raw.get("source"), list):
        text = "; ".join(titles[key] for key in raw["source"])
        note = raw.get("note")
        raw = {key: value for key, value in raw.items() if key != "note"} | {
            "source": f"{text} ({note})" if note else text
        }
    return {key: _cited(value, titles) for key, value in raw.items()}


def _base_model(raw: dict[str, Any]) -> BaseModel:
    identifiers, parameters = raw["identifiers"], raw["hyperparameters"]["parameters"]
    return BaseModel(
        name=raw["name"],
        provider=raw["provider"],
        customization_id=identifiers["customization_id"],
        inference_id=identifiers["inference_id"],
        context_variants=identifiers["context_variants"],
        aliases=identifiers["aliases"],
        customizations=_each(_customization, raw["customizations"]),
        data_format=raw["dataset"]["format"],
        invocation_format=raw["invocation"]["format"],
        lifecycle=_dated(Lifecycle, raw["lifecycle"]),
        serving=_each(_serving, raw["serving"]),
        hyperparameters=MappingProxyType(
            {name: _hyperparameter(name, entry) for name, entry in (parameters or {}).items()}
        ),
        hyperparameters_known=parameters is not None,
        limits=_limits(raw["dataset"]),
        reserved=Reserved(**raw["reserved"]),
        sharing=Sharing(**raw["sharing"]),
        source=MappingProxyType({name: entry["source"] for name, entry in _groups(raw).items()}),
    )


def _each(make: Any, entries: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({name: make(entry) for name, entry in entries.items()})


def _dated(kind: Any, raw: dict[str, Any]) -> Any:
    days = ("legacy", "extended_access", "end_of_life", "read")
    return kind(**{key: date.fromisoformat(value) if value and key in days else value for key, value in raw.items()})


def _customization(raw: dict[str, Any]) -> Customization:
    return Customization(**(raw | {"teachers": tuple(_dated(Teacher, teacher) for teacher in raw["teachers"])}))


def _serving(raw: dict[str, Any]) -> Serving:
    quotas = {key: Quota(**raw[key]) if raw[key] else None for key in raw if key.startswith("units_quota")}
    return Serving(**(raw | quotas))


def _hyperparameter(name: str, raw: dict[str, Any]) -> Hyperparameter:
    numbers = {key: Decimal(raw[key]) for key in ("default", "minimum", "maximum")}
    return Hyperparameter(name=name, **(raw | numbers))


def _limits(raw: dict[str, Any]) -> DatasetLimits:
    facts = {key: value for key, value in raw.items() if key != "format"}
    media = MediaLimits(**raw["media"]) if raw["media"] else None
    return DatasetLimits(**(facts | {"records_quota": Quota(**raw["records_quota"]), "media": media}))


def _groups(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the groups of facts of a base model that have a source, by name."""
    groups = ("identifiers", "lifecycle", "invocation", "hyperparameters", "dataset", "reserved", "sharing")
    named = {f"{group}.{name}": entry for group in ("customizations", "serving") for name, entry in raw[group].items()}
    return {group: raw[group] for group in groups} | named
