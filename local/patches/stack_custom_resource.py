"""The custom resource protocol: asynchronous delivery, checked responses, a physical id for failed creations.

AWS (CloudFormation User Guide, "Custom resource response objects" and "Custom resource request types"; Lambda
Developer Guide, "Error handling for asynchronous invocation"):
  the function is invoked asynchronously, so one that raises is retried twice and CloudFormation hears nothing until
  ServiceTimeout; the response may have 4,096 bytes and must echo the request's ids and name a PhysicalResourceId; a
  resource whose creation failed is part of the stack and its provider is sent Delete with the id of the FAILED
  response, or with one that CloudFormation made up when there was none.
MiniStack 1.5.33: invokes synchronously and once; accepts any response; forgets a failed creation.
Can go when: `invoke_custom_resource` does all of that.
"""

import threading
import time
from typing import Any

from ministack.core import responses
from ministack.services import cloudformation, lambda_svc
from ministack.services.cloudformation import custom_resource

from local.patches import lambda_delivery, stack_custom_response, stack_statuses, upstream
from local.settings import Settings

_MAXIMUM_TIMEOUT_SECONDS = 3600
# After the last attempt has failed, what is left of ServiceTimeout passes on the simulated clock, but an on-failure
# destination gets this many real seconds to answer in the function's place.
_DESTINATION_SECONDS = 3.0
_POLL_SECONDS = 0.1
_find_function = upstream.function(lambda_svc, "_get_func_record_for_ref", ("function_ref",))
_record = upstream.function(lambda_svc, "_execution_record_for_config", ("func", "config"))
_stringify = upstream.function(custom_resource, "_normalise_resource_properties", ("value",))
_response_url = upstream.function(custom_resource, "_response_url", ("token",))
_register = upstream.function(custom_resource, "register_token", ("token",))
_PARAMETERS = (
    "request_type",
    "logical_id",
    "props",
    "stack_name",
    "stack_id",
    "resource_type",
    "physical_id",
    "old_props",
)


def apply(settings: Settings) -> None:
    """Install the patch."""

    def invoke(
        request_type: str,
        logical_id: str,
        props: dict[str, Any],
        stack_name: str,
        stack_id: str,
        resource_type: str,
        physical_id: str | None = None,
        old_props: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any]]:
        request = _request(request_type, logical_id, props, stack_id, resource_type, physical_id, old_props)
        invented = f"{stack_name}-{logical_id}-{request['RequestId'][:12].replace('-', '').upper()}"
        response: dict[str, Any] = {}
        try:
            response = _exchange(settings, request, props, stack_name)
            stack_custom_response.check(request, response)
        except Exception:
            if request_type == "Create":
                answered = response.get("PhysicalResourceId")
                failed_id = str(answered) if stack_custom_response.is_physical_id(answered) else invented
                _keep_failed_creation(stack_name, logical_id, resource_type, props, failed_id)
            raise
        return response.get("PhysicalResourceId") or physical_id or invented, response.get("Data") or {}

    upstream.replace(custom_resource, "invoke_custom_resource", _PARAMETERS, lambda original: invoke)


def _request(
    request_type: str,
    logical_id: str,
    props: dict[str, Any],
    stack_id: str,
    resource_type: str,
    physical_id: str | None,
    old_props: dict[str, Any] | None,
) -> dict[str, Any]:
    request = {
        "RequestType": request_type,
        "ServiceToken": props.get("ServiceToken", ""),
        "RequestId": responses.new_uuid(),
        "StackId": stack_id,
        "ResourceType": resource_type,
        "LogicalResourceId": logical_id,
        "ResourceProperties": _stringify(props),
    }
    if physical_id is not None:
        request["PhysicalResourceId"] = physical_id
    if old_props is not None:
        request["OldResourceProperties"] = _stringify(old_props)
    return request


def _exchange(settings: Settings, request: dict[str, Any], props: dict[str, Any], stack_name: str) -> dict[str, Any]:
    """Send the request and wait for the response; blocks, so it runs on a worker thread."""
    record, config, _ = _find_function(request["ServiceToken"])
    if record is None or config is None:
        raise ValueError(f"the function {request['ServiceToken']} of this custom resource does not exist")
    seconds = _service_timeout(props)
    token = responses.new_uuid()
    answered: threading.Event = _register(token)
    given_up = threading.Event()
    event = {**request, "ResponseURL": _response_url(token)}
    lambda_delivery.deliver(settings, _record(record, config), event, given_up.set)
    try:
        if not _wait(settings, answered, given_up, seconds, stack_name):
            raise TimeoutError(
                "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
                f"requestId [{request['RequestId']}]. (waited {seconds} s)"
            )
    finally:
        with custom_resource._lock:
            entry = custom_resource._pending.pop(token)
    response = entry["result"]
    return response if isinstance(response, dict) else {}


def _service_timeout(props: dict[str, Any]) -> int:
    try:
        seconds = int(props.get("ServiceTimeout", _MAXIMUM_TIMEOUT_SECONDS))
    except (TypeError, ValueError):
        raise ValueError(f"ServiceTimeout must be a number of seconds, received {props['ServiceTimeout']!r}") from None
    if not 1 <= seconds <= _MAXIMUM_TIMEOUT_SECONDS:
        raise ValueError(f"ServiceTimeout must be from 1 to {_MAXIMUM_TIMEOUT_SECONDS}, received {seconds}")
    return seconds


def _wait(
    settings: Settings, answered: threading.Event, given_up: threading.Event, seconds: float, stack_name: str
) -> bool:
    """Whether the answer came in time. Handlers run in real time, so the clock is compressed only once none runs."""
    deadline = time.monotonic() + seconds
    shortened = False
    while time.monotonic() < deadline:
        if answered.wait(_POLL_SECONDS):
            return True
        if stack_statuses.is_cancelled(stack_name):
            raise RuntimeError("Resource update cancelled")
        if given_up.is_set() and not shortened:
            shortened = True
            left = deadline - time.monotonic()
            deadline = time.monotonic() + min(left, max(settings.real_seconds(left), _DESTINATION_SECONDS))
    return answered.is_set()


def _keep_failed_creation(
    stack_name: str, logical_id: str, resource_type: str, props: dict[str, Any], physical_id: str
) -> None:
    """Make the resource part of the stack, so that a rollback or a later deletion of the stack deletes it."""
    stack = cloudformation._stacks.get(stack_name)
    if stack is None:
        return
    stack.setdefault("_resources", {})[logical_id] = {
        "PhysicalResourceId": physical_id,
        "ResourceType": resource_type,
        "ResourceStatus": "CREATE_FAILED",
        "LogicalResourceId": logical_id,
        "Properties": props,
        "Attributes": {},
        "Timestamp": responses.now_iso(),
    }
