"""The environment variables of every function, as one named tuple each.

Named tuples, because making a dataclass costs a cold start a millisecond, and there are many.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from finetuning.errors import FineTuningError

_Settings = TypeVar("_Settings", bound=tuple[str, ...])


class MissingSettingError(FineTuningError):
    """The function's environment lacks variables that its stack sets."""


class PreflightSettings(NamedTuple):
    """Of the preflight resource."""

    project: str
    environment: str
    registry_table_name: str
    service_role_arn: str
    key_arn: str


class TrainingDatasetSettings(NamedTuple):
    """Of the training dataset resource."""

    data_bucket_name: str
    key_arn: str


class CustomizationJobSettings(NamedTuple):
    """Of the customization job resource."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str
    service_role_arn: str
    output_bucket_name: str
    key_arn: str


class ModelEndpointSettings(NamedTuple):
    """Of the endpoint resource."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str


class PromotedModelSettings(NamedTuple):
    """Of the promoted model resource; `key_arn` encrypts copies."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str
    key_arn: str


class DriverSettings(NamedTuple):
    """Of the driver's steps."""

    project: str
    environment: str
    registry_table_name: str
    service_role_arn: str
    output_bucket_name: str
    key_arn: str
    notices_topic_arn: str
    manifest_key_arn: str
    code_version: str
    evaluations_arn: str


class EvaluationSettings(NamedTuple):
    """Of the evaluation's steps; `judge_role_arn` is the role of evaluation jobs, "none" where none are ordered."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str
    output_bucket_name: str
    key_arn: str
    judge_role_arn: str
    code_version: str


class JobEventSettings(NamedTuple):
    """Of the job-state event handler."""

    project: str
    environment: str
    registry_table_name: str


class SweepSettings(NamedTuple):
    """Of the sweep."""

    project: str
    environment: str
    registry_table_name: str
    driver_arn: str
    notices_topic_arn: str


class GuardSettings(NamedTuple):
    """Of the guard; `guard_wait_seconds` is how long it waits for the driver before it refuses."""

    project: str
    environment: str
    registry_table_name: str
    guard_wait_seconds: str


class UndeliveredSettings(NamedTuple):
    """Of the function that answers for events whose handling was given up."""

    registry_table_name: str


def load(settings: type[_Settings], environment: Mapping[str, str] = os.environ) -> _Settings:
    """The settings filled from environment variables of the same names in capitals.

    Raises:
        MissingSettingError: lists every variable that is missing or empty.
    """
    names: tuple[str, ...] = settings._fields  # type: ignore[attr-defined]  # always one of the named tuples above
    missing = [name.upper() for name in names if not environment.get(name.upper())]
    if missing:
        raise MissingSettingError(
            f"environment variables {', '.join(missing)} are missing or empty; deploy the Control stack again"
        )
    return settings(**{name: environment[name.upper()] for name in names})
