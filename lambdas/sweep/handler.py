"""Entry point of the scheduled sweep."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lambdas.gateways.clients import client
from lambdas.gateways.inventory import InventoryGateway
from lambdas.gateways.invocations import InvocationsGateway
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.notices import NoticesGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.stacks import StacksGateway
from lambdas.gateways.workflow import DriverGateway, ParkedGateway
from lambdas.registry import Registry
from lambdas.settings import SweepSettings, load
from lambdas.sweep.idleness import Idleness
from lambdas.sweep.models import Models
from lambdas.sweep.strays import Strays
from lambdas.sweep.sweeping import Sweep


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Sweep once; answers what was done for each unsettled model."""
    return _sweep().run()


@cache
def _sweep() -> Sweep:
    settings, states, bedrock = load(SweepSettings), client("stepfunctions"), client("bedrock")
    registry = Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name))
    notices = NoticesGateway(settings.notices_topic_arn)
    models = Models(
        registry=registry,
        jobs=JobsGateway(bedrock),
        driver=DriverGateway(settings.driver_arn, states),
        parked=ParkedGateway(states),
        stacks=StacksGateway(),
        notices=notices,
    )
    strays = Strays(settings, registry=registry, inventory=InventoryGateway(bedrock), notices=notices)
    return Sweep(
        settings,
        registry=registry,
        models=models,
        strays=strays,
        idleness=Idleness(registry=registry, invocations=InvocationsGateway(), notices=notices),
        clock=lambda: datetime.now(UTC).timestamp(),
    )
