"""Customization jobs and custom models: requests, answers and errors as Bedrock's service model has them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from finetuning.fingerprint import request_token
from finetuning.lifecycle import JobObservation
from finetuning.lifecycle.requests import job_request
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.wanted import training_wanted
from lambdas.gateways.jobs import (
    JobQuotaError,
    JobsGateway,
    ModelInUseError,
    NameTakenError,
    RequestRefusedError,
    RoleNotAssumableError,
)
from tests.contract.service import Answer, Service
from tests.unit.lambdas.story import HAIKU, KEY, NOVA_LITE, ROLE, job_properties
from tests.unit.lifecycle.records import BLANK, claim

NAME = "finetuning-dev-faq-50c51decb8-1"
PREFIX = "arn:aws:bedrock:us-west-2:111122223333"
JOB_ARN = f"{PREFIX}:model-customization-job/{HAIKU}/abcdefghijkl"
MODEL_ARN = f"{PREFIX}:custom-model/{HAIKU}/abcdefghijkl"
BASE_ARN = f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}"
NOW = datetime(2026, 1, 15, tzinfo=UTC)
NOT_FOUND = "ResourceNotFoundException: no such thing"


def gateway(*answers: Answer) -> tuple[JobsGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return JobsGateway(service.client), service


def a_job(**changes: Any) -> dict[str, Any]:
    """GetModelCustomizationJob's answer."""
    return {
        "jobArn": JOB_ARN,
        "jobName": NAME,
        "outputModelName": NAME,
        "roleArn": ROLE,
        "creationTime": NOW,
        "baseModelArn": BASE_ARN,
        "trainingDataConfig": {"s3Uri": "s3://data/training.jsonl"},
        "validationDataConfig": {"validators": []},
        "outputDataConfig": {"s3Uri": "s3://output/faq/"},
        "status": "InProgress",
        **changes,
    }


def a_model(**changes: Any) -> dict[str, Any]:
    """GetCustomModel's answer."""
    return {"modelArn": MODEL_ARN, "modelName": NAME, "creationTime": NOW, **changes}


def a_job_request(**properties: Any) -> dict[str, Any]:
    """The request that the resource and the driver send for these properties."""
    wanted = training_wanted(job_properties(**properties), service_role_arn=ROLE, key_arn=KEY)
    record = want_training(BLANK, claim(1), wanted)
    assert record.training.current is not None
    return job_request(record, record.training.current, "finetuning-dev-output-111122223333")


@pytest.mark.parametrize("properties", [{}, {"BaseModel": NOVA_LITE}, {"ValidationUri": ""}, {"Tags": {}}])
def test_creation_sends_a_valid_request_with_its_own_token(properties: dict[str, Any]) -> None:
    """botocore would invent a token anew for each call (fault B06)."""
    jobs, service = gateway({"jobArn": JOB_ARN})
    request = a_job_request(**properties)
    assert jobs.create(request) == JOB_ARN
    sent = {**request, "clientRequestToken": request_token(request)}
    assert service.call == ("CreateModelCustomizationJob", sent)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("ServiceQuotaExceededException: too many", JobQuotaError),
        ("ValidationException: Could not assume provided IAM role. Check it.", RoleNotAssumableError),
        ("ConflictException: The provided job name is currently in use.", NameTakenError),
        ("ValidationException: The provided model name is currently in use.", NameTakenError),
    ],
)
def test_creation_that_is_refused_says_why(error: str, expected: type[Exception]) -> None:
    """Each reason has its own way out."""
    jobs, _ = gateway(error)
    with pytest.raises(expected, match=error.split(": ", 1)[1]):
        jobs.create(a_job_request())


@pytest.mark.parametrize(
    "error",
    [
        "AccessDeniedException: no",
        "ValidationException: bad data",
        "ConflictException: another conflict",
        "ResourceNotFoundException: no base model",
        "TooManyTagsException: too many",
    ],
)
def test_creation_that_is_refused_for_good_says_what_bedrock_says(error: str) -> None:
    """Nothing was started, and asking again will not help."""
    jobs, _ = gateway(error)
    with pytest.raises(RequestRefusedError) as refusal:
        jobs.create(a_job_request())
    assert str(refusal.value) == error


@pytest.mark.parametrize("error", ["ThrottlingException: slow down", "InternalServerException: sorry"])
def test_creation_whose_outcome_nobody_knows_is_no_refusal(error: str) -> None:
    """It may have taken effect (fault B06)."""
    jobs, service = gateway(error)
    with pytest.raises(service.client.exceptions.ClientError, match=error.split(": ")[0]):
        jobs.create(a_job_request())


def test_running_job_is_found_by_name_without_a_model() -> None:
    """It has no model ARN yet, so no model is asked for."""
    jobs, service = gateway(a_job())
    assert jobs.find(NAME) == JobObservation(JOB_ARN, "InProgress")
    assert service.call == ("GetModelCustomizationJob", {"jobIdentifier": NAME})


@pytest.mark.parametrize(
    ("model", "status"),
    [(a_model(modelStatus="Active"), "Active"), (a_model(modelStatus="Creating"), "Creating"), (a_model(), "Active")],
)
def test_completed_job_is_found_with_the_status_of_its_model(model: dict[str, Any], status: str) -> None:
    """One that has no status is from before there were any."""
    jobs, service = gateway(a_job(status="Completed", outputModelArn=MODEL_ARN), model)
    assert jobs.find(NAME) == JobObservation(JOB_ARN, "Completed", "", MODEL_ARN, status)
    assert service.calls[1] == ("GetCustomModel", {"modelIdentifier": MODEL_ARN})


