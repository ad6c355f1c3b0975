"""Rules for how the custom model is served."""

import math
from collections.abc import Iterator, Mapping, Sequence

from configuration.models import EndpointConfiguration
from configuration.rules.case import Case
from finetuning.catalog import BaseModel
from finetuning.problems import Problem


def problems(case: Case, *, wait: bool) -> Iterator[Problem]:
    """Yield what is wrong with an endpoint.

    Args:
        case: whose endpoint it is.
        wait: whether CloudFormation is to wait until it serves.
    """
    endpoint, path = case.model.endpoint, f"{case.path}.endpoint"
    region, promotion = case.environment.region, case.model.promotion
    is_copy = promotion is not None and promotion.method == "copy"
    # Of a Region in which what is made here cannot be made, other rules speak.
    if case.base_model is not None and region and (is_copy or region in case.base_model.regions):
        yield from _serving_problems(endpoint, case.base_model, region, path)
    if endpoint.serving not in ("provisioned", ""):
        yield from _meaningless(endpoint, path)
    if endpoint.serving == "none" and endpoint.approval == "manual":
        yield Problem(f"{path}.approval", "means nothing with serving 'none': nothing goes into service", "remove it")
    if endpoint.remove_idle and endpoint.idle_days is None:
        yield Problem(
            f"{path}.remove_idle",
            "needs endpoint.idle_days: after how many days without an invocation",
            "add it, or remove remove_idle",
        )
    if wait:
        yield from _waiting_problems(endpoint, case.path)


def _serving_problems(
    endpoint: EndpointConfiguration, base_model: BaseModel, region: str, path: str
) -> Iterator[Problem]:
    places = {serving: way.regions for serving, way in base_model.serving.items()}
    if endpoint.serving in ("none", "") or region in places.get(endpoint.serving, ()):
        return
    if not base_model.serving:
        yield Problem(
            f"{path}.serving",
            f"this project cannot serve custom models of {base_model.name} yet",
            "choose another base model; the data tools (python -m ops data) take this one",
        )
        return
    possible = [serving for serving, regions in places.items() if region in regions]
    yield Problem(
        f"{path}.serving",
        f"custom models of {base_model.name} cannot be served {endpoint.serving!r} in {region}; "
        f"allowed: {', '.join([*possible, 'none'])}",
        f"choose {possible[0]!r} or another base model" if possible else _another(endpoint.serving, places, region),
    )


def _another(serving: str, places: Mapping[str, Sequence[str]], region: str) -> str:
    """What to do where nothing serves it: a model that was trained elsewhere may be copied to another Region."""
    others = ", ".join(place for place in places.get(serving, ()) if place != region)
    return (
        f"choose another base model, or a Region in which they can: {others}" if others else "choose another base model"
    )


def _meaningless(endpoint: EndpointConfiguration, path: str) -> Iterator[Problem]:
    """Yield the fields that speak of provisioned throughput where there is none; what says nothing may stay."""
    given = {
        "model_units": None if endpoint.model_units == 1 else endpoint.model_units,
        "commitment": None if endpoint.commitment == "none" else endpoint.commitment,
        "commitment_approval": endpoint.commitment_approval and endpoint.commitment_approval.id,
        "max_hourly_usd": endpoint.max_hourly_usd,
        "idle_days": endpoint.idle_days,
        "remove_idle": endpoint.remove_idle or None,
    }
    for field, value in given.items():
        if value is not None and _is_readable(value):
            yield Problem(
                f"{path}.{field}",
                f"is only for serving 'provisioned', and serving is {endpoint.serving!r}; got {value!r}",
                "remove it, or choose serving 'provisioned'",
            )


def _is_readable(value: object) -> bool:
    """Return whether a value is what its author wrote; for others there is another problem."""
    return value != "" and not (isinstance(value, float) and math.isnan(value))


def _waiting_problems(endpoint: EndpointConfiguration, path: str) -> Iterator[Problem]:
    reason = ""
    if endpoint.serving == "none":
        reason = f"{path}.endpoint.serving is 'none', so nothing would ever be in service"
    elif endpoint.approval == "manual":
        reason = f"{path}.endpoint.approval is 'manual', and CloudFormation would wait for a person"
    if reason:
        yield Problem("-c wait", reason, "leave out -c wait=true; python -m ops status --watch shows what happens")
