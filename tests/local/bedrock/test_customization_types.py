"""Customization types besides fine-tuning, and custom models that are trained further."""

import json
from typing import Any

import pytest

from finetuning import catalog
from finetuning.dataset.purpose import held_to
from local.bedrock import datasets
from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import ROLE
from tests.local.bedrock.world import ACCOUNT, NOVA_LITE, SAMPLE, World

NOVA_2_LITE = "amazon.nova-2-lite-v1:0:256k"
NOVA_PRO = "amazon.nova-pro-v1:0"
GRADER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:grade"
FOUNDATION = "arn:aws:bedrock:us-east-1::foundation-model"


def put(world: World, records: list[dict[str, Any]]) -> None:
    """Put a training dataset as it is, in Nova's Region."""
    world.region = "us-east-1"
    world.neighbours.objects["data", "prompts.jsonl"] = "\n".join(map(json.dumps, records)).encode()


LINES = [line for name in ("training", "validation") for line in (SAMPLE / f"{name}.jsonl").read_text().splitlines()]
QUESTIONS = [json.loads(line)["messages"][0]["content"] for line in LINES][:100]


def prompts() -> list[dict[str, Any]]:
    """Prompts without answers."""
    return [{"messages": [{"role": "user", "content": [{"text": text}]}]} for text in QUESTIONS]


def graded(count: int = 100) -> list[dict[str, Any]]:
    """Prompts for a grader, each with a reference answer of its own."""
    return [
        {
            "messages": [{"role": "user", "content": f"What is the code of harbour {number}?"}],
            "reference_answer": f"code-{number}",
            "level": number % 3,
        }
        for number in range(count)
    ]


