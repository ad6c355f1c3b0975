"""What things cost in an environment, by the prices that were written into the configuration; None is unknown."""

from collections.abc import Iterator, Mapping

from configuration.models import EndpointConfiguration, EnvironmentConfiguration, PriceConfiguration
from finetuning import catalog
from finetuning.catalog import BaseModel
from finetuning.problems import Problem

#: Where AWS publishes prices, which depend on the Region.
PRICE_PAGE = "https://aws.amazon.com/bedrock/pricing/"


def of(environment: EnvironmentConfiguration, base_model: BaseModel) -> PriceConfiguration:
    """Return what is given for a base model, under whichever of its names; without prices by default."""
    found = (prices for name, prices in environment.prices.items() if _known(name) is base_model)
    return next(found, PriceConfiguration())


def training_price(environment: EnvironmentConfiguration, base_model: BaseModel) -> float | None:
    """Return what training on 1,000 tokens costs in US dollars, or None."""
    return of(environment, base_model).training_usd_per_1k_tokens


def unit_hour_price(environment: EnvironmentConfiguration, base_model: BaseModel, commitment: str) -> float | None:
    """Return what one model unit costs an hour with a commitment (``none``, ``one_month``, ``six_months``), or None."""
    price: float | None = getattr(of(environment, base_model).unit_hour_usd, commitment, None)
    return price


def hourly_usd(
    environment: EnvironmentConfiguration, endpoint: EndpointConfiguration, base_model: BaseModel
) -> float | None:
    """Return what an endpoint costs an hour, or None if that is unknown; only provisioned throughput costs anything."""
    if endpoint.serving != "provisioned":
        return 0.0
    price = unit_hour_price(environment, base_model, endpoint.commitment)
    return None if price is None else price * endpoint.model_units


def billed_epochs(base_model: BaseModel, hyperparameters: Mapping[str, str]) -> int | None:
    """Return for how many epochs a job is billed at most, or None if the default is not documented either.

    Args:
        base_model: whose default counts where no epochs are given.
        hyperparameters: in their canonical spelling.
    """
    if given := hyperparameters.get("epochCount"):
        return int(given) if given.isdecimal() else None  # whose name nobody documents may mean anything
    parameter = base_model.hyperparameters.get("epochCount")
    return int(parameter.default) if parameter else None


def problems(environment: EnvironmentConfiguration, path: str) -> Iterator[Problem]:
    """Yield which entries name no base model of the catalog, and which name one that another entry names already."""
    first: dict[BaseModel, str] = {}
    for name in environment.prices:
        try:
            base_model = catalog.find(name)
        except catalog.UnknownBaseModelError as error:
            yield Problem(f"{path}.{name}", str(error))
            continue
        other = first.setdefault(base_model, name)
        if other != name:
            yield Problem(f"{path}.{name}", f"is {base_model.name}, whose prices {other!r} gives already", "keep one")


def _known(identifier: str) -> BaseModel | None:
    try:
        return catalog.find(identifier)
    except catalog.UnknownBaseModelError:
        return None
