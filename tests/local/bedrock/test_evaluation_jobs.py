"""Evaluation jobs with a model that grades."""

import json
from typing import Any

import pytest

from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import ROLE
from tests.local.bedrock.world import HAIKU, REGION, World

JUDGE = "amazon.nova-pro-v1:0"
ANSWERS = [
    {
        "prompt": "What is Bedrock?",
        "referenceResponse": "A managed service.",
        "category": "faq",
        "modelResponses": [{"response": "A managed service.", "modelIdentifier": "candidate"}],
    },
    {"prompt": "Why?", "modelResponses": [{"response": "Because.", "modelIdentifier": "candidate"}]},
]
SOURCE = {"precomputedInferenceSource": {"inferenceSourceIdentifier": "candidate"}}


def put(world: World, records: Any, key: str = "answers.jsonl") -> None:
    """Put a dataset into the data bucket."""
    world.neighbours.objects["data", key] = "\n".join(map(json.dumps, records)).encode()


def request(name: str = "nightly", **changes: Any) -> dict[str, Any]:
    """A valid CreateEvaluationJob."""
    dataset = {"name": "answers", "datasetLocation": {"s3Uri": "s3://data/answers.jsonl"}}
    config = {"taskType": "General", "dataset": dataset, "metricNames": ["Builtin.Correctness"]}
    judges = {"bedrockEvaluatorModels": [{"modelIdentifier": JUDGE}]}
    return {
        "jobName": name,
        "roleArn": ROLE,
        "applicationType": "ModelEvaluation",
        "evaluationConfig": {"automated": {"datasetMetricConfigs": [config], "evaluatorModelConfig": judges}},
        "inferenceConfig": {"models": [SOURCE]},
        "outputDataConfig": {"s3Uri": "s3://output/evaluations"},
        **changes,
    }


def automated(**changes: Any) -> dict[str, Any]:
    """The evaluation's configuration with changes in its automated part."""
    return {"automated": {**request()["evaluationConfig"]["automated"], **changes}}


def metrics(*names: str) -> dict[str, Any]:
    """The configuration with other metrics."""
    valid = request()["evaluationConfig"]["automated"]["datasetMetricConfigs"][0]
    return automated(datasetMetricConfigs=[{**valid, "metricNames": list(names)}])


def asked(model: str) -> dict[str, Any]:
    """The configuration that asks a model."""
    return {"models": [{"bedrockModel": {"modelIdentifier": model}}]}


@pytest.fixture
def ready(world: World) -> World:
    """An account with answers to grade."""
    put(world, ANSWERS)
    return world


def results(world: World) -> tuple[str, list[dict[str, Any]]]:
    """Key and lines of the one file of results."""
    found = [(key, body) for (_, key), body in world.neighbours.objects.items() if key.endswith("_output.jsonl")]
    assert len(found) == 1
    return found[0][0], [json.loads(line) for line in found[0][1].splitlines()]


def test_answers_of_a_dataset_are_graded(ready: World) -> None:
    """Where and how the real service writes its results; what has no reference has no score."""
    arn = ready.bedrock.create_evaluation_job(**request(jobTags=[{"key": "a", "value": "b"}]))["jobArn"]
    assert ready.bedrock.get_evaluation_job(jobIdentifier=arn)["status"] == "InProgress"
    ready.clock.advance(minutes=10)
    shown = ready.bedrock.get_evaluation_job(jobIdentifier=arn)
    assert (shown["status"], shown["jobType"], shown.get("failureMessages")) == ("Completed", "Automated", None)
    key, (first, second) = results(ready)
    folder = f"evaluations/nightly/{arn.rsplit('/', 1)[-1]}/models/candidate/taskTypes/General/datasets/answers/"
    assert key.startswith(folder)
    assert ("output", "evaluations/nightly/amazon-bedrock-evaluations-permission-check") in ready.neighbours.objects
    score = first["automatedEvaluationResult"]["scores"][0]
    assert (score["metricName"], score["result"]) == ("Builtin.Correctness", 1.0)
    assert score["evaluatorDetails"][0]["modelIdentifier"] == JUDGE
    assert "stand-in judge" in score["evaluatorDetails"][0]["explanation"]
    assert first["inputRecord"] == {key: ANSWERS[0][key] for key in ("prompt", "referenceResponse", "category")}
    assert first["modelResponses"] == ANSWERS[0]["modelResponses"]
    assert second["automatedEvaluationResult"]["scores"][0]["result"] is None
    assert ready.bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "a", "value": "b"}]


