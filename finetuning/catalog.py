"""Which base models can be fine-tuned on Bedrock, as of the day on which ``catalog.json`` was reviewed.

The file is data with a source for each fact; the live account is asked again before money is spent.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from finetuning.base_model import (
    BaseModel,
    DatasetLimits,
    Hyperparameter,
    Lifecycle,
    MediaLimits,
    Quota,
    Reserved,
    Serving,
    Sharing,
)
from finetuning.errors import FineTuningError
from finetuning.suggestions import did_you_mean

__all__ = ["BaseModel", "UnknownBaseModelError", "base_models", "find", "quotas", "reviewed"]

_FILE = Path(__file__).with_name("catalog.json")
_FOUNDATION_MODEL_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+::foundation-model/(?P<id>.+)", re.ASCII)


class UnknownBaseModelError(FineTuningError, LookupError):
    """A base model that the catalog does not have; the message lists what it has."""

    def __str__(self) -> str:
        """Return the message itself, where a LookupError would quote it."""
        return str(self.args[0])


def find(identifier: str) -> BaseModel:
    """Return the base model with this customization id, inference id, foundation-model ARN (any Region) or alias.

    Raises:
        UnknownBaseModelError: no base model is called that.
    """
    arn = _FOUNDATION_MODEL_ARN.fullmatch(identifier)
    found = _by_identifier().get(arn["id"] if arn else identifier)
    if found is None:
        raise UnknownBaseModelError(_unknown(identifier))
    return found


def base_models() -> tuple[BaseModel, ...]:
    """Return all base models, in the order of the catalog."""
    return _load()[1]


def quotas() -> Mapping[str, Quota]:
    """Return the quotas that do not depend on the base model, by their name in the catalog."""
    return _load()[2]


def reviewed() -> date:
    """Return the day on which the catalog was last compared with the documentation."""
    return _load()[0]


def _unknown(identifier: str) -> str:
    known = ", ".join(model.customization_id for model in base_models())
    guess = did_you_mean(identifier, _by_identifier())
    return f"base model {identifier!r} is not in the catalog; known: {known}" + (f"; {guess}" if guess else "")


@cache
def _by_identifier() -> Mapping[str, BaseModel]:
    return {
        name: model for model in base_models() for name in (model.customization_id, model.inference_id, *model.aliases)
    }


@cache
def _load() -> tuple[date, tuple[BaseModel, ...], Mapping[str, Quota]]:
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    models = tuple(_base_model(entry) for entry in raw["base_models"])
    shared = MappingProxyType({name: Quota(**entry) for name, entry in raw["quotas"].items()})
    return date.fromisoformat(raw["reviewed"]), models, shared


def _base_model(raw: dict[str, Any]) -> BaseModel:
    parameters = raw["hyperparameters"]["parameters"]
    return BaseModel(
        name=raw["name"],
        provider=raw["provider"],
        customization_id=raw["customization_id"],
        inference_id=raw["inference_id"],
        aliases=tuple(raw["aliases"]),
        regions=tuple(raw["fine_tuning"]["regions"]),
        customization_types=tuple(raw["fine_tuning"]["customization_types"]),
        data_format=raw["dataset"]["format"],
        lifecycle=_lifecycle(raw["lifecycle"]),
        serving=MappingProxyType({path: _serving(entry) for path, entry in raw["serving"].items()}),
        hyperparameters=MappingProxyType({name: _hyperparameter(name, entry) for name, entry in parameters.items()}),
        limits=_limits(raw["dataset"]),
        reserved=Reserved(**_tuples(raw["reserved"])),
        sharing=Sharing(**_tuples(raw["sharing"])),
        source=MappingProxyType(_sources(raw)),
    )


def _lifecycle(raw: dict[str, str | None]) -> Lifecycle:
    days = {name: date.fromisoformat(day) if day else None for name, day in raw.items() if name != "source"}
    return Lifecycle(source=str(raw["source"]), **days)


def _serving(raw: dict[str, Any]) -> Serving:
    units = raw["units_quota"]
    return Serving(**(_tuples(raw) | {"units_quota": Quota(**units) if units else None}))


def _hyperparameter(name: str, raw: dict[str, Any]) -> Hyperparameter:
    numbers = {key: Decimal(raw[key]) for key in ("default", "minimum", "maximum")}
    return Hyperparameter(name=name, **(raw | numbers))


def _limits(raw: dict[str, Any]) -> DatasetLimits:
    facts = {key: value for key, value in raw.items() if key != "format"}
    media = MediaLimits(**_tuples(raw["media"])) if raw["media"] else None
    return DatasetLimits(**(facts | {"records_quota": Quota(**raw["records_quota"]), "media": media}))


def _tuples(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _sources(raw: dict[str, Any]) -> dict[str, str]:
    sections = ("fine_tuning", "lifecycle", "hyperparameters", "dataset", "reserved", "sharing")
    serving = {f"serving.{path}": entry["source"] for path, entry in raw["serving"].items()}
    if "serving_source" in raw:
        serving["serving"] = raw["serving_source"]
    return {"identifiers": raw["identifiers_source"]} | {name: raw[name]["source"] for name in sections} | serving