def test_completed_job_without_its_model_has_no_model_status() -> None:
    """Somebody deleted the model, or it is not there yet."""
    jobs, _ = gateway(a_job(status="Completed", outputModelArn=MODEL_ARN), NOT_FOUND)
    assert jobs.find(NAME) == JobObservation(JOB_ARN, "Completed", "", MODEL_ARN, None)


def test_failed_job_is_found_with_its_message() -> None:
    """Bedrock's own words."""
    jobs, _ = gateway(a_job(status="Failed", failureMessage="bad data"))
    assert jobs.find(NAME) == JobObservation(JOB_ARN, "Failed", "bad data")


def test_unknown_job_is_none() -> None:
    """And not an error."""
    jobs, _ = gateway(NOT_FOUND)
    assert jobs.find(NAME) is None


@pytest.mark.parametrize("error", ["ThrottlingException: slow down", "AccessDeniedException: no"])
def test_look_that_fails_is_not_taken_for_nothing_there(error: str) -> None:
    """Otherwise a throttled look would buy again."""
    jobs, service = gateway(error)
    with pytest.raises(service.client.exceptions.ClientError):
        jobs.find(NAME)
    with pytest.raises(service.client.exceptions.ClientError):
        jobs.model_status(MODEL_ARN)


@pytest.mark.parametrize("answer", [{}, "ConflictException: at rest", NOT_FOUND])
def test_stop_of_a_running_job_is_asked_for_by_its_arn(answer: Answer) -> None:
    """Whatever Bedrock answers by then, it will not run on (faults B12, B13)."""
    jobs, service = gateway(a_job(), answer)
    jobs.stop(NAME)
    assert service.calls[1] == ("StopModelCustomizationJob", {"jobIdentifier": JOB_ARN})


@pytest.mark.parametrize("answer", [NOT_FOUND, a_job(status="Stopping"), a_job(status="Failed")])
def test_stop_of_a_job_that_does_not_run_is_not_asked_for(answer: Answer) -> None:
    """The right to stop is bound to the owner tags, which a job that does not exist has not."""
    jobs, service = gateway(answer)
    jobs.stop(NAME)
    assert service.call == ("GetModelCustomizationJob", {"jobIdentifier": NAME})


def test_stop_that_is_refused_fails() -> None:
    """The Delete must not be answered before the stop is accepted."""
    jobs, service = gateway(a_job(), "AccessDeniedException: no")
    with pytest.raises(service.client.exceptions.ClientError):
        jobs.stop(NAME)


@pytest.mark.parametrize("answer", [{}, NOT_FOUND])
def test_model_is_deleted_or_gone(answer: Answer) -> None:
    """Deleting twice is deleting."""
    jobs, service = gateway(answer)
    jobs.delete_model(MODEL_ARN)
    assert service.call == ("DeleteCustomModel", {"modelIdentifier": MODEL_ARN})


def test_model_in_use_is_not_deleted() -> None:
    """The conflict reaches the driver, which tries again later."""
    jobs, _ = gateway("ConflictException: in use")
    with pytest.raises(ModelInUseError, match="in use"):
        jobs.delete_model(MODEL_ARN)


DENIED = "AccessDeniedException: not authorized"


def test_denied_deletion_of_a_model_that_is_gone_is_done() -> None:
    """IAM is asked before Bedrock looks, and what is gone has no owner tags."""
    jobs, service = gateway(DENIED, NOT_FOUND)
    jobs.delete_model(MODEL_ARN)
    assert [operation for operation, _ in service.calls] == ["DeleteCustomModel", "GetCustomModel"]


@pytest.mark.parametrize(
    "answers", [(DENIED, a_model()), ("ThrottlingException: slow down",), ("ValidationException: no",)]
)
def test_model_that_is_not_deleted_is_not_believed_to_be(answers: tuple[Answer, ...]) -> None:
    """It is stored for money."""
    jobs, service = gateway(*answers)
    with pytest.raises(service.client.exceptions.ClientError):
        jobs.delete_model(MODEL_ARN)


def test_tags_of_a_thing_are_read_by_its_arn() -> None:
    """As a map; none for one that does not exist."""
    jobs, service = gateway({"tags": [{"key": "team", "value": "support"}, {"key": "cost", "value": "1"}]})
    assert jobs.tags(MODEL_ARN) == {"team": "support", "cost": "1"}
    assert service.call == ("ListTagsForResource", {"resourceARN": MODEL_ARN})
    assert gateway({})[0].tags(MODEL_ARN) == {}
    assert gateway(NOT_FOUND)[0].tags(MODEL_ARN) == {}


def test_tags_that_cannot_be_read_are_not_taken_for_none() -> None:
    """What is ours would count as somebody else's, and be bought again."""
    jobs, service = gateway("ThrottlingException: slow down")
    with pytest.raises(service.client.exceptions.ThrottlingException):
        jobs.tags(MODEL_ARN)


@pytest.mark.parametrize(
    ("add", "remove", "operations"),
    [
        ({"b": "2", "a": "1"}, ["old"], ["TagResource", "UntagResource"]),
        ({"a": "1"}, [], ["TagResource"]),
        ({}, ["old", "older"], ["UntagResource"]),
        ({}, [], []),
    ],
)
def test_tags_are_added_and_removed(add: dict[str, str], remove: list[str], operations: list[str]) -> None:
    """What there is nothing of is not asked for: Bedrock refuses empty lists."""
    jobs, service = gateway({})
    jobs.tag(MODEL_ARN, add, remove)
    tags = [{"key": key, "value": add[key]} for key in sorted(add)]
    sent = {
        "TagResource": {"resourceARN": MODEL_ARN, "tags": tags},
        "UntagResource": {"resourceARN": MODEL_ARN, "tagKeys": remove},
    }
    assert service.calls == [(operation, sent[operation]) for operation in operations]
