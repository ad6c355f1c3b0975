"""The pointer that applications read: written only after the model behind the endpoint has answered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from finetuning import names
from finetuning.lifecycle import Decision, ModelRecord, Observed
from finetuning.lifecycle.judging import in_service, rejected
from finetuning.lifecycle.record import UNCERTAIN
from lambdas import log
from lambdas.registry import Registry


class Pointer(Protocol):
    """The pointer parameter."""

    def publish(self, name: str, endpoint_arn: str) -> None:
        """Point to this endpoint."""

    def withdraw(self, name: str) -> None:
        """Delete the pointer."""


class Answering(Protocol):
    """Asks an endpoint."""

    def refusal(self, endpoint_arn: str, base_model: str) -> str:
        """Why the model behind it does not answer, or ""."""


class Publishing:
    """Publishes endpoints and withdraws them."""

    def __init__(
        self, *, registry: Registry, pointer: Pointer, answering: Answering, clock: Callable[[], float]
    ) -> None:
        """Keep what publishing works with; the clock gives epoch seconds."""
        self._registry, self._pointer, self._answering, self._clock = registry, pointer, answering, clock

    def publish_pointer(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Point to the endpoint if its model answers, or withdraw the pointer if the decision names none.

        A model that does not answer is rejected: the driver then puts the one before back, under the same ARN.
        """
        endpoint, found = record.endpoint.find(decision.generation_id), seen.endpoints.get(decision.generation_id)
        if found is None or endpoint is None:
            if not decision.generation_id:
                self.withdraw(record)
            return
        # Records of before base models were kept do not say how to ask.
        refusal = self._answering.refusal(found.arn, endpoint.base_model) if endpoint.base_model else ""
        if refusal:
            log.error("model rejected", model=record.model, model_arn=found.model_arn, reason=refusal)
            self._registry.update(record.model, lambda r: rejected(r, seen, found.model_arn, refusal))
            return
        self._registry.update(record.model, _publishing(found.model_arn, self._clock()))
        self._pointer.publish(_parameter(record), found.arn)
        self._registry.update(record.model, lambda r: _published(r, found.arn, found.model_arn))

    def withdraw(self, record: ModelRecord) -> None:
        """Delete the pointer, whatever it says."""
        self._pointer.withdraw(_parameter(record))
        self._registry.update(record.model, lambda r: _published(r, "", ""))


def _parameter(record: ModelRecord) -> str:
    return names.pointer_parameter(record.project, record.environment, record.model)


def _publishing(model_arn: str, now: float) -> Callable[[ModelRecord], ModelRecord]:
    """The intent to write the pointer: whoever takes the endpoint away has to withdraw it."""

    def change(record: ModelRecord) -> ModelRecord:
        slot = replace(record.endpoint, published_arn=UNCERTAIN, published_model_arn=model_arn, published_at=now)
        return replace(record, endpoint=slot)

    return change


def _published(record: ModelRecord, endpoint_arn: str, model_arn: str) -> ModelRecord:
    slot = replace(record.endpoint, published_arn=endpoint_arn, published_model_arn=model_arn)
    return in_service(replace(record, endpoint=slot), model_arn)
