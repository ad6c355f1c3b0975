"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail.

No answers are kept: it only reads, so a request that is delivered again is asked again.
"""

from typing import Any

from lambdas.responder import CustomResource, respond


def handler(event: dict[str, Any], context: object) -> None:
    """Answer one custom resource event."""
    respond(event, _resource, context=context)


def _resource() -> CustomResource:
    from datetime import UTC, datetime

    from lambdas.gateways.account import AccountGateway
    from lambdas.gateways.alarms import AlarmsGateway
    from lambdas.gateways.availability import AvailabilityGateway
    from lambdas.gateways.buckets import BucketsGateway
    from lambdas.gateways.clients import client
    from lambdas.gateways.quotas import QuotasGateway, UsageGateway
    from lambdas.gateways.registry_table import RegistryTable
    from lambdas.gateways.security import KeyGateway, RoleGateway
    from lambdas.gateways.stacks import StacksGateway
    from lambdas.preflight.resource import Preflight
    from lambdas.registry import Registry
    from lambdas.settings import PreflightSettings, load

    settings, bedrock = load(PreflightSettings), client("bedrock")
    account = AccountGateway(
        availability=AvailabilityGateway(bedrock),
        quotas=QuotasGateway(),
        usage=UsageGateway(bedrock),
        roles=RoleGateway(),
        keys=KeyGateway(),
        buckets=BucketsGateway(),
        alarms=AlarmsGateway(),
    )
    return Preflight(
        settings,
        registry=Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name)),
        account=account,
        stacks=StacksGateway(),
        clock=lambda: datetime.now(UTC).timestamp(),
    )
