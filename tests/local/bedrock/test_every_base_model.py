"""Every base model of the catalog can be trained, served by each of its serving paths, and asked."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from finetuning import catalog, invocation
from finetuning.base_model import BaseModel
from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import SAMPLE, World, as_conversation, as_messages

#: A day on which every base model of the catalog is active: Llama 3.2 became Legacy on 2026-01-07.
DAY = {"year": 2025, "month": 12, "day": 15}
QUESTION = "What is Amazon Bedrock?"
MODELS = pytest.mark.parametrize("base_model", catalog.base_models(), ids=lambda model: model.name)


def as_pair(record: Mapping[str, Any]) -> dict[str, str]:
    """The last question and answer of a record."""
    question, answer = as_messages(record)["messages"][-2:]
    return {"prompt": question["content"], "completion": answer["content"]}


def records(base_model: BaseModel) -> bytes:
    """The sample in the format that a base model is trained in; all of it, for Llama needs 100 records."""
    as_trained = {
        "anthropic-messages": as_messages,
        "bedrock-conversation-2024": as_conversation,
        "prompt-completion": as_pair,
    }[base_model.data_format]
    lines = [
        line for name in ("training", "validation") for line in (SAMPLE / f"{name}.jsonl").read_text().splitlines()
    ]
    return "\n".join(json.dumps(as_trained(json.loads(line))) for line in lines).encode()


def trained(world: World, base_model: BaseModel) -> str:
    """A custom model of a base model, in a Region in which it can be customized."""
    world.as_of(**DAY)
    world.region = base_model.regions[0]
    world.neighbours.objects["data", "sample.jsonl"] = records(base_model)
    return world.trained_model(
        baseModelIdentifier=base_model.customization_id,
        trainingDataConfig={"s3Uri": "s3://data/sample.jsonl"},
        validationDataConfig=None,
        hyperParameters={"epochCount": "2"} if base_model.hyperparameters_known else None,
    )


def answer(world: World, base_model: BaseModel, model_id: str) -> invocation.Answer:
    """What InvokeModel answers, asked and read as the project does it."""
    body = invocation.request_body(base_model.invocation_format, QUESTION, system="Be brief.")
    response = world.runtime.invoke_model(modelId=model_id, body=json.dumps(body))
    return invocation.read_answer(base_model.invocation_format, json.loads(response["body"].read()))


@MODELS
def test_base_model_is_trained_served_and_asked_in_every_way(world: World, base_model: BaseModel) -> None:
    """The tuned model answers, by InvokeModel in its own format and by Converse; what the catalog lacks is refused."""
    model = trained(world, base_model)
    serve = {"provisioned": world.bought, "on_demand": world.deployed}
    endpoints = [serve[path](model) for path in base_model.serving]
    for path in serve.keys() - base_model.serving.keys():
        assert "not supported" in refused("ValidationException", serve[path], model=model)
    world.clock.advance(minutes=20)

    assert endpoints
    for endpoint in endpoints:
        said = answer(world, base_model, endpoint)
        assert said.text.startswith(f"[stand-in for {base_model.name}, tuned] ")
        assert (said.input_tokens, said.stop_reason in ("end_turn", "stop")) == (8, True)
        messages: Any = [{"role": "user", "content": [{"text": QUESTION}]}]
        conversed = world.runtime.converse(modelId=endpoint, messages=messages)
        assert conversed["output"]["message"]["content"][0]["text"] == said.text
    assert answer(world, base_model, base_model.inference_id).text.startswith(f"[stand-in for {base_model.name}] ")


@MODELS
def test_foundation_model_shows_what_the_catalog_knows(world: World, base_model: BaseModel) -> None:
    """Lifecycle dates and customizations, for every id; the API has no word for reinforcement fine-tuning."""
    world.as_of(**DAY)
    world.region = base_model.regions[0]
    ids = (base_model.customization_id, base_model.inference_id, *base_model.context_variants)

    shown = {name: world.bedrock.get_foundation_model(modelIdentifier=name)["modelDetails"] for name in ids}

    end = base_model.lifecycle.end_of_life
    for details in shown.values():
        assert (details["providerName"], details["modelName"]) == (base_model.provider, base_model.name)
        assert details["modelLifecycle"]["status"] == "ACTIVE"
        found = details["modelLifecycle"].get("endOfLifeTime")
        assert (found and found.date()) == end
    supported = {name: details["customizationsSupported"] for name, details in shown.items()}
    known = [kind for kind in base_model.customization_types if kind != "REINFORCEMENT_FINE_TUNING"]
    assert supported == {name: known if name == base_model.customization_id else [] for name in ids}


def test_unknown_hyperparameters_are_taken_as_they_are(world: World) -> None:
    """Nobody knows what Nova 2 Lite takes, so nothing is refused, and no default is shown."""
    nova_2_lite = catalog.find("nova-2-lite")
    world.as_of(**DAY)
    world.region = "us-east-1"
    world.neighbours.objects["data", "sample.jsonl"] = records(nova_2_lite)
    job = world.start_job(
        baseModelIdentifier=nova_2_lite.customization_id,
        trainingDataConfig={"s3Uri": "s3://data/sample.jsonl"},
        validationDataConfig=None,
        hyperParameters={"epochCount": "1000000", "reasoning": "true"},
    )
    world.clock.advance(hours=13)

    assert world.job(job)["status"] == "Completed"
    assert world.job(job)["hyperParameters"] == {"epochCount": "1000000", "reasoning": "true"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prompt": None}, "required key [prompt] not found"),
        ({"prompt": ["a"]}, "#/prompt: expected type: String, found: list"),
        ({"messages": []}, "extraneous key [messages] is not permitted"),
        ({"max_gen_len": 0}, "0 is not greater or equal to 1"),
        ({"temperature": 2}, "2 is not between 0 and 1"),
    ],
)
def test_malformed_llama_body_is_refused(world: World, changes: dict[str, Any], expected: str) -> None:
    """Llama takes one prompt, and no messages."""
    body = {name: value for name, value in {"prompt": "a", **changes}.items() if value is not None}

    message = refused(
        "ValidationException",
        world.runtime.invoke_model,
        modelId="meta.llama3-1-8b-instruct-v1:0",
        body=json.dumps(body),
    )

    assert expected in message


def test_llama_prompt_without_a_template_is_the_users_words(world: World) -> None:
    """As the real service takes it; the answer says that it was cut."""
    response = world.runtime.invoke_model(
        modelId="meta.llama3-1-8b-instruct-v1:0", body=json.dumps({"prompt": QUESTION, "max_gen_len": 2})
    )
    body = json.loads(response["body"].read())

    assert (body["prompt_token_count"], body["generation_token_count"], body["stop_reason"]) == (5, 2, "length")
    assert body["generation"].startswith("\n\n[stand-in for Llama 3.1 8B] ")
