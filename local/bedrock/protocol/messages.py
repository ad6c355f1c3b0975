"""Requests and responses of one rest-json service."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.model import OperationModel, StructureShape

from local.bedrock.protocol import constraints, values
from local.bedrock.protocol.faults import Fault, validation
from local.bedrock.protocol.routes import Router

Headers = Mapping[str, str]
Query = Mapping[str, Sequence[str]]
Response = tuple[int, dict[str, str], bytes]

#: Member of a result that holds headers which the service sends and its model does not have.
HEADERS = "$headers"
_JSON = "application/json"
#: Errors that operations must have although the service model does not declare them: they check parameters and rights.
_COMMON = {"ValidationException": 400, "ThrottlingException": 429, "AccessDeniedException": 400}
_UNDECLARED: Mapping[str, Mapping[str, int]] = {
    "CreateModelCopyJob": {**_COMMON, "ServiceQuotaExceededException": 400, "AccessDeniedException": 403},
    "CreateResourceShare": _COMMON,
    "GetResourceShares": _COMMON,
    "DeleteResourceShare": _COMMON,
}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """A request that was understood.

    Attributes:
        operation: Name of the operation in the service model.
        parameters: Its input, with the service model's names.
        headers: Headers of the request, lower case.
    """

    operation: str
    parameters: dict[str, Any]
    headers: Headers


class Protocol:
    """Parses the requests of one service and writes its responses.

    Args:
        service: Name of botocore's service model, such as `bedrock`.
    """

    def __init__(self, service: str) -> None:
        """Load the service model."""
        self.model = botocore.session.get_session().get_service_model(service)
        self._router = Router(self.model)

    def operation(self, method: str, path: str) -> str | None:
        """Name of the operation at a (percent-decoded) path; None where there is none."""
        found = self._router.find(method, path)
        return found[0].name if found else None

    def parse(self, method: str, path: str, headers: Headers, query: Query, body: bytes) -> Call:
        """Read a request without checking the service model's constraints.

        Raises:
            Fault: The body is not JSON or a value has another type than the service model says.
        """
        found = self._router.find(method, path)
        if found is None:
            raise Fault("UnknownOperationException", f"no operation at {method} {path}")
        operation, labels = found
        lowered = {name.lower(): value for name, value in headers.items()}
        shape = operation.input_shape
        parameters = _parameters(shape, labels, lowered, query, body) if shape else {}
        return Call(operation.name, parameters, lowered)

    def check(self, call: Call) -> None:
        """Require the service model's constraints of a call's parameters.

        Raises:
            Fault: `ValidationException` listing every violation.
        """
        shape = self.model.operation_model(call.operation).input_shape
        if shape is not None:
            constraints.check(call.parameters, shape)

    def respond(self, operation: str, result: Mapping[str, Any]) -> Response:
        """The response to a call that succeeded."""
        model = self.model.operation_model(operation)
        status: int = model.http.get("responseCode", 200)
        headers = {"Content-Type": _JSON}
        shape = model.output_shape
        if shape is None:
            return status, headers, b"{}"
        headers |= _output_headers(shape, result) | result.get(HEADERS, {})
        payload = shape.serialization.get("payload")
        if payload is None:
            return status, headers, json.dumps(values.write(result, shape)).encode()
        member = shape.members[payload]
        if member.type_name == "blob":
            return status, headers, result[payload]
        return status, headers, json.dumps(values.write(result[payload], member)).encode()

    def fail(self, operation: str, fault: Fault) -> Response:
        """The response to a call that failed; only errors which the operation declares reach the caller."""
        declared = _declared_errors(self.model.operation_model(operation))
        if fault.code not in declared:
            _LOG.error("%s does not declare %s: %s", operation, fault.code, fault.message)
            fault = Fault("InternalServerException", f"{operation} does not declare {fault.code}: {fault.message}")
        headers = {"Content-Type": _JSON, "x-amzn-ErrorType": fault.code}
        return declared.get(fault.code, 500), headers, json.dumps({"message": fault.message}).encode()


def _declared_errors(operation: OperationModel) -> dict[str, int]:
    shapes = operation.error_shapes
    declared = {shape.name: shape.metadata.get("error", {}).get("httpStatusCode", 400) for shape in shapes}
    return declared | dict(_UNDECLARED.get(operation.name, {}))


def _parameters(
    shape: StructureShape, labels: Mapping[str, str], headers: Headers, query: Query, body: bytes
) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    raw_body = payload is not None and shape.members[payload].type_name == "blob"
    document = {} if raw_body else _document(body)
    parameters = {}
    for name, member in shape.members.items():
        wire = values.wire_name(name, member)
        location = member.serialization.get("location")
        value: Any
        if location == "uri":
            value = labels.get(wire)
        elif location == "querystring":
            value = _from_query(query, wire, member.type_name)
        elif location == "header":
            value = headers.get(wire.lower())
        elif name == payload:
            value = body if raw_body else document
        else:
            value = document.get(wire)
        if value is not None:
            parameters[name] = values.read(value, member, name)
    return parameters


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise validation(f"the request body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise validation("the request body is not a JSON object")
    return document


def _from_query(query: Query, name: str, type_name: str) -> Any:
    found = query.get(name)
    if not found:
        return None
    if isinstance(found, str):
        return [found] if type_name == "list" else found
    return list(found) if type_name == "list" else found[0]


def _output_headers(shape: StructureShape, result: Mapping[str, Any]) -> dict[str, str]:
    return {
        values.wire_name(name, member): str(result[name])
        for name, member in shape.members.items()
        if member.serialization.get("location") == "header" and result.get(name) is not None
    }
