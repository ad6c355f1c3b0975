"""Which fields make what is wanted another job or endpoint than the one before, and which change it where it is."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from finetuning import catalog
from finetuning.cost import dollars
from finetuning.lifecycle.endpoint import EndpointWanted
from finetuning.lifecycle.facts import dataset_digest
from finetuning.lifecycle.record import EndpointGeneration, TrainingGeneration
from finetuning.lifecycle.training import TrainingWanted

NONE = "none"
"""In place of a value that is not there."""

#: CreateModelCustomizationJob's terms → the field of the configuration that they come from.
_FIELDS = {
    "baseModelIdentifier": "training.base_model",
    "customizationType": "training.customization_type",
    "customizationConfig": "training.customization",
    "customModelKmsKeyId": "key_arn",
    "trainingDataConfig": "training.dataset.training",
    "validationDataConfig": "training.dataset.validation",
    "roleArn": "service_role_arn",
    "vpcConfig": "network",
}
_HYPERPARAMETERS = "training.hyperparameters."
#: What a job is started with and its model does not depend on.
_MAKES_NO_OTHER_MODEL = frozenset({"service_role_arn", "network"})
_ENDPOINT_FIELDS = {
    "base_model": "training.base_model",
    "serving": "endpoint.serving",
    "model_units": "endpoint.model_units",
    "commitment": "endpoint.commitment",
}
_TRAINING_TERMS = {
    "keep_previous": "training.keep_previous",
    "estimated_usd": "the job's price",
    "max_usd": "budget.max_usd_per_job",
    "max_usd_per_month": "budget.max_usd_per_month",
    "evaluation": "evaluation, gate",
}
_ENDPOINT_TERMS = {
    "approval": "endpoint.commitment_approval.id",
    "approved_until": "endpoint.commitment_approval.until",
    "needs_approval": "endpoint.approval",
    "hourly_usd": "the price per hour",
    "max_hourly_usd": "endpoint.max_hourly_usd",
    "max_usd_per_month": "budget.max_usd_per_month",
    "idle_days": "endpoint.idle_days",
    "remove_idle": "endpoint.remove_idle",
    "alarms": "endpoint.alarms",
    "watch_seconds": "endpoint.watch_minutes",
}
_PRICES = frozenset({"estimated_usd", "hourly_usd"})


@dataclass(frozen=True)
class Cause:
    """A field that has another value than before.

    Attributes:
        field: of the configuration, such as ``training.hyperparameters.epochCount``.
        before: its value as people read it.
        after: the same.
    """

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Causes:
    """The fields that differ.

    Attributes:
        another: which ask for another job, or another endpoint.
        in_place: which change what is there, or only what is remembered of it.
    """

    another: tuple[Cause, ...] = ()
    in_place: tuple[Cause, ...] = ()


def training_causes(before: TrainingGeneration | None, wanted: TrainingWanted | None) -> Causes:
    """Compare a wanted training with the one before; without either there is nothing to compare."""
    if before is None or wanted is None:
        return Causes()
    settings = list(_differences(_flat(before.settings), _flat(wanted.settings), wanted.settings))
    is_another = before.fingerprint != wanted.fingerprint
    another = [cause for cause in settings if is_another and cause.field not in _MAKES_NO_OTHER_MODEL]
    in_place = [cause for cause in settings if cause not in another]
    return Causes(tuple(another), (*in_place, *_terms(before, wanted, _TRAINING_TERMS)))


def endpoint_causes(before: EndpointGeneration | None, wanted: EndpointWanted | None) -> Causes:
    """Compare a wanted endpoint with the one before; without either there is nothing to compare."""
    if before is None or wanted is None:
        return Causes()
    is_another = before.fingerprint != wanted.fingerprint
    another = tuple(_compared(before, wanted, _ENDPOINT_FIELDS)) if is_another else ()
    return Causes(another, tuple(_terms(before, wanted, _ENDPOINT_TERMS)))


def _flat(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings by the field of the configuration that each comes from; a dataset is its digest."""
    hyperparameters = settings.get("hyperParameters", {})
    flat = {f"{_HYPERPARAMETERS}{name}": str(value) for name, value in hyperparameters.items()}
    for term, value in settings.items():
        if term != "hyperParameters" and value:
            flat[_FIELDS.get(term, term)] = _plain(term, value)
    return flat


def _plain(term: str, value: Any) -> str:
    if term == "trainingDataConfig" and "s3Uri" in value:
        return dataset_digest(value["s3Uri"])
    if term == "validationDataConfig":
        return ", ".join(dataset_digest(validator["s3Uri"]) for validator in value["validators"])
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _differences(before: Mapping[str, str], after: Mapping[str, str], settings: Mapping[str, Any]) -> Iterator[Cause]:
    for field in sorted({*before, *after}):
        if before.get(field) != after.get(field):
            absent = _absent(field, settings)
            yield Cause(field, before.get(field, absent), after.get(field, absent))


def _absent(field: str, settings: Mapping[str, Any]) -> str:
    """What it means that a field is not given: a hyperparameter is then the base model's default."""
    name = field.removeprefix(_HYPERPARAMETERS)
    if name == field:
        return NONE
    try:
        parameter = catalog.find(str(settings.get("baseModelIdentifier", ""))).hyperparameters.get(name)
    except catalog.UnknownBaseModelError:
        parameter = None
    return f"default ({parameter.default:f})" if parameter else "default"


def _terms(
    before: TrainingGeneration | EndpointGeneration, after: TrainingWanted | EndpointWanted, fields: Mapping[str, str]
) -> Iterator[Cause]:
    """What changes in place; another job or endpoint has a price of its own."""
    for key in sorted({*before.tags, *after.tags}):
        if before.tags.get(key) != after.tags.get(key):
            yield Cause(f"tags.{key}", before.tags.get(key, NONE), after.tags.get(key, NONE))
    is_another = before.fingerprint != after.fingerprint
    yield from _compared(before, after, {n: f for n, f in fields.items() if not (is_another and n in _PRICES)})


def _compared(before: object, after: object, fields: Mapping[str, str]) -> Iterator[Cause]:
    for name, field in fields.items():
        values = getattr(before, name), getattr(after, name)
        if values[0] != values[1]:
            yield Cause(field, *(_SPELLINGS.get(name, _spelled)(value) for value in values))


def _spelled(value: Any) -> str:
    return NONE if value in (None, "", 0) else str(value)


def _usd(value: float | None) -> str:
    return NONE if value is None else dollars(value)


def _last_day(approved_until: float) -> str:
    """An approval ends with its last day."""
    return datetime.fromtimestamp(approved_until - 1, UTC).date().isoformat() if approved_until else NONE


#: How the configuration says what is remembered in another way.
_SPELLINGS: Mapping[str, Callable[[Any], str]] = {
    "keep_previous": str,
    "estimated_usd": _usd,
    "max_usd": _usd,
    "max_usd_per_month": _usd,
    "hourly_usd": _usd,
    "max_hourly_usd": _usd,
    "needs_approval": lambda value: "manual" if value else "automatic",
    "approved_until": _last_day,
    "remove_idle": lambda value: "true" if value else "false",
    "alarms": lambda value: ", ".join(value) or NONE,
    "watch_seconds": lambda value: str(value // 60) if value else NONE,
    "evaluation": lambda value: value.id if value else NONE,
}
