"""Entry point of the scheduled sweep."""

from functools import cache
from typing import Any

from lambdas.gateways.clients import client
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.workflow import DriverGateway, ParkedGateway
from lambdas.registry import Registry
from lambdas.settings import SweepSettings, load
from lambdas.sweep.sweeping import Sweep


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Sweep once; answers what was done for each unsettled model."""
    return _sweep().run()


@cache
def _sweep() -> Sweep:
    settings, states = load(SweepSettings), client("stepfunctions")
    return Sweep(
        registry=Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name)),
        jobs=JobsGateway(),
        driver=DriverGateway(settings.driver_arn, states),
        parked=ParkedGateway(states),
    )
