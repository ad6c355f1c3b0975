"""Rules for one environment by itself."""

from collections.abc import Iterator

from configuration import prices
from configuration.choice import LOCAL
from configuration.models import EnvironmentConfiguration
from finetuning.problems import Problem


def problems(environment: EnvironmentConfiguration, path: str) -> Iterator[Problem]:
    """Yield what is wrong with an environment's fields, at its dotted path."""
    yield from prices.problems(environment, f"{path}.prices")
    if environment.catalog_date is not None and environment.name != LOCAL:
        yield Problem(
            f"{path}.catalog_date",
            "is only for the local environment",
            "remove it: base models are judged on the day on which the catalog was reviewed",
        )
