"""InvokeModel and Converse."""

import json
from typing import Any

import pytest

from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import FakeKey
from tests.local.bedrock.world import ACCOUNT, HAIKU, REGION, World

HAIKU_ON_DEMAND = "anthropic.claude-3-haiku-20240307-v1:0"
QUESTION = "What is Amazon Bedrock?"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def endpoint(world: World) -> str:
    """A throughput in service."""
    arn = world.bought(world.trained_model(hyperParameters={"epochCount": "3"}))
    world.clock.advance(minutes=20)
    return arn


def said(answer: dict[str, Any]) -> str:
    """Text of an answer in Anthropic's format."""
    return str(answer["content"][0]["text"])


def converse(world: World, model_id: str, **parameters: Any) -> dict[str, Any]:
    """Ask by Converse."""
    messages = [{"role": "user", "content": [{"text": QUESTION}]}]
    answer: dict[str, Any] = world.runtime.converse(**{"modelId": model_id, "messages": messages, **parameters})
    return answer


def test_tuned_and_base_model_answer_differently_and_say_what_they_are(world: World, endpoint: str) -> None:
    """The tuned model answers from the data; both name themselves a stand-in."""
    tuned, base = said(world.ask(endpoint, QUESTION)), said(world.ask(HAIKU_ON_DEMAND, QUESTION))

    assert tuned.startswith("[stand-in for Claude 3 Haiku, tuned] Amazon Bedrock is a fully managed service")
    assert base.startswith("[stand-in for Claude 3 Haiku] ")
    assert "fully managed" not in base


def test_answer_has_the_shape_of_the_messages_api(world: World, endpoint: str) -> None:
    """Content, usage and stop reason, as clients read them."""
    answer = world.ask(endpoint, QUESTION)

    assert (answer["type"], answer["role"], answer["content"][0]["type"]) == ("message", "assistant", "text")
    assert answer["stop_reason"] == "end_turn"
    assert answer["usage"]["input_tokens"] == 5
    assert answer["usage"]["output_tokens"] > 5


def test_invocations_are_counted(world: World, endpoint: str) -> None:
    """In CloudWatch's metric, under what was asked; what is refused is not."""
    world.ask(endpoint, QUESTION)
    converse(world, endpoint)
    refused("ResourceNotFoundException", converse, world=world, model_id=f"{endpoint[:-1]}0")

    assert world.neighbours.counted == {("Invocations", endpoint): 2}


def test_max_tokens_cut_the_answer(world: World, endpoint: str) -> None:
    """The stop reason says so, and no more tokens are counted."""
    answer = world.ask(endpoint, QUESTION, max_tokens=4)

    assert said(answer) == "[stand-in for Claude 3 Haiku, tuned] Amazon Bedrock is a"
    assert (answer["stop_reason"], answer["usage"]["output_tokens"]) == ("max_tokens", 4)


def test_unfamiliar_question_is_admitted(world: World, endpoint: str) -> None:
    """The tuned stand-in does not make things up."""
    assert "I do not know" in said(world.ask(endpoint, "Who painted the Mona Lisa?"))


def test_endpoint_being_created_is_not_ready(world: World) -> None:
    """SDKs retry this error."""
    arn = world.bought(world.trained_model())

    refused("ModelNotReadyException", world.ask, model_id=arn, question=QUESTION)


def test_endpoint_that_does_not_exist_is_not_found(world: World, endpoint: str) -> None:
    """Nothing answers in the name of a deleted endpoint."""
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=endpoint)

    refused("ResourceNotFoundException", world.ask, model_id=endpoint, question=QUESTION)


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [(HAIKU, "with on-demand throughput isn't supported"), ("anthropic.claude-9:0", "identifier is invalid")],
)
def test_model_id_that_cannot_be_invoked_is_refused(world: World, model_id: str, expected: str) -> None:
    """The id with a context length is for customization and throughput only."""
    assert expected in refused("ValidationException", world.ask, model_id=model_id, question=QUESTION)


def test_model_at_its_end_of_life_does_not_answer(world: World) -> None:
    """ "Requests to them fail"."""
    world.as_of(year=2026, month=11)

    message = refused("ResourceNotFoundException", world.ask, model_id=HAIKU_ON_DEMAND, question=QUESTION)

    assert "reached the end of its life" in message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"max_tokens": None}, "required key [max_tokens] not found"),
        ({"anthropic_version": None}, "required key [anthropic_version] not found"),
        ({"anthropic_version": "1"}, "anthropic_version: Input should be 'bedrock-2023-05-31'"),
        ({"messages": []}, "at least one message is required"),
        ({"messages": [{"role": "assistant", "content": "a"}]}, 'first message must use the "user" role'),
        ({"messages": [{"role": "user", "content": "a"}] * 2}, 'multiple "user" roles in a row'),
        ({"messages": [{"role": "robot", "content": "a"}]}, "Unexpected role 'robot'"),
        ({"messages": [{"role": "user", "content": 3}]}, "content must be text or a list"),
        ({"max_tokens": 0}, "0 is not greater or equal to 1"),
        ({"max_tokens": "9"}, "expected type: Integer"),
        ({"temperature": 3}, "3 is not between 0 and 1"),
        ({"maxTokens": 3}, "extraneous key [maxTokens] is not permitted"),
    ],
)
def test_malformed_messages_body_is_refused(world: World, changes: dict[str, Any], expected: str) -> None:
    """Bodies are checked as strictly as the real service checks them."""
    messages = [{"role": "user", "content": "a"}]
    valid = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": messages}
    body = {name: value for name, value in {**valid, **changes}.items() if value is not None}

    message = refused("ValidationException", world.runtime.invoke_model, modelId=HAIKU_ON_DEMAND, body=json.dumps(body))

    assert expected in message


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"3"])
def test_body_that_is_no_object_is_refused(world: World, body: bytes) -> None:
    """In the real service's words."""
    message = refused("ValidationException", world.runtime.invoke_model, modelId=HAIKU_ON_DEMAND, body=body)

    assert message == "Malformed input request, please reformat your input and try again."


