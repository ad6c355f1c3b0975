"""How a model is to be judged, as the customization job's property: one JSON text, because none of it decides a job."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from configuration import prices
from configuration.dataset_files import local_file
from configuration.models import EnvironmentConfiguration, ModelConfiguration
from finetuning import catalog
from finetuning.catalog import BaseModel
from finetuning.fingerprint import canonical_json

PROPERTY = "Evaluation"


def evaluation_properties(
    configuration: ModelConfiguration,
    environment: EnvironmentConfiguration,
    reference: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Return the property, or nothing if neither an evaluation nor the quality gate is configured.

    Args:
        configuration: checked by `configuration.load`.
        environment: whose prices apply.
        reference: of a retrained model: the manifest, its metrics, and how far from them those of this one may be.
    """
    evaluation, gate = configuration.evaluation, configuration.gate
    if evaluation is None and gate.mode == "disabled":
        return {}
    base_model = catalog.find(configuration.training.base_model)
    settings = {
        "evaluation": _evaluation(configuration),
        "gate": gate.model_dump(mode="json"),
        "reference": reference,
        "prices": _prices(environment, base_model),
        "base_model": base_model.customization_id,
    }
    asked = {
        "mode": gate.mode,
        "hours": evaluation.hours if evaluation else 1,
        "own_endpoint": _has_own_endpoint(configuration),
        "settings": settings,
    }
    return {PROPERTY: canonical_json(asked)}


def _evaluation(configuration: ModelConfiguration) -> dict[str, Any] | None:
    evaluation = configuration.evaluation
    if evaluation is None:
        return None
    schema = evaluation.json_schema
    document = json.loads(Path(local_file(schema)).read_text("utf-8")) if schema else None
    return {**evaluation.model_dump(mode="json"), "json_schema": document}


def is_judged_apart(configuration: ModelConfiguration) -> bool:
    """Return whether a candidate that is trained here is asked behind an endpoint of its own."""
    return configuration.evaluation is not None and _has_own_endpoint(configuration)


def _has_own_endpoint(configuration: ModelConfiguration) -> bool:
    """Whether the candidate is judged behind an endpoint of its own: one on demand costs nothing while it stands."""
    serving, base_model = configuration.endpoint.serving, catalog.find(configuration.training.base_model)
    return serving == "on_demand" or (serving == "none" and "on_demand" in base_model.serving)


def _prices(environment: EnvironmentConfiguration, base_model: BaseModel) -> dict[str, float | None]:
    found = prices.of(environment, base_model)
    return {name: getattr(found, name) for name in ("input_usd_per_1k_tokens", "output_usd_per_1k_tokens")}
