"""The top of every custom resource function: whatever happens below, CloudFormation gets an answer."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from finetuning.errors import FineTuningError, TransientError
from lambdas import log
from lambdas.responder import answer as answer_bodies
from lambdas.responder import kept
from lambdas.responder.answer import Answer
from lambdas.responder.deadline import OutOfTime, time_to_work, within
from lambdas.responder.delivery import RefusedAnswerError, deliver
from lambdas.responder.request import CustomResourceRequest, parse


class BrokenOffError(TransientError):
    """The work was not done when it was time to answer (fault A03)."""


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
    context: Any = None,
    answers: kept.OpenAnswers | None = None,
    send: Callable[[str, bytes], None] = deliver,
) -> None:
    """Answer one custom resource event.

    `build` makes the resource inside the guard, so that a missing module or variable is answered too (fault A01).
    A failed Create is answered with the allocated physical id, so that the Delete which follows can clean up
    (fault A02); a failed Update echoes the old one (fault A16).

    A Delete that fails for a reason that may pass is not answered: a clean-up Delete that fails is not repeated by
    CloudFormation, and what it was for would stay. Lambda delivers it again; at last, `lambdas.undelivered` answers.

    Args:
        event: CloudFormation's request.
        build: makes the resource.
        context: Lambda's, which knows the function's end (fault A03).
        answers: opens the table of the answers that were given; None keeps none.
        send: delivers the answer.

    Raises:
        DeliveryError: CloudFormation did not take the answer; Lambda delivers the event again.
        Exception: a Delete failed for a reason that may pass; likewise.
    """
    request = parse(event)
    log.info("custom resource request", **_fields(request))
    limit = None if context is None else kept.LIMIT_SECONDS
    body = kept.find(answers, request.request_id, limit=limit)
    if body is None:
        body = kept.keep(answers, request.request_id, _body(request, build, context), limit=limit)
    try:
        send(request.response_url, body)
    except RefusedAnswerError as error:
        # Running again would not help: nobody listens any more (fault A09).
        log.error("answer refused", **_fields(request), error=str(error))
        log.metric("RefusedAnswers", 1, Function=getattr(context, "function_name", ""))


def _body(request: CustomResourceRequest, build: Callable[[], CustomResource], context: Any) -> bytes:
    try:
        return _success(request, build, time_to_work(context))
    except Exception as error:
        log.error("custom resource failed", **_fields(request), error_type=type(error).__name__, error=str(error))
        if request.kind == "Delete" and _may_pass(error):
            raise
        return answer_bodies.failed(request, request.physical_id or request.allocated_id, _reason(error))


def _success(request: CustomResourceRequest, build: Callable[[], CustomResource], seconds: float | None) -> bytes:
    try:
        with within(seconds):
            return answer_bodies.success(request, _run(request, build()))
    except OutOfTime:
        raise BrokenOffError(
            "the function ran out of time; what it began is cleaned up by CloudFormation's rollback. See what took so "
            "long (python -m ops logs), then deploy again"
        ) from None


def _run(request: CustomResourceRequest, resource: CustomResource) -> Answer:
    if request.kind in {"Create", "Update"}:
        return resource.apply(request)
    if request.kind == "Delete":
        resource.delete(request)
        return Answer(request.physical_id or request.allocated_id)
    raise ValueError(f"RequestType must be Create, Update or Delete, got {request.kind!r}")


def _may_pass(error: Exception) -> bool:
    """Whether trying again may help: errors that are raised on purpose are final unless they say otherwise."""
    return isinstance(error, TransientError) or not isinstance(error, FineTuningError)


def _fields(request: CustomResourceRequest) -> dict[str, object]:
    return {"request": request.kind, "logical_id": request.logical_id, "physical_id": request.physical_id}


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
