"""A real client whose requests are checked against the service model and answered by the test, without a network."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.model import OperationModel

from lambdas.gateways.clients import CONFIG, session
from tests.contract.shapes import problems

Answer = Mapping[str, Any] | str


class Service:
    """Records `calls` and answers with the scripted answers, the last one for ever, and with `headers`.

    An answer is a response, or the code of an error with its message after a colon.
    """

    def __init__(self, name: str, *answers: Answer) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.headers: dict[str, str] = {}
        self._answers = list(answers) or [{}]
        self.client: Any = _client(name)
        _IN_USE[name] = self

    @property
    def call(self) -> tuple[str, dict[str, Any]]:
        """The one call that was made."""
        [call] = self.calls
        return call

    def check(self, params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        """Refuse a request that the service model does not allow."""
        shape = model.input_shape
        found = list(problems(params, shape, model.name)) if shape is not None else []
        assert found == []
        self.calls.append((model.name, dict(params)))

    def answer(self, model: OperationModel, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        """The next answer, in place of a call over the network."""
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, str):
            code, _separator, message = answer.partition(": ")
            assert_documented(model, code)
            status = _status(model, code)
            return _http(status), {
                "Error": {"Code": code, "Message": message},
                "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": self.headers},
            }
        found = list(problems(answer, model.output_shape, model.name)) if model.output_shape is not None else []
        assert found == []
        return _http(200), {**answer, "ResponseMetadata": {"HTTPHeaders": self.headers}}


#: Errors that a service answers but its model does not declare for the operation.
UNDECLARED = {
    "301",
    "400",
    "403",
    "404",
    "405",
    "412",
    "AccessDenied",
    "AccessDeniedException",
    "KMS.DisabledException",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchVersion",
    "PreconditionFailed",
    "TaskDoesNotExist",
    "ValidationError",
}


def assert_documented(model: OperationModel, code: str) -> None:
    """An error that the operation cannot give would prove nothing."""
    declared = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
    assert code in declared | UNDECLARED, f"{model.name} declares {sorted(declared)}"


def _status(model: OperationModel, code: str) -> int:
    """The HTTP status of an error: as the service model has it, else 400."""
    declared = {shape.name: shape.metadata.get("error", {}).get("httpStatusCode", 400) for shape in model.error_shapes}
    return int(declared.get(code, 400))


_IN_USE: dict[str, Service] = {}


@cache
def _client(name: str) -> Any:
    """One client per service, because making one takes longer than a test; it serves the test that is running."""
    client: Any = session().create_client(
        name, config=CONFIG, aws_access_key_id="none", aws_secret_access_key="none", region_name="us-west-2"
    )
    client.meta.events.register("provide-client-params.*.*", lambda **event: _IN_USE[name].check(**event))
    client.meta.events.register("before-call.*.*", lambda **event: _IN_USE[name].answer(**event))
    return client


def _http(status: int) -> Any:
    return AWSResponse("https://example.com/", status, HTTPHeaders(), None)
