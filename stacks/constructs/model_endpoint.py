"""Wants an endpoint; the driver buys it once the model is there, and publishes the pointer to it."""

from collections.abc import Mapping
from typing import Any

from constructs import Construct, IConstruct

from stacks.constructs.recording import RecordingProvider


class ModelEndpoint(Construct):
    """Defines the wanted endpoint of one model; it goes before the model it serves."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: RecordingProvider,
        properties: Mapping[str, Any],
        after: IConstruct,
        wait_condition_logical_id: str | None,
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function ``model_endpoint``, in the Control stack.
            properties: how the model is served.
            after: what wants the model that is served.
            wait_condition_logical_id: of the wait condition that the driver signals; None if nothing waits.
        """
        super().__init__(scope, id_)
        waiting = {} if wait_condition_logical_id is None else {"WaitConditionLogicalId": wait_condition_logical_id}
        self.resource = provider.resource(self, "Custom::BedrockModelEndpoint", {**properties, **waiting})
        self.resource.node.add_dependency(after)
