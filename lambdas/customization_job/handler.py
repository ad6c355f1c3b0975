"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail."""

from typing import Any

from lambdas.responder import CustomResource, respond


def handler(event: dict[str, Any], context: object) -> None:
    """Answer one custom resource event."""
    respond(event, _resource)


def _resource() -> CustomResource:
    from lambdas.customization_job.resource import CustomizationJob
    from lambdas.gateways.jobs import JobsGateway
    from lambdas.gateways.registry_table import RegistryTable
    from lambdas.gateways.stacks import StacksGateway
    from lambdas.gateways.workflow import DriverGateway
    from lambdas.registry import Registry
    from lambdas.settings import CustomizationJobSettings, load

    settings = load(CustomizationJobSettings)
    return CustomizationJob(
        settings,
        registry=Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name)),
        jobs=JobsGateway(),
        driver=DriverGateway(settings.driver_arn),
        stacks=StacksGateway(),
    )
