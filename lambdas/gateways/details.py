"""What was ordered: the details of jobs, custom models and endpoints that only operators' recovery reads."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning.lifecycle.facts import EndpointFacts, JobFacts
from lambdas.gateways import tagging
from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

#: Bedrock's words for commitments, and ours. Source: Bedrock API reference, GetProvisionedModelThroughput.
_COMMITMENTS = {"": "none", "OneMonth": "one_month", "SixMonths": "six_months"}


class DetailsGateway:
    """Reads; nothing is changed here."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def job(self, identifier: str) -> JobFacts | None:
        """The job of this name or ARN with its model, or None."""
        job = self._found(self._bedrock.get_model_customization_job, jobIdentifier=identifier)
        if job is None:
            return None
        model_arn = job.get("outputModelArn", "")
        model = self._found(self._bedrock.get_custom_model, modelIdentifier=model_arn) if model_arn else None
        return JobFacts(
            arn=job["jobArn"],
            name=job["jobName"],
            status=job.get("status", ""),
            created_at=job["creationTime"].timestamp(),
            tags=tagging.tags_of(self._bedrock, job["jobArn"]),
            settings=_settings(job),
            model_arn=model_arn,
            model_status=None if model is None else model.get("modelStatus", "Active"),
        )

    def job_of_model(self, model_arn: str) -> str:
        """ARN of the job that made this custom model; "" if there is no such model or no such job."""
        model = self._found(self._bedrock.get_custom_model, modelIdentifier=model_arn) or {}
        return str(model.get("jobArn", ""))

    def endpoint(self, arn: str) -> EndpointFacts | None:
        """The provisioned throughput or custom model deployment of this ARN, or None."""
        if ":custom-model-deployment/" in arn:
            return self._deployment(arn)
        return self._throughput(arn)

    def jobs(self) -> Iterator[JobFacts]:
        """Every customization job of the account and Region, at rest or not: Bedrock keeps them for ever."""
        for summary in self._listed("list_model_customization_jobs", "modelCustomizationJobSummaries"):
            job = self.job(summary["jobArn"])
            if job is not None:
                yield job

    def endpoints(self) -> Iterator[EndpointFacts]:
        """Every provisioned throughput and custom model deployment of the account and Region."""
        throughputs = self._listed("list_provisioned_model_throughputs", "provisionedModelSummaries")
        deployments = self._listed("list_custom_model_deployments", "modelDeploymentSummaries")
        arns = [
            *(summary["provisionedModelArn"] for summary in throughputs),
            *(summary["customModelDeploymentArn"] for summary in deployments),
        ]
        found = (self.endpoint(arn) for arn in arns)
        return (endpoint for endpoint in found if endpoint is not None)

    def _throughput(self, arn: str) -> EndpointFacts | None:
        found = self._found(self._bedrock.get_provisioned_model_throughput, provisionedModelId=arn)
        if found is None:
            return None
        ends = found.get("commitmentExpirationTime")
        return EndpointFacts(
            kind="provisioned",
            arn=found["provisionedModelArn"],
            name=found["provisionedModelName"],
            status=found["status"],
            tags=tagging.tags_of(self._bedrock, arn),
            model_arn=found["desiredModelArn"],
            base_model=found["foundationModelArn"],
            model_units=found["desiredModelUnits"],
            commitment=_COMMITMENTS.get(found.get("commitmentDuration", ""), found.get("commitmentDuration", "")),
            committed_until=ends.timestamp() if ends else 0.0,
            created_at=found["creationTime"].timestamp(),
        )

    def _deployment(self, arn: str) -> EndpointFacts | None:
        found = self._found(self._bedrock.get_custom_model_deployment, customModelDeploymentIdentifier=arn)
        if found is None:
            return None
        model = self._found(self._bedrock.get_custom_model, modelIdentifier=found["modelArn"]) or {}
        return EndpointFacts(
            kind="on_demand",
            arn=found["customModelDeploymentArn"],
            name=found["modelDeploymentName"],
            status="InService" if found["status"] == "Active" else found["status"],
            tags=tagging.tags_of(self._bedrock, arn),
            model_arn=found["modelArn"],
            base_model=str(model.get("baseModelArn", "")),
            created_at=found["createdAt"].timestamp(),
        )

    def _listed(self, operation: Any, key: str) -> Iterator[dict[str, Any]]:
        for page in self._bedrock.get_paginator(operation).paginate():
            yield from page.get(key, [])

    def _found(self, operation: Callable[..., Any], **identifier: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = operation(**identifier)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        return found


def _settings(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the job was started with, in CreateModelCustomizationJob's terms; see `record.TrainingGeneration`."""
    settings = {
        "roleArn": job["roleArn"],
        "baseModelIdentifier": job["baseModelArn"],
        "customizationType": job.get("customizationType", "FINE_TUNING"),
        "customModelKmsKeyId": job.get("outputModelKmsKeyArn", ""),
        "trainingDataConfig": {"s3Uri": job["trainingDataConfig"].get("s3Uri", "")},
        "hyperParameters": dict(job.get("hyperParameters", {})),
    }
    settings |= {name: job[name] for name in ("customizationConfig", "vpcConfig") if job.get(name)}
    validators = [{"s3Uri": v["s3Uri"]} for v in job.get("validationDataConfig", {}).get("validators", [])]
    return {**settings, "validationDataConfig": {"validators": validators}} if validators else settings
