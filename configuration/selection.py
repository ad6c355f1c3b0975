"""What one run of the app deploys."""

from collections.abc import Mapping
from dataclasses import dataclass

from configuration.models import EnvironmentConfiguration, ModelConfiguration


@dataclass(frozen=True)
class Selection:
    """One environment and those of its models that were asked for.

    Attributes:
        models: by name; after ``-c model=`` and the overrides.
        wait: whether CloudFormation waits until the endpoint serves (at most 12 hours).
    """

    project: str
    environment: EnvironmentConfiguration
    models: Mapping[str, ModelConfiguration]
    wait: bool = False
