"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail."""

from typing import Any

from lambdas.responder import CustomResource, respond
from lambdas.responder.kept import Answers


def handler(event: dict[str, Any], context: object) -> None:
    """Answer one custom resource event."""
    respond(event, _resource, context=context, answers=_answers)


def _answers() -> Answers:
    from lambdas.gateways.answers_table import AnswersTable
    from lambdas.settings import PromotedModelSettings, load

    return AnswersTable(load(PromotedModelSettings).registry_table_name)


def _resource() -> CustomResource:
    from datetime import UTC, datetime

    from lambdas.gateways.clients import client
    from lambdas.gateways.holds import HoldsGateway
    from lambdas.gateways.promotion_lock_table import PromotionLockTable
    from lambdas.gateways.registry_table import RegistryTable
    from lambdas.gateways.signing import SigningGateway
    from lambdas.gateways.stacks import StacksGateway
    from lambdas.gateways.workflow import DriverGateway
    from lambdas.promoted_model.resource import PromotedModel
    from lambdas.promoted_model.verification import Verification
    from lambdas.registry import Registry
    from lambdas.registry.promotion_lock import PromotionLock
    from lambdas.settings import PromotedModelSettings, load

    def clock() -> float:
        return datetime.now(UTC).timestamp()

    settings = load(PromotedModelSettings)
    name, dynamodb = settings.registry_table_name, client("dynamodb")
    registry = Registry(settings.project, settings.environment, RegistryTable(name, dynamodb))
    return PromotedModel(
        settings,
        registry=registry,
        verification=Verification(signatures=SigningGateway(), models=HoldsGateway()),
        lock=PromotionLock(registry, PromotionLockTable(name, dynamodb), clock=clock),
        driver=DriverGateway(settings.driver_arn),
        stacks=StacksGateway(),
    )
