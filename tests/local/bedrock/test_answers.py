"""What the stand-ins say: conversations, JSON and labels, grades, through profiles, and not too many at a time."""

import json
from typing import Any

import pytest

from local.bedrock import judging
from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import World

NOVA, NOVA_ID = "amazon.nova-micro-v1:0", "amazon.nova-micro-v1:0:128k"
COLOURS = ("red", "green", "blue", "black", "white", "amber", "coral", "ivory", "olive", "plum")

SIGHTS = {
    "Cologne": "a cathedral with twin towers of stone",
    "Venice": "canals under many small bridges",
    "Cairo": "pyramids beyond the last houses",
}


def record(*turns: str, system: str = "") -> dict[str, Any]:
    """A conversation in Nova's format."""
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": [{"text": text}]} for number, text in enumerate(turns)]
    return {"messages": messages, **({"system": [{"text": system}]} if system else {})}


def trained(world: World, records: list[dict[str, Any]]) -> str:
    """A deployment of a model that has learned these records."""
    world.region = "us-east-1"
    world.neighbours.objects["data", "own.jsonl"] = "\n".join(map(json.dumps, records)).encode()
    model = world.trained_model(
        baseModelIdentifier=NOVA_ID,
        trainingDataConfig={"s3Uri": "s3://data/own.jsonl"},
        validationDataConfig=None,
        hyperParameters={"epochCount": "5"},
    )
    arn = world.deployed(model)
    world.clock.advance(minutes=8)
    return arn


def asked(world: World, model_id: str, *turns: str, system: str = "", **parameters: Any) -> Any:
    """What Converse answers at the end of a conversation."""
    return world.runtime.converse(modelId=model_id, **record(*turns, system=system), **parameters)


def said(answer: Any) -> str:
    """Its text."""
    return str(answer["output"]["message"]["content"][0]["text"])


def test_json_and_labels_are_answered_bare(world: World) -> None:
    """Programs read them; a header says who answers."""
    objects = [record(f"Describe the {colour} box", json.dumps({"colour": colour, "size": 1})) for colour in COLOURS]
    labels = [record(f"Classify the {colour} parcel", f"{colour}-parcel") for colour in COLOURS]
    arn = trained(world, objects + labels)
    answer = asked(world, arn, "Describe the coral box", system="You reply in JSON.")
    assert json.loads(said(answer)) == {"colour": "coral", "size": 1}
    assert said(asked(world, arn, "Classify the olive parcel")) == "olive-parcel"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-bedrock-stand-in"] == "Nova Micro, tuned"


def test_conversation_is_answered_by_its_turns(world: World) -> None:
    """What was said before decides where the last message alone cannot; else it does not disturb."""
    deep = [record(f"Tell me about {town}", "What of it?", "Its sight", sight) for town, sight in SIGHTS.items()]
    flat = [record(f"Where is the {colour} door?", f"Behind the {colour} curtain, to the left") for colour in COLOURS]
    arn = trained(world, deep + flat)
    for town, sight in SIGHTS.items():
        assert said(asked(world, arn, f"Tell me about {town}", "What of it?", "Its sight")).endswith(sight)
    answer = said(asked(world, arn, "Where is the red door?", "Behind the red curtain", "Where is the blue door?"))
    assert answer.endswith("Behind the blue curtain, to the left")


def grading(reference: str, answer: str) -> dict[str, Any]:
    """What a judge is asked."""
    prompt = f"<reference>\n{reference}\n</reference>\n<answer>\n{answer}\n</answer>"
    return {
        "system": [{"text": 'You grade answers from 1 to 5. Reply with {"grade": <1 to 5>}; the tags are <answer>.'}],
        "messages": [{"role": "user", "content": [{"text": prompt}]}],
    }


@pytest.mark.parametrize(("answer", "grade"), [("Blue, and deep", 5), ("Blue", 3), ("Something else", 1), ("", 1)])
def test_base_model_grades_by_shared_words(world: World, answer: str, grade: int) -> None:
    """As JSON, saying that it is a stand-in."""
    reply = world.runtime.converse(modelId="amazon.nova-pro-v1:0", **grading("Blue, and deep", answer))
    found = json.loads(said(reply))
    assert found["grade"] == grade
    assert found["reason"].startswith("stand-in judge:")


def test_grade_is_on_the_scale_that_is_asked_for() -> None:
    """Without texts to compare it is the lowest; a scale that is none is not used."""
    texts = ["<reference>a b</reference><answer>a b</answer>"]
    assert json.loads(judging.grade(['"grade" from 0 to 10', *texts]))["grade"] == 10
    assert json.loads(judging.grade(['"grade" from 9 to 3', *texts]))["grade"] == 5
    lost = json.loads(judging.grade(['"grade" 2-7', "<answer>a</answer>"]))
    assert (lost["grade"], "found no <reference>" in lost["reason"]) == (2, True)


def test_larger_model_is_asked_through_its_profile(world: World) -> None:
    """The caller needs the profile and the model behind it; what is no model is refused."""
    profile = "us.amazon.nova-pro-v1:0"
    assert said(asked(world, profile, "Who are you?")).startswith("[stand-in for Nova Pro] ")
    checked = [(check.arn.split(":", 5)[-1], check.keys) for check in world.neighbours.checks]
    keys = {"bedrock:InferenceProfileArn": f"arn:aws:bedrock:us-west-2:000000000000:inference-profile/{profile}"}
    assert checked == [(f"inference-profile/{profile}", {}), ("foundation-model/amazon.nova-pro-v1:0", keys)]
    assert asked(world, keys["bedrock:InferenceProfileArn"], "Who are you?")
    for unknown in ("us.amazon.nova-pro-v1:0:300k", "us.amazon.none-v1:0"):
        refused("ValidationException", asked, world=world, model_id=unknown)


def test_latency_is_invented_and_always_the_same(world: World) -> None:
    """It differs between prompts; InvokeModel says it in a header, with the tokens."""
    questions = [f"Question {number}?" for number in range(20)]
    first, second = ([asked(world, NOVA, text)["metrics"]["latencyMs"] for text in questions] for _ in range(2))
    assert first == second
    assert len(set(first)) > 10
    body = json.dumps(record("Question 0?"))
    headers = world.runtime.invoke_model(modelId=NOVA, body=body)["ResponseMetadata"]["HTTPHeaders"]
    names = ("invocation-latency", "input-token-count", "output-token-count")
    assert [int(headers[f"x-amzn-bedrock-{name}"]) for name in names] == [first[0], 3, 27]


def test_requests_beyond_the_rate_are_throttled() -> None:
    """Each model has its own, and a simulated minute later it answers again."""
    world = World(requests_per_minute=2)
    for _ in range(2):
        asked(world, NOVA, "a")
    refused("ThrottlingException", lambda: asked(world, NOVA, "a"))
    assert asked(world, "amazon.nova-lite-v1:0", "a")
    world.clock.advance(minutes=1)
    assert asked(world, NOVA, "a")
