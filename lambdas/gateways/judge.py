"""Bedrock evaluation jobs: a larger model grades answers that are already there.

Sources: Bedrock User Guide, 'Prepare a dataset for an evaluation job using your own inference response data' and
'Create a model evaluation job using built-in metrics'; Bedrock API reference, CreateEvaluationJob.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

#: What a judge job is told of the task.
TASK_TYPE = "General"
#: The built-in metric that compares an answer with its reference; its result is from 0 to 1.
METRIC = "Builtin.Correctness"
AT_WORK = frozenset({"InProgress", "Stopping"})


class JudgeJobError(FineTuningError):
    """An evaluation job that Bedrock knows by name and that cannot be found."""


@dataclass(frozen=True)
class JudgeJob:
    """What is ordered of an evaluation job.

    Attributes:
        name: lower case; it derives from what is judged, so that no job is ordered twice.
        judge: identifier, or inference profile, of the model that grades.
        source: whose answers they are, as each line of the dataset says.
        dataset_uri: of the lines with prompt, reference and answer.
        output_uri: of the folder for the results.
        role_arn: that Bedrock assumes.
        key_arn: that encrypts the results.
        tags: of the job.
    """

    name: str
    judge: str
    source: str
    dataset_uri: str
    output_uri: str
    role_arn: str
    key_arn: str
    tags: dict[str, str]


class JudgeJobsGateway:
    """Orders evaluation jobs and looks how they are."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def start(self, job: JudgeJob) -> str:
        """Order the job unless it was ordered before; returns its ARN.

        Raises:
            JudgeJobError: a job of that name is there and is not found.
        """
        try:
            return self._bedrock.create_evaluation_job(**_request(job))["jobArn"]
        except ClientError as error:
            if code_of(error) != "ConflictException":
                raise
        for page in self._bedrock.get_paginator("list_evaluation_jobs").paginate(nameContains=job.name):
            for found in page.get("jobSummaries", []):
                if found["jobName"] == job.name:
                    return found["jobArn"]
        raise JudgeJobError(f"Bedrock says that evaluation job {job.name} exists, and does not list it")

    def status(self, arn: str) -> tuple[str, str]:
        """The job's status, and why it failed if it did."""
        found = self._bedrock.get_evaluation_job(jobIdentifier=arn)
        return found["status"], "; ".join(found.get("failureMessages", []))


def _request(job: JudgeJob) -> Any:
    dataset = {"name": "answers", "datasetLocation": {"s3Uri": job.dataset_uri}}
    return {
        "jobName": job.name,
        "clientRequestToken": job.name,
        "roleArn": job.role_arn,
        "customerEncryptionKeyId": job.key_arn,
        "jobTags": [{"key": key, "value": value} for key, value in job.tags.items()],
        "applicationType": "ModelEvaluation",
        "evaluationConfig": {
            "automated": {
                "datasetMetricConfigs": [{"taskType": TASK_TYPE, "dataset": dataset, "metricNames": [METRIC]}],
                "evaluatorModelConfig": {"bedrockEvaluatorModels": [{"modelIdentifier": job.judge}]},
            }
        },
        "inferenceConfig": {"models": [{"precomputedInferenceSource": {"inferenceSourceIdentifier": job.source}}]},
        "outputDataConfig": {"s3Uri": job.output_uri},
    }
