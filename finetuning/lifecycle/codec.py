"""A model record as a JSON document and back."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from finetuning.lifecycle.migrations import migrated
from finetuning.lifecycle.record import (
    SCHEMA_VERSION,
    EndpointGeneration,
    EndpointSlot,
    ModelRecord,
    Signal,
    TrainingGeneration,
    TrainingSlot,
)
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict

_Class = TypeVar("_Class")

_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)

#: Records are immutable, so one may be handed out many times.
_KNOWN: dict[tuple[str, int], ModelRecord] = {}
_MOST_KNOWN = 16

_FIELDS: Mapping[type, frozenset[str]] = {
    cls: frozenset(field.name for field in fields(cls))
    for cls in (
        ModelRecord,
        TrainingSlot,
        TrainingGeneration,
        EndpointSlot,
        EndpointGeneration,
        Signal,
        EvaluationWanted,
        Verdict,
        Promoted,
    )
}
#: Fields of a generation that are objects of their own.
_PARTS: Mapping[str, type[Any]] = {
    "evaluation": EvaluationWanted,
    "curve": Verdict,
    "verdict": Verdict,
    "promoted": Promoted,
}
#: Fields that are tuples, which JSON knows as arrays.
_TUPLES = ("alarms", "reasons")


def encode(record: ModelRecord) -> str:
    """The record as JSON text, without `version`, which the store keeps beside it."""
    signal = record.endpoint.signal
    document = {
        **vars(record),
        "schema": SCHEMA_VERSION,
        "training": _plain_slot(record.training),
        "endpoint": _plain_slot(record.endpoint) | {"signal": None if signal is None else vars(signal)},
    }
    del document["version"]
    return _ENCODER.encode(document)


def decode(text: str, *, version: int) -> ModelRecord:
    """The record that `encode` wrote, or an earlier release of it.

    Raises:
        UnknownSchemaError: a newer release wrote the document.
    """
    known = _KNOWN.get((text, version))
    return known or know(text, version, _decoded(text, version))


def know(text: str, version: int, record: ModelRecord) -> ModelRecord:
    """Remember a record by its document, and return it: a step of the driver reads what it has just written."""
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[text, version] = record
    return record


def _decoded(text: str, version: int) -> ModelRecord:
    document = migrated(json.loads(text))
    training, endpoint, signal = document["training"], document["endpoint"], document["endpoint"]["signal"]
    slots = {
        "training": _made(TrainingSlot, training | _lists(TrainingGeneration, training)),
        "endpoint": _made(
            EndpointSlot,
            endpoint
            | _lists(EndpointGeneration, endpoint)
            | {"signal": None if signal is None else _made(Signal, signal)},
        ),
    }
    notified = tuple(document.get("notified", ()))
    return _made(ModelRecord, document | slots | {"version": version, "notified": notified})


def _plain_slot(slot: TrainingSlot | EndpointSlot) -> dict[str, Any]:
    return vars(slot) | {"generations": [_plain(generation) for generation in slot.generations]}


def _plain(generation: TrainingGeneration | EndpointGeneration) -> dict[str, Any]:
    values = vars(generation)
    parts = {name: vars(part) for name in _PARTS if (part := values.get(name)) is not None}
    return values | parts if parts else values


def _lists(generation: type[Any], slot: Mapping[str, Any]) -> dict[str, Any]:
    """The tuples of a slot, which JSON knows as arrays."""
    generations = tuple(_made(generation, document) for document in slot["generations"])
    return {"generations": generations, "handled": tuple(slot.get("handled", ()))}


def _made(cls: type[_Class], document: Mapping[str, Any]) -> _Class:
    """An instance of the fields that the class has: one dropped by a later release is not an error."""
    names = _FIELDS[cls]
    values = {name: value for name, value in document.items() if name in names}
    for name in _TUPLES:
        if name in values:
            values[name] = tuple(values[name])
    for name, part in _PARTS.items():
        if values.get(name) is not None:
            values[name] = _made(part, values[name])
    return cls(**values)
