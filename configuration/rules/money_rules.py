"""Rules for what may be spent: caps that can hold, prices that were looked up, commitments that were approved."""

from collections.abc import Iterator
from dataclasses import replace

from configuration import prices
from configuration.choice import LOCAL
from configuration.prices import PRICE_PAGE
from configuration.rules.case import Case
from finetuning import customization, hyperparameters
from finetuning.catalog import BaseModel
from finetuning.cost import HOURS_PER_MONTH, dollars, fits_cap, usd_per_month
from finetuning.problems import Problem

PRICE = "training_usd_per_1k_tokens"
#: Environments in which nobody needs a term of months.
WITHOUT_COMMITMENTS = (LOCAL, "dev", "staging")


def problems(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with what a model may cost."""
    yield from _commitment_problems(case)
    if case.base_model is None:
        return
    if case.trains and case.takes_customization and case.prices_matter:
        yield from _training_problems(case, case.base_model)
    if case.model.endpoint.serving == "provisioned" and case.model.endpoint.commitment:
        yield from _throughput_problems(_as_allowed(case), case.base_model)


def _as_allowed(case: Case) -> Case:
    """Without a commitment that cannot be there: nobody is to look up its price."""
    if case.environment.name not in WITHOUT_COMMITMENTS:
        return case
    endpoint = case.model.endpoint.model_copy(update={"commitment": "none"})
    return replace(case, model=case.model.model_copy(update={"endpoint": endpoint}))


def _commitment_problems(case: Case) -> Iterator[Problem]:
    endpoint, path = case.model.endpoint, f"{case.path}.endpoint"
    approval, term = endpoint.commitment_approval, endpoint.commitment
    if endpoint.serving != "provisioned" or not term:
        return
    if term == "none":
        if approval is not None:
            yield Problem(f"{path}.commitment_approval", "approves a commitment, and commitment is 'none'", "remove it")
    elif case.environment.name in WITHOUT_COMMITMENTS:
        yield Problem(
            f"{path}.commitment",
            f"must be 'none' in {', '.join(WITHOUT_COMMITMENTS)}, got {term!r}: "
            "a commitment cannot be cancelled before its term ends",
            "remove it; no approval helps here",
        )
    elif approval is None:
        yield Problem(
            f"{path}.commitment_approval",
            f"is required with commitment {term!r}, which cannot be cancelled before its term ends",
            'add {"id": "<your reference>", "approved_by": "<who>", "until": "<last day, YYYY-MM-DD>"}',
        )
    elif approval.until < case.on:
        yield Problem(
            f"{path}.commitment_approval.until",
            f"expired: {approval.until} is before {case.on}, the day on which the catalog was reviewed",
            "have it approved anew, with a new id",
        )


def _training_problems(case: Case, base_model: BaseModel) -> Iterator[Problem]:
    """Yield why a job must not be started without a word about its price, and which caps could not hold."""
    budget, path = case.model.budget, f"{case.path}.budget"
    unknown = _unknown_of_job(case, base_model)
    if not unknown:
        return
    why, fix, is_price = unknown
    if case.is_billed and "training" not in budget.unknown_prices:
        if is_price:
            yield _unknown_price(case, base_model, PRICE, f"training {base_model.name}", "training")
            return
        message = f"must name 'training': {why}, so nobody can say before what the job costs"
        yield Problem(f"{path}.unknown_prices", message, f"add it, or {fix}")
    for cap in ("max_usd_per_job", "max_usd_per_month"):
        if getattr(budget, cap) is not None:
            yield Problem(f"{path}.{cap}", f"a cap cannot hold while {why}", f"{fix}, or remove the cap")


def _unknown_of_job(case: Case, base_model: BaseModel) -> tuple[str, str, bool] | None:
    """Return why nobody can say what a job costs at most, what would help, and whether that is a price."""
    training = case.model.training
    if not customization.is_billed_by_training_tokens(training.customization_type):
        why = f"a {training.customization_type} is billed for more than its training tokens"
        return (why, "choose customization_type FINE_TUNING", False)
    if prices.training_price(case.environment, base_model) is None:
        why = f"the price of training {base_model.name} is unknown"
        return (why, f"give {_price_path(case, base_model, PRICE)}", True)
    given = hyperparameters.unchecked(training.hyperparameters)
    if not base_model.hyperparameters_known and prices.billed_epochs(base_model, given) is None:
        why = f"{base_model.name}'s default number of epochs is not documented"
        return (why, "give training.hyperparameters.epochCount", False)
    return None


def _throughput_problems(case: Case, base_model: BaseModel) -> Iterator[Problem]:
    endpoint, budget = case.model.endpoint, case.model.budget
    is_waived = "provisioned" in budget.unknown_prices
    cap_path = f"{case.path}.endpoint.max_hourly_usd"
    if case.is_billed and endpoint.max_hourly_usd is None and not is_waived:
        yield Problem(
            cap_path,
            "is required with serving 'provisioned': provisioned throughput is billed by the hour until it is deleted",
            "set the most that all of it may cost, in US dollars an hour, or choose another serving path",
        )
    hourly = prices.hourly_usd(case.environment, endpoint, base_model)
    if not case.prices_matter:
        return
    if hourly is not None:
        yield from _over_caps(case, hourly)
        return
    field = f"unit_hour_usd.{endpoint.commitment}"
    what = f"a model unit of {base_model.name} with commitment {endpoint.commitment!r}"
    if case.is_billed and not is_waived:
        yield _unknown_price(case, base_model, field, what, "provisioned")
        return
    caps = {cap_path: endpoint.max_hourly_usd, f"{case.path}.budget.max_usd_per_month": budget.max_usd_per_month}
    for cap, value in caps.items():
        if value is not None:
            fix = f"give {_price_path(case, base_model, field)}, or remove the cap"
            yield Problem(cap, f"a cap cannot hold while the price of {what} is unknown", fix)


def _over_caps(case: Case, hourly: float) -> Iterator[Problem]:
    endpoint, budget = case.model.endpoint, case.model.budget
    units = f"{endpoint.model_units} model unit{'' if endpoint.model_units == 1 else 's'}"
    if endpoint.max_hourly_usd is not None and not fits_cap(hourly, endpoint.max_hourly_usd):
        yield Problem(
            f"{case.path}.endpoint.max_hourly_usd",
            f"{units} cost {dollars(hourly)} an hour, over the cap of {dollars(endpoint.max_hourly_usd)}",
            "raise it, or ask for less",
        )
    if budget.max_usd_per_month is not None and not fits_cap(usd_per_month(hourly), budget.max_usd_per_month):
        yield Problem(
            f"{case.path}.budget.max_usd_per_month",
            f"{units} cost {dollars(usd_per_month(hourly))} in {HOURS_PER_MONTH} hours, over the cap of "
            f"{dollars(budget.max_usd_per_month)}, and jobs come on top",
            "raise it, or ask for less",
        )


def _price_path(case: Case, base_model: BaseModel, field: str) -> str:
    return f"{case.environment_path}.prices.{base_model.customization_id}.{field}"


def _unknown_price(case: Case, base_model: BaseModel, field: str, what: str, waiver: str) -> Problem:
    region = case.environment.region or "the environment's Region"
    *sections, leaf = field.split(".")
    opening = "".join(f'{{"{name}": ' for name in [base_model.customization_id, *sections])
    entry = f'{opening}{{"{leaf}": <US dollars>}}{"}" * (len(sections) + 1)}'
    return Problem(
        _price_path(case, base_model, field),
        f"is required: nobody has said what {what} costs, and nothing of unknown cost is bought",
        f'read it on {PRICE_PAGE} ({region}) and add "prices": {entry} to {case.environment_path}, '
        f"or add {waiver!r} to {case.path}.budget.unknown_prices",
    )
