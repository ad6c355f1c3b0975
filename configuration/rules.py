"""What the catalog rules out: checked at synth, so that nothing is deployed that Bedrock would refuse hours later."""

from collections.abc import Iterator, Mapping
from datetime import date

from configuration.models import DatasetConfiguration, EndpointConfiguration, TrainingConfiguration
from finetuning import catalog, hyperparameters
from finetuning.catalog import BaseModel
from finetuning.dataset import waivers
from finetuning.problems import Problem


def training_problems(training: TrainingConfiguration, region: str, on: date, path: str) -> Iterator[Problem]:
    """Yield what is wrong with a customization job in a Region on a day (UTC).

    Args:
        training: what is wanted.
        region: Region of the environment.
        on: day on which the base model's lifecycle is judged.
        path: dotted path of the section in the configuration.
    """
    try:
        base_model = catalog.find(training.base_model)
    except catalog.UnknownBaseModelError as error:
        yield Problem(f"{path}.base_model", str(error))
        return
    yield from _base_model_problems(base_model, training, region, on, path)
    has_validation = training.dataset.validation is not None
    yield from hyperparameters.check(
        base_model, training.hyperparameters, has_validation=has_validation, path=f"{path}.hyperparameters"
    )


def waiver_problems(dataset: DatasetConfiguration, path: str) -> Iterator[Problem]:
    """Yield what is wrong with the waivers of a dataset, at the path of the dataset's section."""
    for code, reason in dataset.waivers.items():
        for problem in waivers.waiver_problems(code, reason):
            yield Problem(f"{path}.waivers.{code}", problem.removeprefix(f"waiver {code}: "))


def endpoint_problems(
    endpoint: EndpointConfiguration, base_model: BaseModel | None, region: str, *, is_billed: bool, path: str
) -> Iterator[Problem]:
    """Yield what is wrong with an endpoint of a model customized from a base model.

    Args:
        endpoint: what is wanted.
        base_model: None if it is not known, which is a problem of its own.
        region: Region of the environment.
        is_billed: whether AWS charges for it, that is, everywhere but in the embedded AWS.
        path: dotted path of the section in the configuration.
    """
    if base_model is not None and region in base_model.regions:
        yield from _serving_problems(endpoint, base_model, region, path)
    if endpoint.serving == "on_demand" and endpoint.model_units != 1:
        yield Problem(
            f"{path}.model_units",
            f"on-demand serving has no model units, got {endpoint.model_units}",
            "remove it, or choose serving 'provisioned'",
        )
    yield from _money_problems(endpoint, is_billed, path)
    if endpoint.approval != "automatic":
        yield Problem(f"{path}.approval", f"must be 'automatic', got {endpoint.approval!r}", "remove it")


def living(on: date) -> Mapping[str, tuple[str, ...]]:
    """Return the base models that can be fine-tuned on a day and then served, with the Regions in which."""
    usable = (model for model in catalog.base_models() if model.serving and model.problem_with_new_jobs(on) is None)
    return {model.customization_id: model.regions for model in usable}


def _base_model_problems(
    base_model: BaseModel, training: TrainingConfiguration, region: str, on: date, path: str
) -> Iterator[Problem]:
    refusal = base_model.problem_with_new_jobs(on)
    if refusal is not None:
        choices = ", ".join(f"{name} ({' or '.join(regions)})" for name, regions in living(on).items())
        yield Problem(f"{path}.base_model", refusal, f"choose one of {choices}")
    elif region not in base_model.regions:
        allowed = ", ".join(base_model.regions)
        yield Problem(
            f"{path}.base_model",
            f"{base_model.name} can be fine-tuned in {allowed}, and the environment is in {region!r}",
            "change the environment's region or the base model",
        )
    if training.customization_type not in base_model.customization_types:
        allowed = ", ".join(base_model.customization_types)
        yield Problem(
            f"{path}.customization_type",
            f"must be one of {allowed} for {base_model.name}, got {training.customization_type!r}",
        )


def _serving_problems(
    endpoint: EndpointConfiguration, base_model: BaseModel, region: str, path: str
) -> Iterator[Problem]:
    if region in base_model.serving_regions(endpoint.serving):
        return
    if not base_model.serving:
        yield Problem(
            f"{path}.serving",
            f"this project cannot serve custom models of {base_model.name} yet",
            "choose another base model; the data tools (python -m ops data) take this one",
        )
        return
    possible = [serving for serving in base_model.serving if region in base_model.serving_regions(serving)]
    yield Problem(
        f"{path}.serving",
        f"custom models of {base_model.name} cannot be served {endpoint.serving!r} in {region}; "
        f"allowed: {', '.join(possible) or 'nothing'}",
        f"choose {possible[0]!r} or another base model" if possible else "choose another base model",
    )


def _money_problems(endpoint: EndpointConfiguration, is_billed: bool, path: str) -> Iterator[Problem]:
    if endpoint.commitment != "none":
        yield Problem(
            f"{path}.commitment",
            f"must be 'none', got {endpoint.commitment!r}: a commitment cannot be cancelled before its term ends",
            "remove it; no environment can acknowledge a commitment yet",
        )
    if endpoint.serving == "provisioned" and is_billed and endpoint.max_hourly_usd is None:
        yield Problem(
            f"{path}.max_hourly_usd",
            "is required with serving 'provisioned': provisioned throughput is billed by the hour until it is deleted",
            "set what you expect to pay in US dollars an hour (not enforced yet), or choose serving 'on_demand'",
        )
