"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail."""

from typing import Any

from lambdas.responder import CustomResource, respond


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one custom resource event."""
    respond(event, _resource, context=context)


def _resource() -> CustomResource:
    from lambdas.gateways.registry_table import RegistryTable
    from lambdas.guard.resource import LifecycleGuard
    from lambdas.registry import Registry
    from lambdas.settings import GuardSettings, load

    settings = load(GuardSettings)
    registry = Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name))
    return LifecycleGuard(registry=registry, wait_seconds=int(settings.guard_wait_seconds))
