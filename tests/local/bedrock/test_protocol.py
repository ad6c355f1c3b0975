"""Requests and responses of both service models, through botocore's own serializer and parser."""

import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.model import OperationModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from local.bedrock.protocol import Fault, Protocol

PROTOCOLS = {name: Protocol(name) for name in ("bedrock", "bedrock-runtime")}
MOMENT = datetime(2026, 1, 15, 12, 30, 15, 250000, tzinfo=UTC)


def operations(parsed: str) -> list[Any]:
    """All operations whose input (or output) is JSON or a plain body."""
    return list(_operations(parsed))


def _operations(parsed: str) -> Iterator[Any]:
    for name, protocol in PROTOCOLS.items():
        for operation in protocol.model.operation_names:
            model = protocol.model.operation_model(operation)
            shape = model.input_shape if parsed == "input" else model.output_shape
            payload = shape.serialization.get("payload") if shape else None
            if shape and payload and shape.members[payload].serialization.get("eventstream"):
                continue
            yield pytest.param(name, model, id=operation)


def sample(shape: Any, depth: int = 0) -> Any:
    """A value of a shape; its patterns are not respected."""
    if getattr(shape, "is_document_type", False):
        return {"any": ["thing", 1]}
    kind = shape.type_name
    if kind == "structure":
        chosen = list(shape.members)
        if depth > 3:
            chosen = [name for name in chosen if name in shape.required_members]
        if getattr(shape, "is_tagged_union", False):
            chosen = list(shape.members)[:1]
        return {name: sample(shape.members[name], depth + 1) for name in chosen}
    if kind == "list":
        return [sample(shape.member, depth + 1)] if depth < 4 else []
    if kind == "map":
        return {"key": sample(shape.value, depth + 1)} if depth < 4 else {}
    return {
        "integer": 3,
        "long": 3,
        "float": 0.5,
        "double": 0.5,
        "boolean": True,
        "timestamp": MOMENT,
        "blob": b"x",
    }.get(kind, "arn:aws:bedrock:us-west-2:000000000000:custom-model/a.b:1/c+d e")


def wire_request(
    model: OperationModel, parameters: Mapping[str, Any]
) -> tuple[str, dict[str, str], dict[str, Any], bytes]:
    """Path, headers, query and body that botocore would send."""
    request = create_serializer("rest-json", False).serialize_to_request(dict(parameters), model)
    url = urlsplit(request["url_path"])
    query = parse_qs(url.query) | {
        name: value if isinstance(value, list) else [str(value)] for name, value in request["query_string"].items()
    }
    body = request["body"]
    return unquote(url.path), request["headers"], query, body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize(("service", "model"), operations("input"))
def test_request_written_by_botocore_is_read_back(service: str, model: OperationModel) -> None:
    """Whatever botocore sends, the server side understands as the same operation with the same parameters."""
    parameters = sample(model.input_shape)
    path, headers, query, body = wire_request(model, parameters)

    call = PROTOCOLS[service].parse(model.http["method"], path, headers, query, body)

    assert call.operation == model.name
    assert call.parameters == parameters


@pytest.mark.parametrize(("service", "model"), operations("output"))
def test_response_is_read_back_by_botocore(service: str, model: OperationModel) -> None:
    """Whatever the server side answers, botocore understands as the same result."""
    result = sample(model.output_shape)

    status, headers, body = PROTOCOLS[service].respond(model.name, result)

    shape: Any = model.output_shape
    parsed = create_parser("rest-json").parse({"status_code": status, "headers": headers, "body": body}, shape)
    metadata = parsed.pop("ResponseMetadata")
    if model.name == "InvokeModel":  # its body, a stream to the client, is a text to the bare parser
        parsed["body"] = parsed["body"].encode()
    assert metadata["HTTPStatusCode"] == model.http.get("responseCode", 200)
    assert parsed == result


@pytest.mark.parametrize(("service", "model"), operations("input"))
def test_every_declared_error_reaches_the_caller_with_its_status(service: str, model: OperationModel) -> None:
    """Each error an operation declares is answered with its own code and HTTP status."""
    for shape in model.error_shapes:
        status, headers, body = PROTOCOLS[service].fail(model.name, Fault(shape.name, "why"))
        assert (status, headers["x-amzn-ErrorType"], json.loads(body)) == (
            shape.metadata["error"]["httpStatusCode"],
            shape.name,
            {"message": "why"},
        )