def test_deployment_answers_in_novas_format(world: World) -> None:
    """Request and response follow messages-v1."""
    arn = world.deployed(world.trained_nova_model(hyperParameters={"epochCount": "2"}))
    request = {
        "schemaVersion": "messages-v1",
        "system": [{"text": "Be brief."}],
        "messages": [{"role": "user", "content": [{"text": QUESTION}]}],
        "inferenceConfig": {"maxTokens": 3},
    }

    refused("ModelNotReadyException", world.runtime.invoke_model, modelId=arn, body=json.dumps(request))
    world.clock.advance(minutes=8)
    answer = json.loads(world.runtime.invoke_model(modelId=arn, body=json.dumps(request))["body"].read())

    message = answer["output"]["message"]
    assert (message["role"], answer["stopReason"]) == ("assistant", "max_tokens")
    assert message["content"][0]["text"] == "[stand-in for Nova Lite, tuned] Amazon Bedrock is"
    assert answer["usage"] == {"inputTokens": 8, "outputTokens": 3, "totalTokens": 11}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"messages": None}, "required key [messages] not found"),
        ({"max_tokens": 3}, "extraneous key [max_tokens] is not permitted"),
        ({"messages": [{"role": "user", "content": "text"}]}, "expected type: JSONArray, found: String"),
        ({"inferenceConfig": {"maxTokens": 0}}, "0 is not greater or equal to 1"),
        ({"inferenceConfig": {"topP": "a"}}, "expected type: Number"),
    ],
)
def test_malformed_nova_body_is_refused(world: World, changes: dict[str, Any], expected: str) -> None:
    """Nova's schema is another one."""
    world.region = "us-east-1"
    valid: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "a"}]}]}
    body = {name: value for name, value in {**valid, **changes}.items() if value is not None}

    message = refused(
        "ValidationException", world.runtime.invoke_model, modelId="amazon.nova-lite-v1:0", body=json.dumps(body)
    )

    assert expected in message


def test_converse_answers_for_every_kind_of_model(world: World, endpoint: str) -> None:
    """One format for base models and endpoints."""
    tuned = converse(world, endpoint, inferenceConfig={"maxTokens": 3}, system=[{"text": "Be brief."}])
    base = converse(world, HAIKU_ON_DEMAND)

    assert tuned["output"]["message"]["content"] == [{"text": "[stand-in for Claude 3 Haiku, tuned] Amazon Bedrock is"}]
    assert (tuned["stopReason"], tuned["usage"]["outputTokens"]) == ("max_tokens", 3)
    assert tuned["usage"]["inputTokens"] == 8
    assert base["stopReason"] == "end_turn"


def test_converse_without_a_user_message_is_refused(world: World) -> None:
    """As by InvokeModel."""
    refused("ValidationException", converse, world=world, model_id=HAIKU_ON_DEMAND, messages=[])


def test_streaming_is_refused_rather_than_answered_by_something_else(world: World) -> None:
    """The embedded AWS says that it does not stream."""
    for stream in (
        lambda: world.runtime.converse_stream(
            modelId=HAIKU_ON_DEMAND, messages=[{"role": "user", "content": [{"text": "a"}]}]
        ),
        lambda: world.runtime.invoke_model_with_response_stream(modelId=HAIKU_ON_DEMAND, body=b"{}"),
    ):
        assert "does not stream" in refused("ValidationException", stream)


def test_encrypted_model_answers_only_who_may_decrypt_it(world: World) -> None:
    """Invoking needs kms:Decrypt on the model's key, and the key must be enabled."""
    world.neighbours.keys[KEY_ARN] = FakeKey(KEY_ARN)
    arn = world.bought(world.trained_model(customModelKmsKeyId=KEY_ARN))
    world.clock.advance(minutes=20)

    assert said(world.ask(arn, QUESTION))
    world.neighbours.denied.add("kms:Decrypt")
    refused("AccessDeniedException", world.ask, model_id=arn, question=QUESTION)
    world.neighbours.denied.clear()
    world.neighbours.keys[KEY_ARN] = FakeKey(KEY_ARN, enabled=False)
    refused("ValidationException", world.ask, model_id=arn, question=QUESTION)
