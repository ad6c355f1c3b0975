"""In which Region an environment is that names none: one in which all its base models can be customized."""

from collections.abc import Mapping
from typing import Any

from configuration.choice import LOCAL
from finetuning import catalog
from finetuning.problems import Problem


def resolve(environment: str, raw: Mapping[str, Any], models: Mapping[str, Any]) -> str | Problem | None:
    """Return the Region of an environment, or why there is none.

    Args:
        environment: its name; only `local` may leave its Region out.
        raw: its section, as its author wrote it.
        models: the sections of the models that are asked for, as their authors wrote them.

    Returns:
        The first Region, in the order of the catalog, in which every base model can be customized as it is asked; None
        if the environment must name its Region itself or if its models have mistakes that are to be told first.
    """
    if "region" in raw:
        return str(raw["region"])
    if environment != LOCAL:
        return None
    if not models:
        message = "is left out, and there is no model whose base model could tell it"
        return Problem(f"environments.{environment}.region", message, "add a model to models, or a region")
    found = {model: possible(section) for model, section in models.items()}
    known = {model: regions for model, regions in found.items() if regions}
    if not known:
        return None
    first = next(iter(known.values()))
    common = [region for region in first if all(region in regions for regions in known.values())]
    if common:
        return common[0]
    each = "; ".join(f"{model}: {', '.join(regions)}" for model, regions in known.items())
    return Problem(
        f"environments.{environment}.region",
        f"is left out, and the base models have no Region in common: {each}",
        "choose base models of one Region, or one model with -c model=<model>",
    )


def possible(model: object) -> tuple[str, ...]:
    """Return the Regions in which a model can be customized; none if that cannot be told from what was written."""
    training = model.get("training") if isinstance(model, Mapping) else None
    if not isinstance(training, Mapping):
        return ()
    identifier = str(training.get("base_model", ""))
    try:
        base_model = catalog.find(identifier)
    except catalog.UnknownBaseModelError:
        return ()
    if arn := catalog.custom_model_arn(identifier):
        return (arn.split(":")[3],)
    kind = training.get("customization_type", "FINE_TUNING")
    return base_model.customization_regions(str(kind)) or base_model.regions
