"""What the driver does about endpoints; each may be done twice."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from finetuning.lifecycle import Action, Decision, EndpointGeneration, ModelRecord, Observed
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from finetuning.lifecycle.endpoint_slot import EVALUATION
from finetuning.lifecycle.learning import may_still_show
from finetuning.lifecycle.outcome import model_behind, model_to_serve, purchase_refusal
from finetuning.lifecycle.record import UNCERTAIN
from finetuning.lifecycle.requests import endpoint_tags, is_owned
from finetuning.lifecycle.tagging import tag_change, with_uncertain_tags
from lambdas import log
from lambdas.driver.publishing import Publishing
from lambdas.gateways.endpoints import EndpointBusyError, EndpointGateway, EndpointOrder, PurchaseRefusedError
from lambdas.registry import Registry


class EndpointActions:
    """Buys, swaps, tags and deletes."""

    def __init__(
        self,
        *,
        registry: Registry,
        endpoints: Mapping[str, EndpointGateway],
        publishing: Publishing,
        clock: Callable[[], float],
    ) -> None:
        """Keep what the actions work with; the clock gives epoch seconds."""
        self._registry, self._endpoints, self._publishing, self._clock = registry, endpoints, publishing, clock

    def create_endpoint(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Intent, look by name (fault B08), purchase, outcome."""
        before, now = record.endpoint.find(decision.generation_id), self._clock()
        record = self._registry.update(record.model, _intend(decision.generation_id, now))
        endpoint = _asked_for(record, decision.generation_id)
        if before is None or endpoint is None or endpoint.intended_at != now:
            return None
        model_arn = model_behind(record, endpoint, seen)
        if not model_arn:
            # Another training is wanted since the look: the next one tells what there is to serve.
            return None
        gateway = self._endpoints[endpoint.serving]
        order = EndpointOrder(endpoint, model_arn, endpoint_tags(record, endpoint))
        try:
            arn = _adopted(gateway, record, endpoint) or gateway.create(order)
        except PurchaseRefusedError as error:
            if before.intended and may_still_show(before.intended_at, now):
                # An earlier purchase, whose answer was lost, may have taken the name and not show yet.
                self._registry.update(record.model, _as_of(before, now))
                return Decision(Action.AWAIT_CHANGE, endpoint.id, TEARDOWN_POLL_SECONDS)
            refusal = f"endpoint {endpoint.name} was refused: {error}"
            log.error("endpoint refused", model=record.model, endpoint=endpoint.name, error=str(error))
            self._registry.update(record.model, _note(endpoint.id, failure=refusal))
            return None
        log.info("endpoint bought", model=record.model, endpoint_arn=arn, serving=endpoint.serving)
        self._registry.update(record.model, _note(endpoint.id, arn=arn))
        return None

    def swap_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Serve the wanted model under the same ARN (fault C08)."""
        endpoint, found = record.endpoint.wanted, seen.endpoints[decision.generation_id]
        if endpoint is None or found is None:
            return None
        model_arn = model_to_serve(record, seen)
        self._registry.update(record.model, _swapping(endpoint.id, model_arn, self._clock()))
        wait = _unless_busy(lambda: self._endpoints[endpoint.serving].swap(found.arn, model_arn), decision)
        if wait is not None:
            self._registry.update(record.model, _swapping(endpoint.id, "", 0.0))
        return wait

    def delete_endpoint(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Withdraw the pointer first, so that no application is sent to an endpoint that is going."""
        endpoint, found = record.endpoint.find(decision.generation_id), seen.endpoints[decision.generation_id]
        if endpoint is None or found is None:
            return None
        if record.endpoint.published_arn in {found.arn, UNCERTAIN}:
            self._publishing.withdraw(record)
        wait = _unless_busy(lambda: self._endpoints[endpoint.serving].delete(found.arn), decision)
        log.info("endpoint deletion asked for", model=record.model, endpoint_arn=found.arn, busy=wait is not None)
        return wait

    def retag(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Change the user's tags; nothing is bought, and owner tags stay (fault A27)."""
        endpoint, found = record.endpoint.find(decision.generation_id), seen.endpoints.get(decision.generation_id)
        if endpoint is None or found is None:
            return
        self._registry.update(record.model, lambda r: with_uncertain_tags(r, endpoint.id))
        self._endpoints[endpoint.serving].tag(found.arn, *tag_change(endpoint))
        self._registry.update(record.model, _tagged(endpoint))


def _asked_for(record: ModelRecord, endpoint_id: str) -> EndpointGeneration | None:
    """The endpoint that may be bought now: the one that is to serve, or one at which a candidate is judged."""
    endpoint = record.endpoint.find(endpoint_id)
    if endpoint is None or record.endpoint.unwanted(endpoint):
        return None
    wanted = record.endpoint.wanted
    is_wanted = endpoint.purpose == EVALUATION or (wanted is not None and wanted.id == endpoint_id)
    return endpoint if is_wanted else None


def _adopted(gateway: EndpointGateway, record: ModelRecord, endpoint: EndpointGeneration) -> str:
    """ARN of the endpoint that is there under this name, or "" if there is none.

    Raises:
        PurchaseRefusedError: it is somebody else's (fault A24).
    """
    found = gateway.find(endpoint.name)
    if found is None:
        return ""
    if found.arn != endpoint.arn and not is_owned(gateway.tags(found.arn), record, endpoint.id):
        raise PurchaseRefusedError(f"the name is taken by {found.arn}, which is not ours; delete or rename that one")
    return found.arn


def _unless_busy(change: Callable[[], None], decision: Decision) -> Decision | None:
    """Make the change, or wait if Bedrock says that the endpoint is busy (fault C04)."""
    try:
        change()
    except EndpointBusyError as error:
        log.warning("endpoint busy", generation=decision.generation_id, error=str(error))
        return Decision(Action.AWAIT_CHANGE, decision.generation_id, TEARDOWN_POLL_SECONDS)
    return None


def _intend(endpoint_id: str, now: float) -> Callable[[ModelRecord], ModelRecord]:
    """The intent, and with it the one use of the approval of a commitment (invariant I5)."""

    def change(record: ModelRecord) -> ModelRecord:
        endpoint = _asked_for(record, endpoint_id)
        if endpoint is None or purchase_refusal(record, endpoint, now):
            return record
        record = record.with_endpoint(replace(endpoint, intended=True, intended_at=now, gone=False))
        if endpoint.commitment == "none":
            return record
        approvals = {**record.endpoint.approvals, endpoint.approval: endpoint.id}
        return replace(record, endpoint=replace(record.endpoint, approvals=approvals))

    return change


def _as_of(before: EndpointGeneration, now: float) -> Callable[[ModelRecord], ModelRecord]:
    """Take back an intent that was refused: only the earlier one may still have bought something."""

    def change(record: ModelRecord) -> ModelRecord:
        endpoint = record.endpoint.find(before.id)
        if endpoint is None or endpoint.intended_at != now:
            return record
        return record.with_endpoint(replace(endpoint, intended_at=before.intended_at))

    return change


def _note(endpoint_id: str, *, arn: str = "", failure: str = "") -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        endpoint = record.endpoint.find(endpoint_id)
        if endpoint is None or (failure and endpoint.arn):
            return record
        noted = replace(endpoint, arn=arn or endpoint.arn, failure=failure, gone=bool(failure), intended=True)
        return _approval_given_back(record.with_endpoint(noted), noted) if failure else record.with_endpoint(noted)

    return change


def _approval_given_back(record: ModelRecord, endpoint: EndpointGeneration) -> ModelRecord:
    """The record with the approval of a refused commitment free again: it is good for one purchase, not for a try."""
    approvals = {key: used for key, used in record.endpoint.approvals.items() if used != endpoint.id}
    return replace(record, endpoint=replace(record.endpoint, approvals=approvals))


def _tagged(told: EndpointGeneration) -> Callable[[ModelRecord], ModelRecord]:
    def change(record: ModelRecord) -> ModelRecord:
        endpoint = record.endpoint.find(told.id)
        if endpoint is None:
            return record
        return record.with_endpoint(replace(endpoint, tagged=None if endpoint.tags == told.tags else told.tags))

    return change


def _swapping(endpoint_id: str, model_arn: str, now: float) -> Callable[[ModelRecord], ModelRecord]:
    """The intent to swap, which a look that shows the model ends; or that Bedrock has certainly not begun."""

    def change(record: ModelRecord) -> ModelRecord:
        endpoint = record.endpoint.find(endpoint_id)
        if endpoint is None:
            return record
        return record.with_endpoint(replace(endpoint, swapped_at=now, swapping_to=model_arn))

    return change
