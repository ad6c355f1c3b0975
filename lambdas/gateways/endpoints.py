"""The two kinds of endpoint behind one interface: provisioned throughput and custom model deployments.

Both are found by name, keep their ARN when their model is swapped, and are told apart by `serving`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from finetuning.fingerprint import request_token
from finetuning.lifecycle import EndpointGeneration, EndpointObservation
from finetuning.lifecycle.observation import FAILED, IN_SERVICE
from lambdas.gateways import tagging
from lambdas.gateways.clients import client, code_of, is_gone, is_refusal, message_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

#: Bedrock's names of the terms. Source: Bedrock API reference, CreateProvisionedModelThroughput.
_COMMITMENTS = {"one_month": "OneMonth", "six_months": "SixMonths"}


class PurchaseRefusedError(FineTuningError):
    """Bedrock will not sell this endpoint until somebody changes something, such as a quota."""


class EndpointBusyError(FineTuningError):
    """The endpoint cannot be changed or deleted now: it is being created or updated, or inside a commitment."""


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
        """Serve another custom model of the same base model under the same ARN. Raises EndpointBusyError."""

    def delete(self, arn: str) -> None:
        """Delete it; one that is gone already is fine. Raises EndpointBusyError."""

    def tags(self, arn: str) -> dict[str, str]:
        """Its tags."""

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change its tags."""

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of the endpoints of this kind, anybody's, that serve this custom model or are about to."""


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
        term_ends = found.get("commitmentExpirationTime")
        return EndpointObservation(
            arn=found["provisionedModelArn"],
            status="Updating" if unfinished and not refused else status,
            model_arn=found["modelArn"] if refused else desired,
            failure=failure,
            refused_model_arn=desired if refused else "",
            committed_until=term_ends.timestamp() if term_ends else 0.0,
        )

    def create(self, order: EndpointOrder) -> str:
        """Buy model units for the custom model; who orders a commitment has checked its approval (invariant I5).

        Raises:
            PurchaseRefusedError: it is refused for good, such as by the quota of model units, which is zero by default
                (fault C07).
        """
        request: dict[str, Any] = {
            "provisionedModelName": order.endpoint.name,
            "modelId": order.model_arn,
            "modelUnits": order.endpoint.model_units,
            "tags": order.tags,
        }
        if order.endpoint.commitment != "none":
            request["commitmentDuration"] = _COMMITMENTS[order.endpoint.commitment]
        try:
            return self._bedrock.create_provisioned_model_throughput(
                **request, clientRequestToken=request_token(request)
            )["provisionedModelArn"]
        except ClientError as error:
            raise _translated(error) from error

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model of the same base model; the ARN and the price stay (fault C08).

        Raises:
            EndpointBusyError: it is being created or updated.
        """
        try:
            self._bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=model_arn)
        except ClientError as error:
            raise _if_busy(error, self.find(arn)) from error

    def delete(self, arn: str) -> None:
        """Delete it, which ends its bill."""
        try:
            self._bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
        except ClientError as error:
            if not is_gone(error, lambda: self.find(arn) is None):
                raise _if_busy(error) from error

    def tags(self, arn: str) -> dict[str, str]:
        """Its tags."""
        return tagging.tags_of(self._bedrock, arn)

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change its tags."""
        tagging.change(self._bedrock, arn, add, remove)

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of all provisioned throughput of this model; the filter by model is not documented to know updates."""
        pages = self._bedrock.get_paginator("list_provisioned_model_throughputs").paginate()
        listed = [found for page in pages for found in page["provisionedModelSummaries"]]
        return [f["provisionedModelArn"] for f in listed if model_arn in {f["modelArn"], f["desiredModelArn"]}]


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
            PurchaseRefusedError: it is refused for good, such as by the quota of deployments.
        """
        request: dict[str, Any] = {
            "modelDeploymentName": order.endpoint.name,
            "modelArn": order.model_arn,
            "tags": order.tags,
        }
        try:
            return self._bedrock.create_custom_model_deployment(**request, clientRequestToken=request_token(request))[
                "customModelDeploymentArn"
            ]
        except ClientError as error:
            raise _translated(error) from error

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model under the same ARN.

        Raises:
            EndpointBusyError: it is being created or updated.
        """
        try:
            self._bedrock.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=model_arn)
        except ClientError as error:
            raise _if_busy(error, self.find(arn)) from error

    def delete(self, arn: str) -> None:
        """Delete it."""
        try:
            self._bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier=arn)
        except ClientError as error:
            if not is_gone(error, lambda: self.find(arn) is None):
                raise _if_busy(error) from error

    def tags(self, arn: str) -> dict[str, str]:
        """Its tags."""
        return tagging.tags_of(self._bedrock, arn)

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change its tags."""
        tagging.change(self._bedrock, arn, add, remove)

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of all deployments of this model."""
        pages = self._bedrock.get_paginator("list_custom_model_deployments").paginate()
        listed = [found for page in pages for found in page.get("modelDeploymentSummaries", [])]
        # A summary does not say to which model an update leads.
        found = (self.find(deployment["customModelDeploymentArn"]) for deployment in listed)
        return [d.arn for d in found if d and model_arn in {d.model_arn, d.refused_model_arn}]


def _translated(error: ClientError) -> Exception:
    """A refusal in words; every other error leaves open whether something was bought."""
    if code_of(error) == "ServiceQuotaExceededException":
        return PurchaseRefusedError(
            f"{message_of(error)} Request a quota increase in Service Quotas (service Amazon Bedrock), then run "
            "'python -m ops retry'"
        )
    return PurchaseRefusedError(f"{code_of(error)}: {message_of(error)}") if is_refusal(error) else error


def _if_busy(error: ClientError, found: EndpointObservation | None = None) -> Exception:
    """The error in words if it means that the endpoint is busy.

    Updates declare no ConflictException (Bedrock API reference): a busy endpoint is told by what is found, too.
    """
    changes = found is not None and found.status not in {IN_SERVICE, FAILED}
    busy = code_of(error) == "ConflictException" or (code_of(error) == "ValidationException" and changes)
    return EndpointBusyError(message_of(error)) if busy else error
