"""Customization jobs and custom models in Bedrock."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from finetuning.fingerprint import request_token
from finetuning.lifecycle import JobObservation
from lambdas.gateways import custom_models, tagging
from lambdas.gateways.clients import client, code_of, is_gone, is_refusal, message_of
from lambdas.gateways.copies import CopiesGateway
from lambdas.gateways.refusals import JobQuotaError, NameTakenError, RequestRefusedError, RoleNotAssumableError

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

__all__ = [
    "JobQuotaError",
    "JobsGateway",
    "ModelInUseError",
    "NameTakenError",
    "RequestRefusedError",
    "RoleNotAssumableError",
]

#: Text of the ValidationException that Bedrock answers while a new role propagates, and for ever if it is wrong.
#: Source: terraform-provider-aws, custom_model.go, which retries on exactly this text.
ROLE_NOT_ASSUMABLE = "Could not assume provided IAM role"


#: Source: Bedrock User Guide, 'Create a service role for model customization', trust relationship.
TRUST = (
    "check that the role's trust policy lets bedrock.amazonaws.com assume it, with this account as aws:SourceAccount "
    "and its customization jobs as aws:SourceArn"
)


class ModelInUseError(FineTuningError):
    """The custom model cannot be deleted now, because something uses it."""


class JobsGateway:
    """Customization jobs and the models that they make, found by name: names derive from the generation."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    @property
    def copies(self) -> CopiesGateway:
        """What makes models by copying them."""
        return CopiesGateway(self._bedrock)

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name with its model's status, or None."""
        try:
            job = self._bedrock.get_model_customization_job(jobIdentifier=job_name)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        model_arn = job.get("outputModelArn", "")
        return JobObservation(
            arn=job["jobArn"],
            status=job.get("status", ""),
            failure=job.get("failureMessage", ""),
            model_arn=model_arn,
            model_status=self.model_status(model_arn) if model_arn else None,
        )

    def create(self, request: Mapping[str, Any]) -> str:
        """Start the job and return its ARN. The same request twice starts one job (fault B06).

        Raises:
            NameTakenError: the job or model name is in use.
            JobQuotaError: no more jobs are allowed at present.
            RoleNotAssumableError: Bedrock cannot assume the service role.
            RequestRefusedError: any other refusal; of every other error nobody knows whether it took effect.
        """
        try:
            return self._bedrock.create_model_customization_job(**request, clientRequestToken=request_token(request))[
                "jobArn"
            ]
        except ClientError as error:
            raise _translated(error) from error

    def stop(self, job_name: str) -> None:
        """Ask a running job to stop; one that is at rest or unknown is left as it is (faults B12, B13).

        It is looked for first, because our right to stop is bound to the owner tags: for a job that does not exist
        the answer would be AccessDenied, not ResourceNotFound.
        """
        job = self.find(job_name)
        if job is None or job.status != "InProgress":
            return
        try:
            self._bedrock.stop_model_customization_job(jobIdentifier=job.arn)
        except ClientError as error:
            if code_of(error) not in {"ConflictException", "ResourceNotFoundException"}:
                raise

    def model_status(self, model_arn: str) -> str | None:
        """`Creating`, `Active` or `Failed`, or None when there is no such model."""
        return custom_models.status_of(self._bedrock, model_arn)

    def delete_model(self, model_arn: str) -> None:
        """Delete a custom model; one that is gone already is fine.

        Raises:
            ModelInUseError: Bedrock does not delete it now.
        """
        try:
            self._bedrock.delete_custom_model(modelIdentifier=model_arn)
        except ClientError as error:
            if code_of(error) == "ConflictException":
                raise ModelInUseError(message_of(error)) from error
            if not is_gone(error, lambda: self.model_status(model_arn) is None):
                raise

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a job or a custom model; none for one that does not exist."""
        return tagging.tags_of(self._bedrock, arn)

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change the tags of a job or a custom model."""
        tagging.change(self._bedrock, arn, add, remove)


def _translated(error: ClientError) -> Exception:
    code, message = code_of(error), message_of(error)
    if code == "ServiceQuotaExceededException":
        return JobQuotaError(message)
    if code == "ValidationException" and ROLE_NOT_ASSUMABLE in message:
        return RoleNotAssumableError(f"{message}; {TRUST}")
    # Undocumented which of the two codes a taken name gets; the text is the one that Airflow's operator looks for.
    if code in {"ConflictException", "ValidationException"} and "currently in use" in message:
        return NameTakenError(message)
    return RequestRefusedError(f"{code}: {message}") if is_refusal(error) else error
