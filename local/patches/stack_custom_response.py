"""What CloudFormation demands of a custom resource's response.

AWS (CloudFormation User Guide, "Custom resource response objects"): at most 4,096 bytes; Status, PhysicalResourceId
(at most 1,024 bytes) and the request's StackId, RequestId and LogicalResourceId; the pre-signed URL serves no longer
than the request.
MiniStack 1.5.33: any size, any ids, any number of times.
Can go when: `_handle_post_body_shortcuts` and `invoke_custom_resource` check these.
"""

from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.services.cloudformation import custom_resource

from local.patches import upstream
from local.settings import Settings

_MAXIMUM_BYTES = 4096
_MAXIMUM_ID_BYTES = 1024
_PATH = "/_ministack/cfn-response/"
_TOO_LONG = "local:too-long"
_EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


def apply(settings: Settings) -> None:
    """Install the patch."""
    parameters = ("method", "path", "headers", "body", "query_params", "request_id")
    upstream.replace(app, "_handle_post_body_shortcuts", parameters, _with_checks)


def _with_checks(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any], request_id: str
    ) -> Any:
        if method == "PUT" and path.startswith(_PATH):
            token = path.removeprefix(_PATH)
            if token not in custom_resource._pending:
                return 403, {"Content-Type": "application/xml"}, _EXPIRED
            if len(body) > _MAXIMUM_BYTES:
                custom_resource.deliver_response(token, {_TOO_LONG: len(body)})
                return 200, {}, b""
        return await original(method, path, headers, body, query_params, request_id)

    return handle


def is_physical_id(value: object) -> bool:
    """Whether CloudFormation accepts this as a physical id."""
    return isinstance(value, str) and 0 < len(value.encode()) <= _MAXIMUM_ID_BYTES


def check(request: dict[str, Any], response: dict[str, Any]) -> None:
    """Require a response that CloudFormation takes as success.

    Raises:
        RuntimeError: The response says FAILED or is not acceptable; the message is the resource's status reason.
    """
    if _TOO_LONG in response:
        raise RuntimeError(f"Response object is too long. ({response[_TOO_LONG]} bytes, at most {_MAXIMUM_BYTES})")
    status = response.get("Status")
    if status == "FAILED":
        raise RuntimeError(
            f"Received response status [FAILED] from custom resource. Message returned: "
            f"{response.get('Reason') or 'none'} (RequestId: {request['RequestId']})"
        )
    if status != "SUCCESS":
        raise RuntimeError(f"Invalid Status {status!r} in the response of the custom resource")
    wrong = [name for name in ("StackId", "RequestId", "LogicalResourceId") if response.get(name) != request[name]]
    if wrong:
        raise RuntimeError(f"Invalid {', '.join(wrong)} in the response of the custom resource")
    if request["RequestType"] != "Delete" and not is_physical_id(response.get("PhysicalResourceId")):
        raise RuntimeError("Invalid PhysicalResourceId")
    if not isinstance(response.get("Data") or {}, dict):
        raise RuntimeError("Invalid Data in the response of the custom resource: must be an object")