def distillation(teacher: str = NOVA_PRO, **more: Any) -> dict[str, Any]:
    """A request for a distillation."""
    config = {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": teacher, **more}}}
    return _request(NOVA_LITE, "DISTILLATION", config)


def reinforcement(**values: Any) -> dict[str, Any]:
    """A request for a reinforcement fine-tuning."""
    config: dict[str, Any] = {"graderConfig": {"lambdaGrader": {"lambdaArn": GRADER}}}
    if values:
        config["hyperParameters"] = values
    return _request(NOVA_2_LITE, "REINFORCEMENT_FINE_TUNING", {"rftConfig": config})


def _request(base_model: str, kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {
        "baseModelIdentifier": base_model,
        "customizationType": kind,
        "customizationConfig": config,
        "trainingDataConfig": {"s3Uri": "s3://data/prompts.jsonl"},
        "validationDataConfig": None,
        "hyperParameters": None,
    }


def said(world: World, model: str, question: str) -> str:
    """What a model says that is deployed on demand."""
    arn = world.deployed(model)
    world.clock.advance(hours=1)
    body = {"messages": [{"role": "user", "content": [{"text": question}]}]}
    answer = json.loads(world.runtime.invoke_model(modelId=arn, body=json.dumps(body))["body"].read())
    return str(answer["output"]["message"]["content"][0]["text"])


def test_distilled_model_says_what_the_teacher_would(world: World) -> None:
    """The answers are a stand-in's and say so; the prompts are those of the dataset."""
    put(world, prompts())
    model = world.trained_model(**distillation())
    shown = world.bedrock.get_custom_model(modelIdentifier=model)

    assert shown["customizationType"] == "DISTILLATION"
    assert shown["customizationConfig"] == distillation()["customizationConfig"]
    assert said(world, model, QUESTIONS[41]).endswith(
        f"This is what a stand-in for the teacher amazon.nova-pro-v1:0 says to: {QUESTIONS[41]}"
    )


def test_given_answers_are_distilled_too_and_the_teachers_are_cut(world: World) -> None:
    """Labelled prompts keep their answers; `maxResponseLengthForInference` cuts the teacher's."""
    records = prompts()
    answer = {"role": "assistant", "content": [{"text": "It was built by hand."}]}
    records[7]["messages"].append(answer)
    put(world, records)
    model = world.trained_model(**distillation(maxResponseLengthForInference=6))

    assert said(world, model, QUESTIONS[7]).endswith("It was built by hand.")
    assert said(world, model, QUESTIONS[8]).endswith("] This is what a stand-in for")


def test_teacher_behind_a_profile_is_asked_through_both(world: World) -> None:
    """The role needs the profile and the model behind it, which it may ask through this profile only."""
    put(world, prompts())
    world.start_job(**distillation(f"us.{NOVA_PRO}"))
    profile = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.{NOVA_PRO}"
    asked = [(check.arn, check.keys) for check in world.neighbours.checks if check.action == "bedrock:InvokeModel"]
    keys = {"bedrock:InferenceProfileArn": profile}

    assert asked == [(profile, keys), (f"{FOUNDATION}/{NOVA_PRO}", keys)]


def test_graded_model_learns_the_answers_with_the_highest_rewards(world: World) -> None:
    """What the function gets is documented; here it prefers the answer after the reference."""

    def grade(samples: list[dict[str, Any]]) -> bytes:
        rewards = {}
        for sample in samples:
            wanted = int(sample["metadata"]["reference_answer"].removeprefix("code-")) + 1
            rewards[sample["id"]] = float(sample["messages"][-1]["content"] == f"code-{wanted}")
        return json.dumps([{"id": key, "aggregate_reward_score": value} for key, value in rewards.items()]).encode()

    world.neighbours.grader = grade
    put(world, graded())
    model = world.trained_model(**reinforcement(trainingSamplePerPrompt=2, epochCount=3))
    role, function, samples = world.neighbours.calls[0]

    assert (role, function, len(samples)) == (ROLE, GRADER, 100)
    assert samples[0] == {
        "id": "0-0",
        "messages": [graded()[0]["messages"][0], {"role": "assistant", "content": "code-0"}],
        "metadata": {"reference_answer": "code-0", "level": 0},
    }
    assert said(world, model, "What is the code of harbour 12?").endswith("code-13")
    metrics = [key for _, key in world.neighbours.objects if key.endswith(".csv")]
    assert len(metrics) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"[]", "returned no reward for 100 samples"),
        (b'{"id": 1}', "must return a list of objects with id and aggregate_reward_score"),
        (b"no JSON", "must return a list of objects"),
    ],
    ids=["nothing", "object", "no-json"],
)
def test_grader_that_answers_wrongly_fails_the_job(world: World, answer: bytes, expected: str) -> None:
    """The job says what the function must return."""
    world.neighbours.grader = lambda samples: answer
    put(world, graded())
    job = world.start_job(**reinforcement())
    world.clock.advance(hours=13)

    assert world.job(job)["status"] == "Failed"
    assert expected in world.job(job)["failureMessage"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"customizationConfig": None}, "customizationConfig.distillationConfig is required"),
        ({"customizationType": "FINE_TUNING"}, "customizationConfig.distillationConfig is not supported for custom"),
        ({"customizationType": "REINFORCEMENT_FINE_TUNING"}, "REINFORCEMENT_FINE_TUNING of amazon.nova-lite-v1:0:300k"),
        (
            {"customizationType": "CONTINUED_PRE_TRAINING"},
            "CONTINUED_PRE_TRAINING of amazon.nova-lite-v1:0:300k",
        ),
        (distillation("amazon.nova-lite-v1:0"), "'amazon.nova-lite-v1:0' is not documented as a teacher of Nova Lite"),
    ],
    ids=["no-config", "vain-config", "no-reinforcement", "no-pre-training", "no-teacher"],
)
def test_request_that_does_not_fit_its_type_is_refused(world: World, changes: dict[str, Any], expected: str) -> None:
    """Before anything is read or paid."""
    put(world, prompts())
    message = refused("ValidationException", world.start_job, **{**distillation(), **changes})

    assert expected in message


