"""What one run of the app deploys."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from configuration.models import (
    EnvironmentConfiguration,
    EvaluationConfiguration,
    ModelConfiguration,
    PromotionConfiguration,
)
from configuration.pins import Pin


@dataclass(frozen=True)
class Selection:
    """One environment and those of its models that were asked for.

    Attributes:
        models: by name; after ``-c model=`` and the overrides.
        wait: whether CloudFormation waits until the endpoint serves (at most 12 hours).
        pins: of those models that come from another environment, by name.
        promotions: of every model of the environment that comes from another one, asked for or not: what the
            environment's own stacks hold must not depend on `-c model=`.
        evaluations: of every model of the environment that is evaluated, likewise.
    """

    project: str
    environment: EnvironmentConfiguration
    models: Mapping[str, ModelConfiguration]
    wait: bool = False
    pins: Mapping[str, Pin] = field(default_factory=dict)
    promotions: Mapping[str, PromotionConfiguration] = field(default_factory=dict)
    evaluations: Mapping[str, EvaluationConfiguration] = field(default_factory=dict)
