"""One model that is promoted, judged apart from the rest of its environment: what is about to be pinned for it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from configuration import messages
from configuration.errors import ConfigurationError
from configuration.models import EnvironmentConfiguration, ModelConfiguration, PromotionConfiguration
from configuration.rules import Case
from configuration.salvaging import salvage


def case(environment: Mapping[str, Any], model: Mapping[str, Any], path: str) -> Case:
    """Return a model in its environment; what is wrong with them otherwise is a deployment's to say.

    Args:
        environment: the environment's own fields, its name included.
        model: as its author wrote it; it has a promotion.
        path: dotted path of the model in the configuration.

    Raises:
        ConfigurationError: the promotion is not as it must be.
    """
    try:
        PromotionConfiguration.model_validate(model["promotion"])
    except ValidationError as error:
        found = messages.problems(PromotionConfiguration, error, f"{path}.promotion")
        raise ConfigurationError(list(found)) from error
    return Case(salvage(EnvironmentConfiguration, environment), salvage(ModelConfiguration, model), path)
