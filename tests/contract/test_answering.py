"""Whether an endpoint answers: what the runtime says, and what that means for the model behind it."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.response import StreamingBody

from finetuning import catalog
from finetuning.errors import TransientError
from finetuning.invocation import Sampling, request_body
from lambdas.gateways.answering import PROMPT, AnsweringGateway
from tests.contract.service import Answer, Service
from tests.contract.test_endpoints import DEPLOYMENT_ARN, THROUGHPUT_ARN

HAIKU, NOVA_LITE = "anthropic.claude-3-haiku-20240307-v1:0:200k", "amazon.nova-lite-v1:0:300k"
LLAMA = "meta.llama3-1-8b-instruct-v1:0:128k"
USAGE = {"input_tokens": 8, "output_tokens": 3}
CLAUDE = {"content": [{"type": "text", "text": "It is me."}], "usage": USAGE, "stop_reason": "end_turn"}
NOVA = {
    "output": {"message": {"role": "assistant", "content": [{"text": "It is me."}]}},
    "usage": {"inputTokens": 8, "outputTokens": 3},
    "stopReason": "end_turn",
}

GENERATED = {"generation": "It is me.", "prompt_token_count": 8, "generation_token_count": 3, "stop_reason": "stop"}


def answering(*answers: Answer) -> tuple[AnsweringGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock-runtime", *answers)
    return AnsweringGateway(service.client), service


def a_body(content: object) -> Mapping[str, Any]:
    """InvokeModel's answer with this body, as JSON unless it is bytes."""
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {"body": StreamingBody(io.BytesIO(sent), len(sent)), "contentType": "application/json"}


@pytest.mark.parametrize(
    ("base_model", "arn", "answer"),
    [(HAIKU, THROUGHPUT_ARN, CLAUDE), (NOVA_LITE, DEPLOYMENT_ARN, NOVA), (LLAMA, THROUGHPUT_ARN, GENERATED)],
    ids=["messages", "nova", "llama"],
)
def test_model_that_answers_is_asked_once_in_its_own_format(
    base_model: str, arn: str, answer: Mapping[str, Any]
) -> None:
    """A short question under the endpoint's ARN, for few tokens."""
    gateway, service = answering(a_body(answer))
    assert gateway.refusal(arn, base_model) == ""
    operation, sent = service.call
    assert (operation, sent["modelId"], sent["contentType"]) == ("InvokeModel", arn, "application/json")
    expected = request_body(catalog.find(base_model).invocation_format, PROMPT, sampling=Sampling(max_tokens=64))
    assert json.loads(sent["body"]) == expected


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("ModelErrorException: The model failed.", "ModelErrorException: The model failed."),
        ("ValidationException: Operation not allowed", "ValidationException: Operation not allowed"),
        (a_body({**CLAUDE, "content": []}), "its answer is empty (stop reason end_turn)"),
        (
            a_body({**CLAUDE, "content": [{"type": "text", "text": " \n"}], "stop_reason": "stop_sequence"}),
            "its answer is empty (stop reason stop_sequence)",
        ),
        (
            a_body({"completion": "secret"}),
            "response body is no anthropic-messages answer: KeyError at 'usage'; it has completion",
        ),
        (a_body(b"secret!"), "response body of 7 bytes is no JSON"),
        (a_body(["secret"]), "response body is a JSON list, not an object"),
    ],
    ids=["model-error", "validation", "nothing", "blank", "another-format", "no-json", "no-object"],
)
def test_model_that_does_not_answer_is_refused_with_the_reason(answer: Answer, reason: str) -> None:
    """The reason never holds what the model said."""
    gateway, _ = answering(answer)
    assert gateway.refusal(THROUGHPUT_ARN, HAIKU) == reason


def test_reason_is_short() -> None:
    """It is kept in the registry."""
    gateway, _ = answering("ModelErrorException: " + "x" * 1000)
    assert len(gateway.refusal(THROUGHPUT_ARN, HAIKU)) == 300


@pytest.mark.parametrize(
    "answer",
    [
        "InternalServerException: sorry",
        "ModelNotReadyException: wait",
        "ModelTimeoutException: too slow",
        "ResourceNotFoundException: not known yet",
        "ServiceQuotaExceededException: too many tokens",
        "ServiceUnavailableException: later",
        "ThrottlingException: slow down",
    ],
)
def test_what_passes_is_tried_again(answer: str) -> None:
    """A model must not be rejected because the service was busy; the state machine retries the step."""
    gateway, _ = answering(answer)
    with pytest.raises(TransientError, match=answer.partition(":")[0]):
        gateway.refusal(THROUGHPUT_ARN, HAIKU)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionClosedError(endpoint_url="https://example.com"),
        ReadTimeoutError(endpoint_url="https://example.com"),
    ],
    ids=["closed", "timeout"],
)
def test_lost_answer_is_tried_again(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what the model would have said."""
    gateway, service = answering()

    def lose(**_request: Any) -> None:
        raise error

    monkeypatch.setattr(service.client, "invoke_model", lose)
    with pytest.raises(TransientError, match=type(error).__name__):
        gateway.refusal(THROUGHPUT_ARN, HAIKU)


def test_missing_right_says_nothing_about_the_model() -> None:
    """It is an error of the driver, which says so; the model is not rejected."""
    gateway, service = answering("AccessDeniedException: no identity-based policy allows it")
    with pytest.raises(service.client.exceptions.AccessDeniedException):
        gateway.refusal(THROUGHPUT_ARN, HAIKU)


@pytest.mark.parametrize("base_model", ["", "vendor.model-of-tomorrow-v1:0"])
def test_model_that_nobody_knows_how_to_ask_is_not_judged(base_model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Records of before the base model was kept have none; it is not asked, and the log says so."""
    gateway, service = answering()
    assert gateway.refusal(THROUGHPUT_ARN, base_model) == ""
    assert service.calls == []
    assert "endpoint cannot be asked" in capsys.readouterr().out


def test_neither_question_nor_answer_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Invariant I7: a tuned model may repeat what it was trained on."""
    for content in (CLAUDE, {"completion": "It is me."}):
        gateway, _ = answering(a_body(content))
        gateway.refusal(THROUGHPUT_ARN, HAIKU)
    said = capsys.readouterr()
    assert "It is me" not in said.out + said.err
    assert PROMPT not in said.out + said.err