def test_model_behind_a_throughput_is_asked(ready: World) -> None:
    """The tuned one answers from its data."""
    endpoint = ready.bought(ready.trained_model(hyperParameters={"epochCount": "3"}))
    ready.clock.advance(minutes=30)
    reference = "Amazon Bedrock is a fully managed service"
    put(ready, [{"prompt": "What is Amazon Bedrock?", "referenceResponse": reference}])
    ready.bedrock.create_evaluation_job(**request(inferenceConfig=asked(endpoint)))
    ready.clock.advance(minutes=10)
    key, (line,) = results(ready)
    assert f"/models/{endpoint.rsplit('/', 1)[-1]}/" in key
    assert "fully managed service" in line["modelResponses"][0]["response"]
    checked = {check.arn for check in ready.neighbours.checks if check.action == "bedrock:InvokeModel"}
    assert {endpoint, f"arn:aws:bedrock:{REGION}::foundation-model/{JUDGE}"} <= checked


@pytest.mark.parametrize(
    ("changes", "code", "expected"),
    [
        ({"evaluationConfig": metrics("Builtin.Nonsense")}, "ValidationException", "Builtin.Nonsense is not known"),
        ({"evaluationConfig": automated(evaluatorModelConfig=None)}, "ValidationException", "evaluatorModelConfig"),
        ({"inferenceConfig": {"models": [SOURCE, SOURCE]}}, "ValidationException", "one model, received 2"),
        ({"inferenceConfig": asked("arn:aws:bedrock:us-west-2:000000000000:custom-model-deployment/abcdefabcdef")},
         "ValidationException", "regular expression"),
        ({"inferenceConfig": asked("arn:aws:bedrock:us-west-2:000000000000:provisioned-model/abcdefabcdef")},
         "ResourceNotFoundException", "provisioned-model"),
        ({"applicationType": "RagEvaluation"}, "ValidationException", "no people, no retrieval"),
        ({"roleArn": f"{ROLE}-unknown"}, "ValidationException", "Could not assume"),
        ({"jobName": "Nightly"}, "ValidationException", "regular expression"),
        ({"customerEncryptionKeyId": "alias/none"}, "ValidationException", "does not exist"),
    ],
)  # fmt: skip
def test_request_that_cannot_be_is_refused(ready: World, changes: dict[str, Any], code: str, expected: str) -> None:
    """Before anything is spent."""
    parameters = request(**changes)
    models = parameters["evaluationConfig"]["automated"]
    parameters["evaluationConfig"] = {"automated": {key: value for key, value in models.items() if value is not None}}
    assert expected in refused(code, ready.bedrock.create_evaluation_job, **parameters)


def test_role_needs_its_rights(ready: World) -> None:
    """On the judge, on the dataset and on the output."""
    create = ready.bedrock.create_evaluation_job
    ready.neighbours.denied.add("role bedrock:InvokeModel")
    assert "not authorized to perform bedrock:InvokeModel" in refused("ValidationException", create, **request())
    ready.neighbours.denied.clear()
    ready.neighbours.unwritable.add("output")
    assert "cannot write s3://output" in refused("ValidationException", create, **request())
    ready.neighbours.unwritable.clear()
    ready.neighbours.objects.pop(("data", "answers.jsonl"))
    assert "cannot read s3://data/answers.jsonl" in refused("ValidationException", create, **request())
    ready.neighbours.denied.add("iam:PassRole")
    assert "iam:PassRole" in refused("AccessDeniedException", create, **request())


