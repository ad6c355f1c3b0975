"""Custom model deployments, one of the two kinds of endpoint."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning.fingerprint import request_token
from finetuning.lifecycle import EndpointObservation
from finetuning.lifecycle.observation import IN_SERVICE
from lambdas.gateways import tagging
from lambdas.gateways.clients import client, code_of, is_gone
from lambdas.gateways.endpoints import EndpointOrder, if_busy, translated

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


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
            replaced_model_arn=found["modelArn"] if update is not None and status == "Updating" else "",
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
            raise translated(error) from error

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model under the same ARN.

        Raises:
            EndpointBusyError: it is being created or updated.
        """
        try:
            self._bedrock.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=model_arn)
        except ClientError as error:
            raise if_busy(error, self.find(arn)) from error

    def delete(self, arn: str) -> None:
        """Delete it."""
        try:
            self._bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier=arn)
        except ClientError as error:
            if not is_gone(error, lambda: self.find(arn) is None):
                raise if_busy(error) from error

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
