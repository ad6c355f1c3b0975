"""Step Functions, S3 and Bedrock around an evaluation: executions, saved files, base models, evaluation jobs."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.response import StreamingBody

from lambdas.gateways.answers_store import AnswersStore
from lambdas.gateways.downloads import ObjectDeniedError
from lambdas.gateways.evaluations import EvaluationsGateway
from lambdas.gateways.foundation_models import FoundationModelsGateway
from lambdas.gateways.judge import JudgeJob, JudgeJobError, JudgeJobsGateway
from lambdas.gateways.uploads import ObjectUnwritableError
from tests.contract.service import Answer, Service

NOW = datetime(2026, 1, 15, tzinfo=UTC)
ACCOUNT = "111122223333"
MACHINE = f"arn:aws:states:us-west-2:{ACCOUNT}:stateMachine:finetuning-dev-evaluation"
EXECUTION = MACHINE.replace("stateMachine", "execution") + ":faq-aaaaaaaaaa-1-evaluation-bbbbbbbbbbbbbbbb-1"
KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
JOB_ARN = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:evaluation-job/abcdefghijkl"
EVENT = {"model": "faq", "generation": "aaaaaaaaaa-1", "evaluation": "bbbbbbbbbbbbbbbb", "attempt": "1"}
JOB = JudgeJob(
    name="dev-aaaaaaaaaa-1-bbbbbbbbbbbbbbbb-candidate-1",
    judge="us.amazon.nova-premier-v1:0",
    source="candidate",
    dataset_uri="s3://output/evaluations/faq/aaaaaaaaaa-1/bbbbbbbbbbbbbbbb/judge-1/candidate/dataset.jsonl",
    output_uri="s3://output/evaluations/faq/aaaaaaaaaa-1/bbbbbbbbbbbbbbbb/judge-1/candidate/results/",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/judge",
    key_arn=KEY,
    tags={"finetuning:project": "finetuning"},
)


@pytest.mark.parametrize(
    "answer", [{"executionArn": EXECUTION, "startDate": NOW}, "ExecutionAlreadyExists: Execution Already Exists"]
)
def test_evaluation_is_started_by_name_or_has_been(answer: Answer) -> None:
    """The driver may start it twice: it is one execution."""
    service = Service("stepfunctions", answer)
    EvaluationsGateway(MACHINE, service.client).start("faq-aaaaaaaaaa-1-evaluation-bbbbbbbbbbbbbbbb-1", EVENT)
    operation, sent = service.call
    assert (operation, sent["name"]) == ("StartExecution", "faq-aaaaaaaaaa-1-evaluation-bbbbbbbbbbbbbbbb-1")
    assert sent["input"] == (
        '{"attempt": "1", "evaluation": "bbbbbbbbbbbbbbbb", "generation": "aaaaaaaaaa-1", "model": "faq"}'
    )


def test_evaluation_that_cannot_be_started_is_an_error() -> None:
    """The driver's step fails, and is tried again."""
    service = Service("stepfunctions", "StateMachineDoesNotExist: no")
    with pytest.raises(service.client.exceptions.StateMachineDoesNotExist):
        EvaluationsGateway(MACHINE, service.client).start("faq-1", EVENT)


def store(*answers: Answer) -> tuple[AnswersStore, Service]:
    """The store on a service that answers this."""
    service = Service("s3", *answers)
    return AnswersStore("output", key_arn=KEY, account=ACCOUNT, s3=service.client), service


def test_file_is_written_encrypted_into_our_bucket() -> None:
    """With the environment's key, and into no bucket that somebody else owns by now."""
    gateway, service = store()
    gateway.write("evaluations/faq/x.json", b"{}", "application/json")
    assert service.call == (
        "PutObject",
        {
            "Bucket": "output",
            "Key": "evaluations/faq/x.json",
            "Body": b"{}",
            "ContentType": "application/json",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": KEY,
            "ExpectedBucketOwner": ACCOUNT,
        },
    )


def test_file_that_cannot_be_written_is_told() -> None:
    """An answer that is not saved would be asked for again and again."""
    with pytest.raises(ObjectUnwritableError):
        store("AccessDenied: no")[0].write("evaluations/faq/x.json", b"{}", "application/json")


