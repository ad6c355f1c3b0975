"""Jobs of each customization type: requests as Bedrock's service model has them, from the configured values on."""

import json
from typing import Any

import pytest

from finetuning import catalog, customization, rewards
from tests.contract.service import Service
from tests.contract.shapes import problems
from tests.contract.test_jobs import JOB_ARN, a_job_request, gateway

LITE, LITE_2 = catalog.find("nova-lite"), catalog.find("nova-2-lite")
ACCOUNT, GRADER = "111122223333", "arn:aws:lambda:us-east-1:111122223333:function:grade:live"
CUSTOM_MODEL = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:custom-model/{LITE.customization_id}/abcdefghijkl"
ALL_HYPERPARAMETERS = {
    "epochCount": 50,
    "batchSize": 512,
    "learningRate": 1e-7,
    "maxPromptLength": 4096,
    "trainingSamplePerPrompt": 16,
    "inferenceMaxTokens": 2048,
    "reasoningEffort": "high",
    "evalInterval": 100,
}


def asked(kind: str, base_model: catalog.BaseModel, values: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """The properties of the job resource that a configuration makes."""
    given = {"teacher": None, "reward": None, **sections}
    config = customization.config(kind, **given, hyperparameters=values)
    return {
        "BaseModel": base_model.customization_id,
        "CustomizationType": kind,
        "Hyperparameters": customization.job_hyperparameters(kind, base_model, values),
        **({"CustomizationConfig": json.dumps(config)} if config else {}),
    }


TEACHER = {"model": "us.amazon.nova-pro-v1:0", "max_response_tokens": 1000}
REQUESTS = {
    "distillation": asked("DISTILLATION", LITE, {}, teacher=TEACHER),
    "distillation-unchecked": asked("DISTILLATION", LITE, {"epochCount": 2}, teacher=TEACHER),
    "reinforcement": asked("REINFORCEMENT_FINE_TUNING", LITE_2, {}, reward={"function_arn": GRADER}),
    "reinforcement-all": asked(
        "REINFORCEMENT_FINE_TUNING", LITE_2, ALL_HYPERPARAMETERS, reward={"function_arn": GRADER}
    ),
    "custom-model": asked("FINE_TUNING", LITE, {"epochCount": 2}) | {"BaseModel": CUSTOM_MODEL},
    "pre-training": asked("CONTINUED_PRE_TRAINING", LITE, {"epochCount": 2}),
}


@pytest.mark.parametrize("properties", REQUESTS.values(), ids=REQUESTS)
def test_request_of_a_type_is_one_that_bedrock_knows(properties: dict[str, Any]) -> None:
    """Names, types, patterns and ranges are checked against the service model."""
    jobs, service = gateway({"jobArn": JOB_ARN})
    jobs.create(a_job_request(**properties))
    _, sent = service.call
    assert sent["customizationType"] == properties["CustomizationType"]
    assert sent["baseModelIdentifier"] == properties["BaseModel"]
    assert sent.get("customizationConfig") == json.loads(properties.get("CustomizationConfig", "null"))


def test_every_documented_hyperparameter_of_reinforcement_is_known_here() -> None:
    """A new one in the service model is seen by this test."""
    model = Service("bedrock").client.meta.service_model
    shape = model.shape_for("RFTHyperParameters")
    assert set(shape.members) == set(ALL_HYPERPARAMETERS)
    assert list(problems(ALL_HYPERPARAMETERS, shape, "hyperParameters")) == []


@pytest.mark.parametrize("name", ["epochCount", "batchSize", "learningRate", "trainingSamplePerPrompt", "evalInterval"])
def test_ranges_of_reinforcement_are_those_of_the_service_model(name: str) -> None:
    """What is refused at synth is what Bedrock would refuse, and nothing else."""
    member = Service("bedrock").client.meta.service_model.shape_for("RFTHyperParameters").members[name]
    for bound, step in (("min", -1), ("max", 1)):
        limit = member.metadata[bound]
        beyond = limit + step * (limit / 2 if isinstance(limit, float) else 1)
        found = [list(rewards.hyperparameter_problems({name: value}, "h")) for value in (limit, beyond)]
        assert [bool(each) for each in found] == [False, True]
