"""Provisioned throughput, one of the two kinds of endpoint."""

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

#: Bedrock's names of the terms. Source: Bedrock API reference, CreateProvisionedModelThroughput.
_COMMITMENTS = {"one_month": "OneMonth", "six_months": "SixMonths"}


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
            replaced_model_arn="" if refused or desired == found["modelArn"] else found["modelArn"],
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
            raise translated(error) from error

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model of the same base model; the ARN and the price stay (fault C08).

        Raises:
            EndpointBusyError: it is being created or updated.
        """
        try:
            self._bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=model_arn)
        except ClientError as error:
            raise if_busy(error, self.find(arn)) from error

    def delete(self, arn: str) -> None:
        """Delete it, which ends its bill."""
        try:
            self._bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
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
        """ARNs of all provisioned throughput of this model; the filter by model is not documented to know updates."""
        pages = self._bedrock.get_paginator("list_provisioned_model_throughputs").paginate()
        listed = [found for page in pages for found in page["provisionedModelSummaries"]]
        return [f["provisionedModelArn"] for f in listed if model_arn in {f["modelArn"], f["desiredModelArn"]}]
