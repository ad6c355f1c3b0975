"""The top of every custom resource function: whatever happens below, CloudFormation gets an answer."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from lambdas import log
from lambdas.responder import answer as answers
from lambdas.responder.answer import Answer
from lambdas.responder.delivery import deliver
from lambdas.responder.request import CustomResourceRequest, parse


class CustomResource(Protocol):
    """What a feature implements. Both methods may be called again for the same request."""

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Make the wanted state true or start to: Create and Update. `request.allocated_id` is free to use."""

    def delete(self, request: CustomResourceRequest) -> None:
        """Let go of `request.physical_id`; an unknown one is not an error."""


def respond(
    event: Mapping[str, Any],
    build: Callable[[], CustomResource],
    *,
    send: Callable[[str, bytes], None] = deliver,
) -> None:
    """Answer one custom resource event.

    `build` makes the resource inside the guard, so that a missing module or variable is answered too (fault A01).
    A failed Create is answered with the allocated physical id, so that the Delete which follows can clean up
    (fault A02); a failed Update echoes the old one (fault A16).

    Raises:
        DeliveryError: CloudFormation did not take the answer; Lambda delivers the event again.
    """
    request = parse(event)
    fields = {"request": request.kind, "logical_id": request.logical_id, "physical_id": request.physical_id}
    log.info("custom resource request", **fields)
    try:
        body = answers.success(request, _run(request, build()))
    except Exception as error:
        log.error("custom resource failed", **fields, error_type=type(error).__name__, error=str(error))
        body = answers.failed(request, request.physical_id or request.allocated_id, _reason(error))
    send(request.response_url, body)


def _run(request: CustomResourceRequest, resource: CustomResource) -> Answer:
    if request.kind in {"Create", "Update"}:
        return resource.apply(request)
    if request.kind == "Delete":
        resource.delete(request)
        return Answer(request.physical_id or request.allocated_id)
    raise ValueError(f"RequestType must be Create, Update or Delete, got {request.kind!r}")


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
