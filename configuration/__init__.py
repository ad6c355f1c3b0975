"""The reviewed configuration in ``cdk.json``: typed, checked against the catalog, with one message for each problem."""

from configuration.errors import ConfigurationError
from configuration.loading import load
from configuration.models import (
    DatasetConfiguration,
    EndpointConfiguration,
    EnvironmentConfiguration,
    ModelConfiguration,
    TrainingConfiguration,
)
from configuration.selection import Selection

__all__ = [
    "ConfigurationError",
    "DatasetConfiguration",
    "EndpointConfiguration",
    "EnvironmentConfiguration",
    "ModelConfiguration",
    "Selection",
    "TrainingConfiguration",
    "load",
]
