"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail."""

from typing import Any

from lambdas.responder import CustomResource, respond
from lambdas.responder.kept import Answers


def handler(event: dict[str, Any], context: object) -> None:
    """Answer one custom resource event."""
    respond(event, _resource, context=context, answers=_answers)


def _answers() -> Answers:
    from lambdas.gateways.answers_table import AnswersTable
    from lambdas.settings import ModelEndpointSettings, load

    return AnswersTable(load(ModelEndpointSettings).registry_table_name)


def _resource() -> CustomResource:
    from lambdas.gateways.registry_table import RegistryTable
    from lambdas.gateways.stacks import StacksGateway
    from lambdas.gateways.workflow import DriverGateway
    from lambdas.model_endpoint.resource import ModelEndpoint
    from lambdas.registry import Registry
    from lambdas.settings import ModelEndpointSettings, load

    settings = load(ModelEndpointSettings)
    return ModelEndpoint(
        settings,
        registry=Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name)),
        driver=DriverGateway(settings.driver_arn),
        stacks=StacksGateway(),
    )
