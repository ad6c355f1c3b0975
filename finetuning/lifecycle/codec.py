"""A model record as a JSON document and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from finetuning.lifecycle.record import (
    SCHEMA_VERSION,
    EndpointGeneration,
    EndpointSlot,
    ModelRecord,
    Signal,
    TrainingGeneration,
    TrainingSlot,
)

_Slot = TypeVar("_Slot")


class UnknownSchemaError(Exception):
    """The stored record was written by a newer version of this project."""


def encode(record: ModelRecord) -> str:
    """The record as JSON text, without `version`, which the store keeps beside it."""
    document = asdict(record)
    del document["version"]
    return json.dumps({"schema": SCHEMA_VERSION, **document}, sort_keys=True, allow_nan=False)


def decode(text: str, *, version: int) -> ModelRecord:
    """The record that `encode` wrote.

    Raises:
        UnknownSchemaError: the document's schema is not the one this code writes.
    """
    document: dict[str, Any] = json.loads(text)
    schema = document.pop("schema", None)
    if schema != SCHEMA_VERSION:
        raise UnknownSchemaError(
            f"registry record has schema {schema!r}, this code reads {SCHEMA_VERSION}: deploy the version that wrote it"
        )
    training, endpoint = document.pop("training"), document.pop("endpoint")
    return ModelRecord(
        **_known(ModelRecord, document) | {"version": version},
        training=_slot(TrainingSlot, TrainingGeneration, training),
        endpoint=_slot(EndpointSlot, EndpointGeneration, endpoint | {"signal": _signal(endpoint["signal"])}),
    )


def _slot(slot: type[_Slot], generation: type, document: Mapping[str, Any]) -> _Slot:
    generations = tuple(generation(**_known(generation, g)) for g in document["generations"])
    handled = tuple(document.get("handled", ()))
    return slot(**_known(slot, document) | {"generations": generations, "handled": handled})


def _signal(document: Mapping[str, Any] | None) -> Signal | None:
    return None if document is None else Signal(**_known(Signal, document))


def _known(cls: type, document: Mapping[str, Any]) -> dict[str, Any]:
    """Only the fields that the class has: a field dropped by a later version of the code is not an error."""
    names = {f.name for f in fields(cls)}
    return {name: value for name, value in document.items() if name in names}
