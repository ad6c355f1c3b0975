"""The details that operators' recovery reads, as Bedrock's service model has them."""

from typing import Any

import pytest

from finetuning.lifecycle.facts import EndpointFacts, JobFacts
from lambdas.gateways.details import DetailsGateway
from tests.contract.service import Answer, Service
from tests.contract.test_endpoints import DEPLOYMENT_ARN, THROUGHPUT_ARN, a_deployment, a_throughput
from tests.contract.test_endpoints import NAME as ENDPOINT_NAME
from tests.contract.test_jobs import BASE_ARN, JOB_ARN, MODEL_ARN, NAME, NOT_FOUND, NOW, a_job, a_model

TAGS = {"tags": [{"key": "team", "value": "ml"}]}
KEY = "arn:aws:kms:us-west-2:111122223333:key/12345678-1234-1234-1234-123456789012"
STARTED_WITH: dict[str, Any] = {
    "roleArn": "arn:aws:iam::111122223333:role/bedrock",
    "trainingDataConfig": {"s3Uri": "s3://data/training.jsonl"},
    "hyperParameters": {"epochCount": "2"},
}


def gateway(*answers: Answer) -> tuple[DetailsGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return DetailsGateway(service.client), service


def operations(service: Service) -> list[str]:
    """What was called."""
    return [operation for operation, _ in service.calls]


def test_completed_job_with_all_that_it_was_started_with() -> None:
    """In the terms of the request that starts one."""
    job = a_job(
        **STARTED_WITH,
        status="Completed",
        outputModelArn=MODEL_ARN,
        outputModelKmsKeyArn=KEY,
        customizationType="FINE_TUNING",
        validationDataConfig={"validators": [{"s3Uri": "s3://data/validation.jsonl"}]},
    )
    details, service = gateway(job, a_model(modelStatus="Active"), TAGS)
    assert details.job(NAME) == JobFacts(
        arn=JOB_ARN,
        name=NAME,
        status="Completed",
        created_at=NOW.timestamp(),
        tags={"team": "ml"},
        settings={
            **STARTED_WITH,
            "baseModelIdentifier": BASE_ARN,
            "customizationType": "FINE_TUNING",
            "customModelKmsKeyId": KEY,
            "validationDataConfig": {"validators": [{"s3Uri": "s3://data/validation.jsonl"}]},
        },
        model_arn=MODEL_ARN,
        model_status="Active",
    )
    assert operations(service) == ["GetModelCustomizationJob", "GetCustomModel", "ListTagsForResource"]


@pytest.mark.parametrize(
    ("changes", "answers", "status"),
    [
        ({}, [TAGS], None),
        ({"outputModelArn": MODEL_ARN}, [NOT_FOUND, TAGS], None),
        ({"outputModelArn": MODEL_ARN}, [a_model(), TAGS], "Active"),
        ({"outputModelArn": MODEL_ARN}, [a_model(modelStatus="Creating"), TAGS], "Creating"),
    ],
)
def test_model_of_a_job(changes: dict[str, Any], answers: list[Answer], status: str | None) -> None:
    """None while there is none, or when somebody deleted it."""
    details, _ = gateway(a_job(**STARTED_WITH | changes), *answers)
    job = details.job(NAME)
    assert job is not None
    assert job.model_status == status
    assert "validationDataConfig" not in job.settings


def test_job_of_a_model() -> None:
    """A custom model knows the job that made it."""
    assert gateway(a_model(jobArn=JOB_ARN))[0].job_of_model(MODEL_ARN) == JOB_ARN
    assert gateway(a_model())[0].job_of_model(MODEL_ARN) == ""
    assert gateway(NOT_FOUND)[0].job_of_model(MODEL_ARN) == ""


@pytest.mark.parametrize(
    ("duration", "commitment"), [(None, "none"), ("OneMonth", "one_month"), ("SixMonths", "six_months")]
)
def test_throughput(duration: str | None, commitment: str) -> None:
    """With what it will serve, and its commitment in our words."""
    committed = {"commitmentDuration": duration, "commitmentExpirationTime": NOW} if duration else {}
    found = a_throughput(modelArn=BASE_ARN, desiredModelUnits=3, **committed)
    details, service = gateway(found, TAGS)
    assert details.endpoint(THROUGHPUT_ARN) == EndpointFacts(
        kind="provisioned",
        arn=THROUGHPUT_ARN,
        name=ENDPOINT_NAME,
        status="InService",
        tags={"team": "ml"},
        model_arn=MODEL_ARN,
        base_model=BASE_ARN,
        model_units=3,
        commitment=commitment,
        committed_until=NOW.timestamp() if duration else 0.0,
        created_at=NOW.timestamp(),
    )
    assert operations(service) == ["GetProvisionedModelThroughput", "ListTagsForResource"]


@pytest.mark.parametrize(("status", "ours"), [("Active", "InService"), ("Creating", "Creating"), ("Failed", "Failed")])
def test_deployment(status: str, ours: str) -> None:
    """Its base model is that of the model that it serves."""
    details, service = gateway(a_deployment(status=status), a_model(baseModelArn=BASE_ARN), TAGS)
    found = details.endpoint(DEPLOYMENT_ARN)
    assert found == EndpointFacts(
        kind="on_demand",
        arn=DEPLOYMENT_ARN,
        name=ENDPOINT_NAME,
        status=ours,
        tags={"team": "ml"},
        model_arn=MODEL_ARN,
        base_model=BASE_ARN,
        created_at=NOW.timestamp(),
    )
    assert operations(service) == ["GetCustomModelDeployment", "GetCustomModel", "ListTagsForResource"]


def test_deployment_of_a_model_that_is_gone_has_no_base_model() -> None:
    """So that it is not taken for what is wanted."""
    found = gateway(a_deployment(), NOT_FOUND, TAGS)[0].endpoint(DEPLOYMENT_ARN)
    assert found is not None
    assert found.base_model == ""


@pytest.mark.parametrize("arn", [THROUGHPUT_ARN, DEPLOYMENT_ARN])
def test_what_is_not_there_is_none(arn: str) -> None:
    """And not an error."""
    details, _ = gateway(NOT_FOUND)
    assert details.endpoint(arn) is None
    assert details.job(JOB_ARN) is None


def test_other_errors_pass_unchanged() -> None:
    """A throttled look is not taken for nothing there."""
    details, service = gateway("ThrottlingException: slow down")
    with pytest.raises(service.client.exceptions.ClientError, match="ThrottlingException"):
        details.job(JOB_ARN)


def test_all_jobs_are_listed_with_their_details() -> None:
    """Those at rest too; one that is gone by then is left out."""
    summary = {"jobArn": JOB_ARN, "baseModelArn": BASE_ARN, "jobName": NAME, "status": "Failed", "creationTime": NOW}
    details, service = gateway(
        {"modelCustomizationJobSummaries": [summary, summary]}, a_job(**STARTED_WITH), TAGS, NOT_FOUND
    )
    assert [job.name for job in details.jobs()] == [NAME]
    assert operations(service)[0] == "ListModelCustomizationJobs"


def test_all_endpoints_are_listed_with_their_details() -> None:
    """Both kinds."""
    throughput = {
        "provisionedModelName": ENDPOINT_NAME,
        "provisionedModelArn": THROUGHPUT_ARN,
        "modelArn": MODEL_ARN,
        "desiredModelArn": MODEL_ARN,
        "foundationModelArn": BASE_ARN,
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "status": "InService",
        "creationTime": NOW,
        "lastModifiedTime": NOW,
    }
    deployment = {
        "customModelDeploymentArn": DEPLOYMENT_ARN,
        "customModelDeploymentName": ENDPOINT_NAME,
        "modelArn": MODEL_ARN,
        "createdAt": NOW,
        "status": "Active",
    }
    details, _ = gateway(
        {"provisionedModelSummaries": [throughput]},
        {"modelDeploymentSummaries": [deployment]},
        a_throughput(),
        TAGS,
        a_deployment(),
        a_model(),
        TAGS,
    )
    assert [endpoint.kind for endpoint in details.endpoints()] == ["provisioned", "on_demand"]
