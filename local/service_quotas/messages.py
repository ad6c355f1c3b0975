"""Requests and responses of Service Quotas, whose protocol is JSON 1.1 with the operation in a header."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import botocore.session

from local.bedrock.protocol import Fault, Response, constraints
from local.bedrock.protocol.messages import Headers

SERVICE = "servicequotas"
#: Source: botocore's service model, `targetPrefix`.
TARGET = "ServiceQuotasV20190624"
Answer = Callable[[str, Mapping[str, Any], Headers], Mapping[str, Any]]
_CONTENT_TYPE = "application/x-amz-json-1.1"
_LOG = logging.getLogger(__name__)


class Messages:
    """Reads requests, checks them against the service model, and writes answers.

    Args:
        answer: Answers an operation's parameters; raises Fault.
    """

    def __init__(self, answer: Answer) -> None:
        """Load the service model."""
        self._model = botocore.session.get_session().get_service_model("service-quotas")
        self._answer = answer

    def handle(self, headers: Headers, body: bytes) -> Response:
        """Answer one request."""
        lowered = {name.lower(): value for name, value in headers.items()}
        operation = lowered.get("x-amz-target", "").rpartition(".")[2]
        try:
            return _response(200, self._answer(operation, self._read(operation, body), lowered))
        except Fault as fault:
            return _failed(fault)
        except Exception as error:
            # A defect of ours must look like one of the service's, not like a broken connection.
            _LOG.exception("%s failed", operation)
            return _failed(Fault("ServiceException", f"{type(error).__name__}: {error}"), 500)

    def _read(self, operation: str, body: bytes) -> dict[str, Any]:
        if operation not in self._model.operation_names:
            raise Fault("UnknownOperationException", f"no operation {operation!r}")
        parameters: dict[str, Any] = json.loads(body or b"{}")
        shape = self._model.operation_model(operation).input_shape
        try:
            if shape is not None:
                constraints.check(parameters, shape)
        except Fault as fault:
            # The service declares no ValidationException.
            raise Fault("IllegalArgumentException", fault.message) from None
        return parameters


def _failed(fault: Fault, status: int = 400) -> Response:
    return _response(status, {"__type": fault.code, "message": fault.message})


def _response(status: int, document: Mapping[str, Any]) -> Response:
    # MiniStack adds to the headers, so each response has its own.
    return status, {"Content-Type": _CONTENT_TYPE}, json.dumps(document).encode()