def test_undeclared_error_becomes_an_internal_one() -> None:
    """An error that the operation does not declare never reaches the caller as such."""
    status, headers, _ = PROTOCOLS["bedrock"].fail("CreateProvisionedModelThroughput", Fault("ConflictException", "x"))

    assert (status, headers["x-amzn-ErrorType"]) == (500, "InternalServerException")


def test_path_of_no_operation_is_not_found() -> None:
    """A path the service model does not have belongs to no operation."""
    assert PROTOCOLS["bedrock"].operation("GET", "/nothing") is None


def test_more_literal_path_wins_over_a_label() -> None:
    """A path with a literal segment is not taken for an identifier."""
    bedrock = PROTOCOLS["bedrock"]
    arn = "arn:aws:bedrock:us-west-2:000000000000:model-customization-job/a.b:1/abcdefghijkl"

    assert bedrock.operation("POST", f"/model-customization-jobs/{arn}/stop") == "StopModelCustomizationJob"
    assert bedrock.operation("GET", f"/model-customization-jobs/{arn}") == "GetModelCustomizationJob"
    assert bedrock.operation("POST", "/custom-models/create-custom-model") == "CreateCustomModel"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"jobName": "a_b"}, r"Value 'a_b' at 'jobName' failed to satisfy constraint: Member must satisfy regular"),
        ({"jobName": "a" * 64}, "Member must have length less than or equal to 63"),
        ({"roleArn": None}, "Value at 'roleArn' failed to satisfy constraint: Member must not be null"),
        ({"customizationType": "FOO"}, "Member must satisfy enum value set: [FINE_TUNING, "),
        ({"trainingDataConfig": {"s3Uri": "s3://bucket/a=b"}}, "'trainingDataConfig.s3Uri'"),
        ({"jobTags": [{"key": "a", "value": "?"}]}, "'jobTags.1.member.value'"),
        ({"vpcConfig": {"subnetIds": [], "securityGroupIds": ["sg-1"]}}, "have length greater than or equal to 1"),
        ({"customizationConfig": {}}, "Member must have exactly one of its fields set"),
    ],
)  # fmt: skip
def test_broken_constraint_is_refused_in_the_frameworks_words(changes: dict[str, Any], expected: str) -> None:
    """Required members, enums, lengths, patterns and unions are checked as AWS does, with its sentences."""
    with pytest.raises(Fault) as raised:
        checked(changes)

    assert raised.value.code == "ValidationException"
    assert raised.value.message.startswith("1 validation error detected: ")
    assert expected in raised.value.message


def test_all_broken_constraints_are_told_at_once() -> None:
    """Two violations make one message that counts them."""
    with pytest.raises(Fault, match=r"2 validation errors detected: .*jobName.*; .*customModelName"):
        checked({"jobName": "a_b", "customModelName": "a.b"})


def test_missing_idempotency_token_is_no_error() -> None:
    """Tokens are required of clients' libraries, not of the request."""
    checked({})


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"jobName": 3}', b'{"jobTags": {}}', b'{"hyperParameters": {"a": 1}}'])
def test_body_of_another_type_is_refused(body: bytes) -> None:
    """What is not JSON, or has another type than the service model says, is a ValidationException."""
    with pytest.raises(Fault) as raised:
        PROTOCOLS["bedrock"].parse("POST", "/model-customization-jobs", {}, {}, body)

    assert raised.value.code == "ValidationException"


def test_all_patterns_of_both_models_compile() -> None:
    """No constraint is silently skipped because its pattern is in Java's dialect."""
    from local.bedrock.protocol.constraints import _compiled

    shapes = itertools.chain.from_iterable(
        (protocol.model.shape_for(name) for name in protocol.model.shape_names) for protocol in PROTOCOLS.values()
    )
    patterns = {shape.metadata["pattern"] for shape in shapes if "pattern" in shape.metadata}
    assert len(patterns) > 100
    for pattern in patterns:
        _compiled(pattern)


def checked(changes: Mapping[str, Any]) -> None:
    """Parse and check a request whose other parameters are right."""
    valid = {
        "jobName": "job", "customModelName": "model", "roleArn": "arn:aws:iam::000000000000:role/a",
        "baseModelIdentifier": "amazon.nova-lite-v1:0:300k", "trainingDataConfig": {"s3Uri": "s3://bucket/a"},
        "outputDataConfig": {"s3Uri": "s3://bucket/"},
    }  # fmt: skip
    body = json.dumps({name: value for name, value in {**valid, **changes}.items() if value is not None}).encode()
    protocol = PROTOCOLS["bedrock"]
    protocol.check(protocol.parse("POST", "/model-customization-jobs", {}, {}, body))
