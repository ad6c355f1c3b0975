"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail."""

from typing import Any

from lambdas.responder import CustomResource, respond

#: Of the function and of the custom resource; what is left of it when no context says so.
TIMEOUT_SECONDS = 900.0


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one custom resource event."""
    respond(event, lambda: _resource(context), context=context)


def _resource(context: Any = None) -> CustomResource:
    from lambdas.gateways.storage import StorageGateway
    from lambdas.settings import TrainingDatasetSettings, load
    from lambdas.training_dataset.resource import TrainingDataset

    def remaining() -> float:
        return TIMEOUT_SECONDS if context is None else context.get_remaining_time_in_millis() / 1000

    return TrainingDataset(load(TrainingDatasetSettings), storage=StorageGateway(), remaining=remaining)
