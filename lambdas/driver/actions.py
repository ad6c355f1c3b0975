"""One method per action: each may run twice, and writes its outcome down before the next look."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from finetuning import names
from finetuning.lifecycle import Action, Decision, EndpointGeneration, ModelRecord, Observed
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.outcome import model_to_serve
from finetuning.lifecycle.requests import endpoint_tags
from lambdas import log
from lambdas.gateways.endpoints import EndpointGateway, EndpointOrder, PurchaseRefusedError
from lambdas.gateways.jobs import JobQuotaError
from lambdas.purchases import JobPurchases, start_or_adopt
from lambdas.registry import Registry

#: Customization jobs take hours, so there is no hurry to ask again for a free place.
JOB_QUOTA_POLL_SECONDS = 600
#: A wait condition comes seconds after the resource that it depends on.
SIGNAL_POLL_SECONDS = 10


class Jobs(JobPurchases, Protocol):
    """What the actions need of customization jobs and custom models."""

    def stop(self, job_name: str) -> None:
        """Ask a running job to stop."""

    def delete_model(self, model_arn: str) -> None:
        """Delete a custom model."""


class Pointer(Protocol):
    """The pointer parameter."""

    def publish(self, name: str, endpoint_arn: str) -> None:
        """Point to this endpoint."""

    def withdraw(self, name: str) -> None:
        """Delete the pointer."""


class Stacks(Protocol):
    """Wait conditions."""

    def signal(self, stack_id: str, logical_id: str, *, success: bool, unique_id: str) -> str:
        """Tell the wait condition the outcome: `told`, `later` or `never`."""


class Actions:
    """Acts on one decision. Each method returns a wait if the next look should not be at once."""

    def __init__(
        self,
        *,
        registry: Registry,
        jobs: Jobs,
        endpoints: Mapping[str, EndpointGateway],
        pointer: Pointer,
        stacks: Stacks,
        output_bucket: str,
    ) -> None:
        self._registry, self._jobs, self._endpoints = registry, jobs, endpoints
        self._pointer, self._stacks, self._output_bucket = pointer, stacks, output_bucket
        self._by_action: dict[Action, Callable[[ModelRecord, Observed, Decision], Decision | None]] = {
            Action.START_JOB: self._start_job,
            Action.STOP_JOB: self._stop_job,
            Action.DELETE_MODEL: self._delete_model,
            Action.CREATE_ENDPOINT: self._create_endpoint,
            Action.SWAP_MODEL: self._swap_model,
            Action.DELETE_ENDPOINT: self._delete_endpoint,
            Action.PUBLISH_POINTER: self._publish_pointer,
            Action.SIGNAL_STACK: self._signal_stack,
        }

    def act(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Do what was decided; the waiting actions and SETTLED need nothing done."""
        action = self._by_action.get(decision.action)
        if action is None:
            return None
        log.info("acting", model=record.model, action=decision.action, generation=decision.generation_id)
        return action(record, seen, decision)

    def _start_job(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        try:
            start_or_adopt(self._registry, self._jobs, record.model, self._output_bucket)
        except JobQuotaError as error:
            queued = f"customization job queued: {error}"
            self._registry.update(record.model, lambda r: replace(r, problem=queued))
            return Decision(Action.AWAIT_CHANGE, decision.generation_id, JOB_QUOTA_POLL_SECONDS)
        self._registry.update(record.model, lambda r: replace(r, problem=""))
        return None

    def _stop_job(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        generation = record.training.find(decision.generation_id)
        if generation is not None:
            self._jobs.stop(generation.job_name)

    def _delete_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Condemn it first: a deployment that goes back to this generation at the same moment must not get it."""
        job = seen.jobs[decision.generation_id]
        record = self._registry.update(record.model, _condemn(decision.generation_id))
        generation = record.training.find(decision.generation_id)
        if job is not None and generation is not None and generation.condemned:
            self._jobs.delete_model(job.model_arn)
            log.info("custom model deleted", model=record.model, model_arn=job.model_arn)

    def _create_endpoint(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Intent, look by name (fault B08), purchase, outcome; one that nobody wants by then goes to a new driver."""
        record = self._registry.update(record.model, _intend(decision.generation_id))
        endpoint = record.endpoint.current
        if endpoint is None or endpoint.id != decision.generation_id:
            return
        gateway = self._endpoints[endpoint.serving]
        found = gateway.find(endpoint.name)
        order = EndpointOrder(endpoint, model_to_serve(record, seen), endpoint_tags(record, endpoint))
        try:
            arn = found.arn if found is not None else gateway.create(order)
        except PurchaseRefusedError as error:
            refusal = f"endpoint {endpoint.name} was refused: {error}"
            log.error("endpoint refused", model=record.model, endpoint=endpoint.name, error=str(error))
            self._registry.update(record.model, _note(endpoint.id, failure=refusal))
            return
        log.info("endpoint bought", model=record.model, endpoint_arn=arn, serving=endpoint.serving)
        self._registry.update(record.model, _note(endpoint.id, arn=arn))

    def _swap_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        endpoint, found = record.endpoint.current, seen.endpoints[decision.generation_id]
        if endpoint is not None and found is not None:
            self._endpoints[endpoint.serving].swap(found.arn, model_to_serve(record, seen))

    def _delete_endpoint(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Withdraw the pointer first, so that no application is sent to an endpoint that is going."""
        endpoint, found = record.endpoint.find(decision.generation_id), seen.endpoints[decision.generation_id]
        if endpoint is None or found is None:
            return
        if record.endpoint.published_arn == found.arn:
            self._pointer.withdraw(names.pointer_parameter(record.project, record.environment, record.model))
            self._registry.update(record.model, lambda r: _published(r, "", ""))
        self._endpoints[endpoint.serving].delete(found.arn)
        log.info("endpoint deleted", model=record.model, endpoint_arn=found.arn)

    def _publish_pointer(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        parameter = names.pointer_parameter(record.project, record.environment, record.model)
        found = seen.endpoints.get(decision.generation_id)
        if found is not None:
            self._pointer.publish(parameter, found.arn)
            self._registry.update(record.model, lambda r: _published(r, found.arn, found.model_arn))
        elif not decision.generation_id:
            self._pointer.withdraw(parameter)
            self._registry.update(record.model, lambda r: _published(r, "", ""))

    def _signal_stack(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        signal = record.endpoint.signal
        if signal is None:
            return None
        success, unique_id = not decision.reason, record.training.current_id or "none"
        answer = self._stacks.signal(signal.stack_id, signal.logical_id, success=success, unique_id=unique_id)
        if answer == "later":
            return Decision(Action.AWAIT_CHANGE, decision.generation_id, SIGNAL_POLL_SECONDS)
        told = replace(signal, sent=True)
        self._registry.update(
            record.model,
            lambda r: replace(r, endpoint=replace(r.endpoint, signal=told)) if r.endpoint.signal == signal else r,
        )
        return None


def _condemn(generation_id: str) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        generation = record.training.find(generation_id)
        if generation is None or not record.training.unwanted(generation):
            return record
        return record.with_training(replace(generation, condemned=True))

    return change


def _intend(endpoint_id: str) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        endpoint = record.endpoint.current
        if endpoint is None or endpoint.id != endpoint_id:
            return record
        return record.with_endpoint(replace(endpoint, intended=True, gone=False))

    return change


def _note(endpoint_id: str, *, arn: str = "", failure: str = "") -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        endpoint: EndpointGeneration | None = record.endpoint.find(endpoint_id)
        if endpoint is None:
            return record
        noted = record.with_endpoint(replace(endpoint, arn=arn or endpoint.arn, failure=failure, gone=bool(failure)))
        return hand_over(noted) if arn and noted != record and record.endpoint.unwanted(endpoint) else noted

    return change


def _published(record: ModelRecord, endpoint_arn: str, model_arn: str) -> ModelRecord:
    slot = replace(record.endpoint, published_arn=endpoint_arn, published_model_arn=model_arn)
    return replace(record, endpoint=slot)
