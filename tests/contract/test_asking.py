"""One question to one model: what is sent, how long it took, and what an error says about whom."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.response import StreamingBody

from finetuning.errors import TransientError
from finetuning.invocation import greedy
from lambdas.gateways.asking import AskingGateway, Question, TooManyRequestsError, UnansweredError
from tests.contract.service import Answer, Service

ARN = "arn:aws:bedrock:us-west-2:111122223333:custom-model-deployment/abcdefghijkl"
NOVA = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Blue."}]}},
    "usage": {"inputTokens": 8, "outputTokens": 3},
    "stopReason": "end_turn",
}
TURNS = (("user", "Sky?"), ("assistant", "Which?"), ("user", "Ours."))
INVOKED = Question(ARN, "nova-messages", TURNS, "Be brief.", greedy(64))
CONVERSED = Question("us.amazon.nova-premier-v1:0", None, TURNS, "Be brief.", greedy(64))
CONVERSATION = {**NOVA, "usage": {**NOVA["usage"], "totalTokens": 11}, "metrics": {"latencyMs": 7}}  # type: ignore[dict-item]


def asking(*answers: Answer) -> tuple[AskingGateway, Service]:
    """The gateway on a service that answers this; each answer takes a quarter of a second."""
    service = Service("bedrock-runtime", *answers)
    ticks = iter([10.0, 10.25] * 9)
    return AskingGateway(service.client, clock=lambda: next(ticks)), service


def a_body(content: object) -> Mapping[str, Any]:
    """InvokeModel's answer with this body."""
    sent = json.dumps(content).encode()
    return {"body": StreamingBody(io.BytesIO(sent), len(sent)), "contentType": "application/json"}


def test_endpoint_is_invoked_with_the_whole_conversation() -> None:
    """At temperature 0, in the base model's own format, and timed."""
    gateway, service = asking(a_body(NOVA))
    answer, milliseconds = gateway.ask(INVOKED)
    assert (answer.text, answer.input_tokens, answer.output_tokens, milliseconds) == ("Blue.", 8, 3, 250)
    operation, sent = service.call
    assert (operation, sent["modelId"]) == ("InvokeModel", ARN)
    body = json.loads(sent["body"])
    assert [(message["role"], message["content"][0]["text"]) for message in body["messages"]] == list(TURNS)
    assert body["system"] == [{"text": "Be brief."}]
    assert body["inferenceConfig"] == {"maxTokens": 64, "temperature": 0.0}


def test_other_models_are_asked_by_converse() -> None:
    """Which every model of a conversation understands, whatever its own format is."""
    gateway, service = asking(CONVERSATION)
    answer, milliseconds = gateway.ask(CONVERSED)
    assert (answer.text, answer.stop_reason, milliseconds) == ("Blue.", "end_turn", 250)
    assert service.call == (
        "Converse",
        {
            "modelId": "us.amazon.nova-premier-v1:0",
            "messages": [{"role": role, "content": [{"text": text}]} for role, text in TURNS],
            "system": [{"text": "Be brief."}],
            "inferenceConfig": {"maxTokens": 64, "temperature": 0.0},
        },
    )


@pytest.mark.parametrize("question", [INVOKED, CONVERSED], ids=["invoke", "converse"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("ModelErrorException: it failed", UnansweredError),
        ("ModelTimeoutException: too slow", UnansweredError),
        ("ValidationException: too long", UnansweredError),
        ("ThrottlingException: slow down", TooManyRequestsError),
        ("ModelNotReadyException: loading", TooManyRequestsError),
        ("ServiceUnavailableException: later", TransientError),
        ("InternalServerException: oh", TransientError),
        ("ResourceNotFoundException: who?", TransientError),
    ],
)
def test_error_is_the_models_or_passes(question: Question, answer: str, error: type[Exception]) -> None:
    """Only the first kind is an answer of sorts; the others are tried again, by whoever asks."""
    gateway, service = asking(answer)
    with pytest.raises(error) as raised:
        gateway.ask(question)
    assert type(raised.value) is error
    assert len(service.calls) == 1, "each try is timed, so the client tries once"


def test_right_that_is_missing_says_nothing_about_the_model() -> None:
    """It is an error of the deployment."""
    gateway, service = asking("AccessDeniedException: no")
    with pytest.raises(service.client.exceptions.AccessDeniedException):
        gateway.ask(INVOKED)


def test_unreadable_answer_is_a_failure_without_its_text() -> None:
    """A failure is shown to people; an answer is not."""
    gateway, _ = asking(a_body({"completion": "secret"}))
    with pytest.raises(UnansweredError) as raised:
        gateway.ask(INVOKED)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (ReadTimeoutError(endpoint_url="x"), UnansweredError),
        (ConnectionClosedError(endpoint_url="x"), TransientError),
    ],
)
def test_broken_connections(broken: Exception, error: type[Exception]) -> None:
    """An answer that takes minutes is none; a connection that breaks may be better next time."""

    class Broken:
        def invoke_model(self, **_: object) -> None:
            raise broken

    with pytest.raises(error):
        AskingGateway(Broken()).ask(INVOKED)  # type: ignore[arg-type]
