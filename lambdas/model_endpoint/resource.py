"""Create, update and delete of the endpoint resource."""

from typing import Protocol

from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import StaleRequestError, stands_on_another
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.wanted import endpoint_wanted
from lambdas.registry import Registry
from lambdas.registry.claiming import Asked, Stacks, claim_to_delete
from lambdas.responder import Answer, CustomResourceRequest
from lambdas.settings import ModelEndpointSettings


class Driver(Protocol):
    """Starts driver executions."""

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""


class ModelEndpoint:
    """The resource behind `Custom::BedrockModelEndpoint`."""

    def __init__(self, settings: ModelEndpointSettings, *, registry: Registry, driver: Driver, stacks: Stacks) -> None:
        self._settings, self._registry, self._driver, self._stacks = settings, registry, driver, stacks

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Record the wanted endpoint. Nothing is bought here: the model is hours away, or the driver is at it.

        Raises:
            StaleRequestError: CloudFormation does not ask for it any more; nothing stays wanted.
        """
        wanted, model = endpoint_wanted(request.properties, request.stack_id), request.text("Model")
        asked = Asked(request, self._stacks)
        record = self._registry.update(model, lambda r: want_endpoint(r, asked.claim(), wanted))
        kept = asked.check_again(self._registry, record, "endpoint", release_endpoint)
        if kept is not record:
            self._drive(kept)
            raise StaleRequestError(f"{request.logical_id} was given up while it was being {request.kind.lower()}d")
        self._drive(record)
        return self._answer(record)

    def delete(self, request: CustomResourceRequest) -> None:
        """Write the tombstone and leave the deletion to the driver, which can wait until it is possible."""
        model = request.text("Model")
        claim = claim_to_delete(request, self._stacks)
        if claim is None:
            return
        before = self._registry.read(model)
        rolls_back = stands_on_another(before.endpoint, claim) and self._stacks.rolls_back(request.stack_id)
        self._drive(self._registry.update(model, lambda r: release_endpoint(r, claim, rolls_back=rolls_back)))

    def _drive(self, record: ModelRecord) -> None:
        if not record.settled:
            self._driver.start(record.model, record.in_charge)

    def _answer(self, record: ModelRecord) -> Answer:
        endpoint = record.endpoint.current
        return Answer(
            record.endpoint.physical_id,
            {
                "Slot": f"{record.environment}/{record.model}/endpoint",
                "EndpointName": endpoint.name if endpoint else "",
                "PointerParameter": names.pointer_parameter(
                    self._settings.project, self._settings.environment, record.model
                ),
            },
        )
