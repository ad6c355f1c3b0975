"""One configuration for each base model, customization type and serving path, with all that these need besides."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple, get_args

from finetuning import catalog
from finetuning.base_model import CustomizationType

Context = dict[str, Any]

SERVING = ("provisioned", "on_demand", "none")
#: On which all base models of the catalog could be customized.
ALL_ALIVE = "2025-12-15"
ACCOUNTS = {"prod": "111122223333", "local": "000000000000"}


class Combination(NamedTuple):
    """One cell."""

    environment: str
    base_model: str
    customization_type: str
    serving: str


def combinations() -> Iterator[Combination]:
    """Yield every cell: in `prod` on the day of the catalog's review, in `local` on a day on which all were alive."""
    for environment in ACCOUNTS:
        for model in catalog.base_models():
            for kind in get_args(CustomizationType):
                for serving in SERVING:
                    yield Combination(environment, model.customization_id, kind, serving)


def context(cell: Combination) -> Context:
    """Return a configuration in which nothing but the combination itself can be wrong."""
    model = catalog.find(cell.base_model)
    (region, *_) = model.customization_regions(cell.customization_type) or model.regions
    account = ACCOUNTS[cell.environment]
    environment: Context = {
        "account": account,
        "region": region,
        "removal_policy": "destroy",
        "prices": {cell.base_model: {"training_usd_per_1k_tokens": 0.002, "unit_hour_usd": {"none": 30}}},
        "models": {"faq": _model(cell, f"{region}:{account}")},
    }
    if cell.environment == "local":
        environment["catalog_date"] = ALL_ALIVE
    return {"project": "finetuning", "env": cell.environment, "environments": {cell.environment: environment}}


def _model(cell: Combination, place: str) -> Context:
    training: Context = {
        "base_model": cell.base_model,
        "customization_type": cell.customization_type,
        "dataset": {"training": "datasets/bedrock-faq/training.jsonl"},
    }
    budget: Context = {}
    if cell.customization_type == "DISTILLATION":
        training["teacher"] = {"model": _teacher(cell)}
    if cell.customization_type == "REINFORCEMENT_FINE_TUNING":
        training["reward"] = {"function_arn": f"arn:aws:lambda:{place}:function:grade"}
    if cell.customization_type in ("DISTILLATION", "REINFORCEMENT_FINE_TUNING"):
        budget["unknown_prices"] = ["training"]
    if not catalog.find(cell.base_model).hyperparameters_known:
        training["accept_unknown"] = ["dataset", "hyperparameters"]
        training["hyperparameters"] = {} if cell.customization_type == "DISTILLATION" else {"epochCount": 2}
    endpoint: Context = {"serving": cell.serving}
    if cell.serving == "provisioned":
        endpoint["max_hourly_usd"] = 30
    return {"training": training, "endpoint": endpoint, "budget": budget}


def _teacher(cell: Combination) -> str:
    """The first teacher that is left, as a job names it; any other for a base model that has none."""
    customization = catalog.find(cell.base_model).customizations.get("DISTILLATION")
    if customization is None:
        return "amazon.nova-pro-v1:0"
    on = date.fromisoformat(ALL_ALIVE) if cell.environment == "local" else catalog.reviewed()
    teacher = next((teacher for teacher in customization.teachers if teacher.is_alive(on)), customization.teachers[0])
    return f"us.{teacher.model}" if teacher.inference_profile == "required" else teacher.model