def test_name_and_token_are_used_once(ready: World) -> None:
    """A token brings the same job again, a name is taken for ever."""
    create = ready.bedrock.create_evaluation_job
    first = create(**request(clientRequestToken="token"))["jobArn"]
    assert create(**request(clientRequestToken="token"))["jobArn"] == first
    assert "already in use" in refused("ConflictException", create, **request())
    ready.clock.advance(minutes=10)
    ready.bedrock.batch_delete_evaluation_job(jobIdentifiers=[first])
    assert "already in use" in refused("ConflictException", create, **request())


def test_quota_of_unfinished_jobs(ready: World) -> None:
    """Jobs that have ended do not count."""
    world = World(evaluation_jobs=1)
    put(world, ANSWERS)
    world.bedrock.create_evaluation_job(**request("first"))
    refused("ServiceQuotaExceededException", world.bedrock.create_evaluation_job, **request("second"))
    world.clock.advance(minutes=10)
    world.bedrock.create_evaluation_job(**request("second"))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{"prompt": "a"}], "received []"),
        ([{"prompt": "a", "modelResponses": [{"response": "b", "modelIdentifier": "other"}]}], "received ['other']"),
        ([{"modelResponses": ANSWERS[0]["modelResponses"]}], "Line 1"),
        ([], "0 prompts"),
    ],
)
def test_dataset_that_does_not_fit_fails_the_job(ready: World, records: list[Any], expected: str) -> None:
    """As with the real service, after a while."""
    put(ready, records)
    arn = ready.bedrock.create_evaluation_job(**request())["jobArn"]
    ready.clock.advance(minutes=10)
    shown = ready.bedrock.get_evaluation_job(jobIdentifier=arn)
    assert shown["status"] == "Failed"
    assert expected in shown["failureMessages"][0]


def test_job_is_stopped_listed_and_deleted(ready: World) -> None:
    """A stopped job leaves no results; one under way cannot be deleted."""
    bedrock = ready.bedrock
    arn = bedrock.create_evaluation_job(**request())["jobArn"]
    denied = bedrock.batch_delete_evaluation_job(jobIdentifiers=[arn])
    assert (denied["evaluationJobs"], denied["errors"][0]["code"]) == ([], "ConflictException")
    bedrock.stop_evaluation_job(jobIdentifier=arn)
    refused("ConflictException", bedrock.stop_evaluation_job, jobIdentifier=arn)
    ready.clock.advance(minutes=20)
    (summary,) = bedrock.list_evaluation_jobs(statusEquals="Stopped", nameContains="night")["jobSummaries"]
    assert (summary["jobArn"], summary["evaluationTaskTypes"]) == (arn, ["General"])
    assert not any(key.endswith("_output.jsonl") for _, key in ready.neighbours.objects)
    assert bedrock.batch_delete_evaluation_job(jobIdentifiers=[arn])["evaluationJobs"][0]["jobStatus"] == "Deleting"
    refused("ResourceNotFoundException", bedrock.get_evaluation_job, jobIdentifier=arn)
    assert bedrock.list_evaluation_jobs()["jobSummaries"] == []


def test_base_model_on_demand_is_asked(ready: World) -> None:
    """Also through an inference profile; it knows nothing."""
    put(ready, [{"prompt": "What is Amazon Bedrock?", "referenceResponse": "A service"}])
    for number, model in enumerate((HAIKU.removesuffix(":200k"), f"us.{JUDGE}")):
        ready.bedrock.create_evaluation_job(**request(f"base-{number}", inferenceConfig=asked(model)))
        ready.clock.advance(minutes=10)
        _, (line,) = results(ready)
        assert "stand-in knows nothing" in line["modelResponses"][0]["response"]
        for place in [place for place in ready.neighbours.objects if place[0] == "output"]:
            ready.neighbours.objects.pop(place)
