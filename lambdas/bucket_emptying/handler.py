"""Entry point. Imports of the feature happen inside `respond`, which answers CloudFormation even if they fail."""

from typing import Any

from lambdas.responder import CustomResource, respond


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one custom resource event."""
    respond(event, _resource, context=context)


def _resource() -> CustomResource:
    from lambdas.bucket_emptying.resource import EmptiedBucket
    from lambdas.gateways.emptying import EmptyingGateway
    from lambdas.gateways.stacks import StacksGateway

    return EmptiedBucket(EmptyingGateway(), StacksGateway())
