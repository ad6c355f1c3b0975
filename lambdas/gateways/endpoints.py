"""The two kinds of endpoint behind one interface: provisioned throughput and custom model deployments.

Both are found by name, keep their ARN when their model is swapped, and are told apart by `serving`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from finetuning.fingerprint import request_token
from finetuning.lifecycle import EndpointGeneration, EndpointObservation
from finetuning.lifecycle.observation import IN_SERVICE
from lambdas.gateways.clients import client, code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


class PurchaseRefusedError(FineTuningError):
    """Bedrock will not sell this endpoint until somebody changes something, such as a quota."""


@dataclass(frozen=True)
class EndpointOrder:
    """What to buy: an endpoint generation, the custom model it starts with, and its tags in Bedrock's form."""

    endpoint: EndpointGeneration
    model_arn: str
    tags: list[dict[str, str]]


class EndpointGateway(Protocol):
    """What the driver needs of either kind of endpoint."""

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name, or None."""

    def create(self, order: EndpointOrder) -> str:
        """Buy it and return its ARN; the same order twice buys one. Raises PurchaseRefusedError."""

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model of the same base model under the same ARN."""

    def delete(self, arn: str) -> None:
        """Delete it; one that is gone already is fine."""


class ProvisionedThroughputGateway:
    """Provisioned throughput: billed by the hour from creation to deletion."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def find(self, name: str) -> EndpointObservation | None:
        """The throughput of this name, or None; while it is updating, with the model that it will serve.

        The desired model differs from the served one until an update is done (Bedrock API reference,
        GetProvisionedModelThroughput), so one that says `InService` with both different is not there yet.
        """
        try:
            found = self._bedrock.get_provisioned_model_throughput(provisionedModelId=name)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        status, desired, failure = str(found["status"]), found["desiredModelArn"], found.get("failureMessage", "")
        unfinished = status == IN_SERVICE and desired != found["modelArn"]
        refused = unfinished and bool(failure)
        return EndpointObservation(
            arn=found["provisionedModelArn"],
            status="Updating" if unfinished and not refused else status,
            model_arn=found["modelArn"] if refused else desired,
            failure=failure,
            refused_model_arn=desired if refused else "",
        )

    def create(self, order: EndpointOrder) -> str:
        """Buy model units for the custom model, without commitment.

        Raises:
            PurchaseRefusedError: the quota of model units does not allow it (by default it is zero, fault C07).
        """
        request = {
            "provisionedModelName": order.endpoint.name,
            "modelId": order.model_arn,
            "modelUnits": order.endpoint.model_units,
            "tags": order.tags,
        }
        try:
            return self._bedrock.create_provisioned_model_throughput(
                **request,  # type: ignore[arg-type]  # the request is built once so that the token covers all of it
                clientRequestToken=request_token(request),
            )["provisionedModelArn"]
        except ClientError as error:
            raise _translated(error) from error

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model of the same base model; the ARN and the price stay (fault C08)."""
        self._bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=model_arn)

    def delete(self, arn: str) -> None:
        """Delete it, which ends its bill."""
        try:
            self._bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise


class DeploymentGateway:
    """Custom model deployments: on demand, billed by the token, nothing while idle."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def find(self, name: str) -> EndpointObservation | None:
        """The deployment of this name, or None; while it is updating, with the model that it will serve."""
        try:
            found = self._bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=name)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        update = found.get("updateDetails")
        update_status = update["updateStatus"] if update is not None else ""
        status = "Updating" if update_status == "Updating" else found["status"]
        return EndpointObservation(
            arn=found["customModelDeploymentArn"],
            status=IN_SERVICE if status == "Active" else status,
            model_arn=update["modelArn"] if update is not None and status == "Updating" else found["modelArn"],
            failure=found.get("failureMessage", ""),
            refused_model_arn=update["modelArn"] if update is not None and update_status == "UpdateFailed" else "",
        )

    def create(self, order: EndpointOrder) -> str:
        """Deploy the custom model.

        Raises:
            PurchaseRefusedError: the quota of deployments does not allow it.
        """
        request = {
            "modelDeploymentName": order.endpoint.name,
            "modelArn": order.model_arn,
            "tags": order.tags,
        }
        try:
            return self._bedrock.create_custom_model_deployment(
                **request,  # type: ignore[arg-type]  # the request is built once so that the token covers all of it
                clientRequestToken=request_token(request),
            )["customModelDeploymentArn"]
        except ClientError as error:
            raise _translated(error) from error

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model under the same ARN."""
        self._bedrock.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=model_arn)

    def delete(self, arn: str) -> None:
        """Delete it."""
        try:
            self._bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier=arn)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise


def _translated(error: ClientError) -> Exception:
    if code_of(error) == "ServiceQuotaExceededException":
        return PurchaseRefusedError(
            f"{message_of(error)} Request a quota increase in Service Quotas (service Amazon Bedrock), then run "
            "'python -m ops retry'"
        )
    return error