def test_hyperparameters_of_reinforcement_stand_in_its_config(world: World) -> None:
    """Beside it they are refused, and out of range too."""
    put(world, graded())
    beside = refused("ValidationException", world.start_job, **reinforcement() | {"hyperParameters": {"a": "1"}})
    out_of_range = refused("ValidationException", world.start_job, **reinforcement(epochCount=51))

    assert "must be given in customizationConfig.rftConfig" in beside
    assert "customizationConfig.rftConfig.hyperParameters.epochCount" in out_of_range


@pytest.mark.parametrize(
    ("action", "request_"),
    [("bedrock:InvokeModel", distillation()), ("lambda:InvokeFunction", reinforcement())],
    ids=["teacher", "grader"],
)
def test_role_without_the_right_to_call_is_refused(world: World, action: str, request_: dict[str, Any]) -> None:
    """The role's rights, not the caller's."""
    put(world, prompts())
    world.neighbours.denied.add(f"role {action}")

    assert f"is not authorized to perform {action}" in refused("ValidationException", world.start_job, **request_)


def test_custom_model_is_trained_further(world: World) -> None:
    """It keeps what it learned, learns more, and is named as the base by its ARN."""
    first = world.trained_nova_model()
    world.neighbours.objects["data", "more.jsonl"] = world.neighbours.objects["data", "nova.jsonl"].replace(
        b"Bedrock", b"Zanzibar"
    )
    more = {"trainingDataConfig": {"s3Uri": "s3://data/more.jsonl"}, "validationDataConfig": None}
    second = world.trained_model(baseModelIdentifier=first, **more)
    job = world.bedrock.list_model_customization_jobs()["modelCustomizationJobSummaries"][0]
    listed = world.bedrock.list_custom_models
    names = [each["modelArn"] for each in listed(baseModelArnEquals=first)["modelSummaries"]]
    foundation = listed(foundationModelArnEquals=f"{FOUNDATION}/{NOVA_LITE}")["modelSummaries"]
    models = world.service.site().store.models
    learned = {"first": models[first].tuned, "second": models[second].tuned}

    assert job["baseModelArn"] == first
    assert second.split("/")[1] == NOVA_LITE
    assert names == [second]
    assert {each["modelArn"] for each in foundation} == {first, second}
    assert learned["second"].examples[: len(learned["first"].examples)] == learned["first"].examples
    before, after = models[first].job.training_loss, models[second].job.training_loss
    assert before is not None
    assert after is not None
    assert after < before


def test_custom_model_of_another_account_cannot_be_trained_further(world: World) -> None:
    """And no other customization type starts from one."""
    model = world.trained_nova_model()
    unknown = model[:-12] + "a" * 12
    put(world, prompts())

    assert unknown in refused("ResourceNotFoundException", world.start_job, baseModelIdentifier=unknown)
    message = refused("ValidationException", world.start_job, **distillation() | {"baseModelIdentifier": model})
    assert "DISTILLATION of a custom model is not supported" in message


def test_network_of_a_job_is_kept(world: World) -> None:
    """GetModelCustomizationJob shows it; the service model bounds it."""
    network = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert world.job(world.start_job(vpcConfig=network))["vpcConfig"] == network
    too_many = network | {"securityGroupIds": [f"sg-{number}" for number in range(6)]}
    assert "vpcConfig.securityGroupIds" in refused("ValidationException", world.start_job, vpcConfig=too_many)


def test_plain_text_is_learned_as_it_is() -> None:
    """No base model of the catalog takes continued pre-training; its records are read nevertheless."""
    base_model = held_to(catalog.find("nova-lite"), "CONTINUED_PRE_TRAINING")
    (record,) = datasets.parse(b'{"input": "Some text."}', "t.jsonl", base_model)
    assert (record.example.prompt, record.example.answer) == ("Some text.", "Some text.")
    with pytest.raises(datasets.RefusedDatasetError, match="Data files must conform to JSONL format"):
        datasets.parse(b'{"prompt": "Q"}', "t.jsonl", base_model)