def test_file_is_read_or_missing_or_denied() -> None:
    """What is missing is asked for; what is denied is a fault of the deployment."""
    content = StreamingBody(io.BytesIO(b"{}"), 2)
    gateway, service = store({"Body": content}, "NoSuchKey: no", "AccessDenied: no")
    assert gateway.read("evaluations/faq/x.json") == b"{}"
    assert service.call[1] == {"Bucket": "output", "Key": "evaluations/faq/x.json", "ExpectedBucketOwner": ACCOUNT}
    assert gateway.read("evaluations/faq/x.json") is None
    with pytest.raises(ObjectDeniedError):
        gateway.read("evaluations/faq/x.json")


def test_files_are_listed_by_the_beginning_of_their_keys() -> None:
    """Bedrock names its results by its own ids."""
    gateway, service = store({"IsTruncated": False, "Contents": [{"Key": "a/1_output.jsonl"}, {"Key": "a/2"}]})
    assert list(gateway.keys("a/")) == ["a/1_output.jsonl", "a/2"]
    assert service.call[1] == {"Bucket": "output", "Prefix": "a/"}


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(["ON_DEMAND"], True), (["PROVISIONED", "ON_DEMAND"], True), (["PROVISIONED"], False), ([], True)],
)
def test_base_model_says_whether_it_is_served_on_demand(kinds: list[str], expected: bool) -> None:
    """Some are served provisioned only; of one that says nothing, asking it tells."""
    details = {
        "modelArn": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
        "modelId": "amazon.nova-lite-v1:0",
        "inferenceTypesSupported": kinds,
    }
    service = Service("bedrock", {"modelDetails": details})
    assert FoundationModelsGateway(service.client).is_on_demand("amazon.nova-lite-v1:0") is expected


def test_base_model_that_is_unknown_here_is_not_served() -> None:
    """Another Region has it, perhaps."""
    service = Service("bedrock", "ResourceNotFoundException: no")
    assert not FoundationModelsGateway(service.client).is_on_demand("amazon.nova-lite-v1:0")


def judge(*answers: Answer) -> tuple[JudgeJobsGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return JudgeJobsGateway(service.client), service


def test_evaluation_job_grades_answers_that_are_there() -> None:
    """A deployment cannot be named in a job, so the job is given the answers themselves."""
    gateway, service = judge({"jobArn": JOB_ARN})
    assert gateway.start(JOB) == JOB_ARN
    operation, sent = service.call
    assert (operation, sent["jobName"], sent["clientRequestToken"]) == ("CreateEvaluationJob", JOB.name, JOB.name)
    assert sent["inferenceConfig"] == {
        "models": [{"precomputedInferenceSource": {"inferenceSourceIdentifier": "candidate"}}]
    }
    (graded,) = sent["evaluationConfig"]["automated"]["datasetMetricConfigs"]
    assert graded["dataset"]["datasetLocation"] == {"s3Uri": JOB.dataset_uri}
    assert graded["metricNames"] == ["Builtin.Correctness"]
    assert sent["customerEncryptionKeyId"] == KEY


def test_evaluation_job_that_was_ordered_before_is_found_by_its_name() -> None:
    """Its ARN was not noted, because whoever ordered it died over that."""
    summary: dict[str, Any] = {
        "jobArn": JOB_ARN,
        "jobName": JOB.name,
        "status": "InProgress",
        "creationTime": NOW,
        "jobType": "Automated",
        "evaluationTaskTypes": ["Generation"],
    }
    gateway, service = judge("ConflictException: exists", {"jobSummaries": [summary]})
    assert gateway.start(JOB) == JOB_ARN
    assert service.calls[1][1]["nameContains"] == JOB.name
    with pytest.raises(JudgeJobError, match="exists, and does not list it"):
        judge("ConflictException: exists", {})[0].start(JOB)


def test_evaluation_job_says_how_it_is_and_why_it_failed() -> None:
    """The messages are Bedrock's own."""
    answer: dict[str, Any] = {
        "jobName": JOB.name,
        "status": "Failed",
        "jobArn": JOB_ARN,
        "roleArn": JOB.role_arn,
        "jobType": "Automated",
        "outputDataConfig": {"s3Uri": JOB.output_uri},
        "creationTime": NOW,
        "failureMessages": ["no access to the judge", "try again"],
        "evaluationConfig": {
            "automated": {
                "datasetMetricConfigs": [
                    {"taskType": "Generation", "dataset": {"name": "answers"}, "metricNames": ["Builtin.Correctness"]}
                ]
            }
        },
        "inferenceConfig": {"models": [{"precomputedInferenceSource": {"inferenceSourceIdentifier": "candidate"}}]},
    }
    gateway, service = judge(answer)
    assert gateway.status(JOB_ARN) == ("Failed", "no access to the judge; try again")
    assert service.call[1] == {"jobIdentifier": JOB_ARN}
