"""Copies of custom models of other Regions and accounts: what makes a model where nothing is trained.

A copy job has no name of its own: it is found by the name of the model that it makes, which derives from the
generation.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning.fingerprint import request_token
from finetuning.lifecycle import JobObservation
from lambdas.gateways import custom_models
from lambdas.gateways.clients import client, code_of, is_refusal, message_of
from lambdas.gateways.refusals import JobQuotaError, NameTakenError, RequestRefusedError

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


class SourceNotVisibleError(JobQuotaError):
    """The model to copy does not show: it is not shared, or not yet. It is asked for again (fault E01)."""


class CopiesGateway:
    """Model copy jobs. One cannot be stopped (Bedrock API reference): its model is deleted when it is there."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def find(self, model_name: str) -> JobObservation | None:
        """The job that makes a model of this name, with that model's status, or None."""
        pages = self._bedrock.get_paginator("list_model_copy_jobs").paginate(targetModelNameContains=model_name)
        listed = (summary for page in pages for summary in page.get("modelCopyJobSummaries", []))
        job = next((summary for summary in listed if summary.get("targetModelName") == model_name), None)
        if job is None:
            return None
        model_arn = job["targetModelArn"] if job["status"] == "Completed" else ""
        return JobObservation(
            arn=job["jobArn"],
            status=job["status"],
            failure=_explained(job.get("failureMessage", ""), job["sourceModelArn"]),
            model_arn=model_arn,
            model_status=custom_models.status_of(self._bedrock, model_arn) if model_arn else None,
        )

    def create(self, request: Mapping[str, Any]) -> str:
        """Start the copy and return its job's ARN. The same request twice starts one (fault E04).

        The service model declares few errors for this call, so they are told apart by their codes (fault E03).

        Raises:
            NameTakenError: the model's name is in use.
            SourceNotVisibleError: the model to copy does not show here.
            JobQuotaError: no more copies or custom models are allowed at present.
            RequestRefusedError: any other refusal; of every other error nobody knows whether it took effect.
        """
        try:
            return self._bedrock.create_model_copy_job(**request, clientRequestToken=request_token(request))["jobArn"]
        except ClientError as error:
            raise _translated(error, request["sourceModelArn"]) from error

    def tags(self, arn: str) -> dict[str, str]:
        """The tags that a copy job gives to its model: it carries none itself."""
        try:
            listed = self._bedrock.get_model_copy_job(jobArn=arn).get("targetModelTags", [])
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return {}
            raise
        return {tag["key"]: tag["value"] for tag in listed}


def _translated(error: ClientError, source: str) -> Exception:
    code, message = code_of(error), message_of(error)
    if code == "ResourceNotFoundException":
        return SourceNotVisibleError(
            f"{message}; {source} does not show here. If its owner has shared it (AWS RAM, both accounts in one "
            "organization), it will; else share it: docs/promotion.md"
        )
    if code in {"ServiceQuotaExceededException", "TooManyRequestsException"}:
        return JobQuotaError(message)
    if code in {"ConflictException", "ValidationException"} and "currently in use" in message:
        return NameTakenError(message)
    return RequestRefusedError(_explained(f"{code}: {message}", source)) if is_refusal(error) else error


def _explained(message: str, source: str) -> str:
    """The message, and if it is about a key, whose policy lacks what for whom (fault E02).

    Source: Bedrock User Guide, 'Fulfill prerequisites to copy models' and 'Encryption of custom models'.
    """
    if "kms" not in message.lower():
        return message
    return (
        f"{message}; the policy of the key that encrypts {source} must allow kms:Decrypt to this account (its "
        "Principal), and the one of this environment's key kms:CreateGrant, kms:Decrypt, kms:DescribeKey and "
        "kms:GenerateDataKey to the driver's role"
    )
