"""iam:PassRole is required to hand a role to Lambda, Step Functions, EventBridge or CloudFormation.

AWS: the caller of CreateFunction, CreateStateMachine, PutTargets, CreateStack and their updates needs iam:PassRole on
the role, with iam:PassedToService (IAM User Guide, "Grant a user permissions to pass a role to an AWS service").
MiniStack 1.5.33: does not check. Resources that CloudFormation itself creates stay unchecked.
Can go when: `_dispatch_service_request` makes the check.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions

from local import authorization
from local.patches import upstream
from local.settings import Settings

_FUNCTIONS = "/2015-03-31/functions"
Handler = Callable[..., Any]


def apply(settings: Settings) -> None:
    """Install the patch."""
    for service, passed in _PASSED.items():
        handler = upstream.entry(app.SERVICE_HANDLERS, service, "SERVICE_HANDLERS")
        app.SERVICE_HANDLERS[service] = _checked(service, handler, passed)


def _checked(service: str, handler: Handler, passed: Callable[..., Iterator[str]]) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]) -> Any:
        principal = "events.amazonaws.com" if service == "events" else f"{service}.amazonaws.com"
        try:
            for role in passed(method, path, headers, body):
                authorization.require_pass_role(headers, role, principal)
        except authorization.AccessDeniedError as denied:
            who = authorization.caller(headers).arn
            return iam_actions.access_denied_response(
                service,
                denied.action,
                who,
                str(uuid.uuid4()),
                message=denied.message,
                headers=headers,
                resource_arn=denied.resource,
            )
        return await handler(method, path, headers, body, query_params)

    return handle


def _to_lambda(method: str, path: str, headers: dict[str, str], body: bytes) -> Iterator[str]:
    creates = method == "POST" and path.rstrip("/") == _FUNCTIONS
    updates = method == "PUT" and path.startswith(_FUNCTIONS) and path.endswith("/configuration")
    if (creates or updates) and (role := _json(body).get("Role")):
        yield role


def _to_states(method: str, path: str, headers: dict[str, str], body: bytes) -> Iterator[str]:
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    if operation in ("CreateStateMachine", "UpdateStateMachine") and (role := _json(body).get("roleArn")):
        yield role


def _to_events(method: str, path: str, headers: dict[str, str], body: bytes) -> Iterator[str]:
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    if operation == "PutTargets":
        yield from (target["RoleArn"] for target in _json(body).get("Targets", []) if target.get("RoleArn"))


def _to_cloudformation(method: str, path: str, headers: dict[str, str], body: bytes) -> Iterator[str]:
    parameters = parse_qs(body.decode("utf-8", "replace"))
    if parameters.get("Action", [""])[0] in ("CreateStack", "UpdateStack", "DeleteStack", "CreateChangeSet"):
        yield from parameters.get("RoleARN", [])


def _json(body: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(body or b"{}")
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


_PASSED: dict[str, Callable[..., Iterator[str]]] = {
    "lambda": _to_lambda,
    "states": _to_states,
    "events": _to_events,
    "cloudformation": _to_cloudformation,
}
