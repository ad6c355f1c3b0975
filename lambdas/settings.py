"""The environment variables of every function, as one frozen dataclass each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from finetuning.errors import FineTuningError

_Settings = TypeVar("_Settings")


class MissingSettingError(FineTuningError):
    """The function's environment lacks variables that its stack sets."""


@dataclass(frozen=True)
class TrainingDatasetSettings:
    """Of the training dataset resource."""

    data_bucket_name: str
    key_arn: str


@dataclass(frozen=True)
class CustomizationJobSettings:
    """Of the customization job resource."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str
    service_role_arn: str
    output_bucket_name: str
    key_arn: str


@dataclass(frozen=True)
class ModelEndpointSettings:
    """Of the endpoint resource."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str


@dataclass(frozen=True)
class DriverSettings:
    """Of the driver's steps."""

    project: str
    environment: str
    registry_table_name: str
    service_role_arn: str
    output_bucket_name: str
    key_arn: str


@dataclass(frozen=True)
class JobEventSettings:
    """Of the job-state event handler."""

    project: str
    environment: str
    registry_table_name: str


@dataclass(frozen=True)
class SweepSettings:
    """Of the sweep."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str


@dataclass(frozen=True)
class GuardSettings:
    """Of the guard; `guard_wait_seconds` is how long it waits for the driver before it refuses."""

    project: str
    environment: str
    registry_table_name: str
    guard_wait_seconds: str


def load(settings: type[_Settings], environment: Mapping[str, str] = os.environ) -> _Settings:
    """The settings dataclass filled from environment variables of the same names in capitals.

    Raises:
        MissingSettingError: lists every variable that is missing or empty.
    """
    names = [field.name for field in fields(settings)]  # type: ignore[arg-type]  # always one of the dataclasses above
    missing = [name.upper() for name in names if not environment.get(name.upper())]
    if missing:
        raise MissingSettingError(
            f"environment variables {', '.join(missing)} are missing or empty; deploy the Control stack again"
        )
    return settings(**{name: environment[name.upper()] for name in names})
