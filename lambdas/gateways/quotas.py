"""Service Quotas of Bedrock, and the live counts that are held against them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from finetuning.preflight.facts import LiveEndpoint, QuotaValue
from finetuning.preflight.finding import Unreadable
from lambdas.gateways.clients import client
from lambdas.gateways.reading import read

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

SERVICE = "bedrock"
#: Jobs that have not ended. Source: Bedrock API reference, ModelCustomizationJobStatus.
_UNFINISHED = ("InProgress", "Stopping")


class QuotasGateway:
    """Reads quotas by their code."""

    def __init__(self, quotas: Any = None) -> None:
        self._quotas = quotas or client("service-quotas")

    def value(self, code: str) -> QuotaValue | Unreadable | None:
        """The quota as it applies to the account; for want of that AWS's default, None if there is not even that.

        A quota that was never changed may have no applied value. Source: Service Quotas API reference, GetServiceQuota
        and GetAWSDefaultServiceQuota.
        """
        applied = read(
            "servicequotas:GetServiceQuota",
            lambda: self._quotas.get_service_quota(ServiceCode=SERVICE, QuotaCode=code)["Quota"]["Value"],
            "NoSuchResourceException",
        )
        if isinstance(applied, Unreadable):
            return applied
        if applied is not None:
            return QuotaValue(applied)
        default = read(
            "servicequotas:GetAWSDefaultServiceQuota",
            lambda: self._quotas.get_aws_default_service_quota(ServiceCode=SERVICE, QuotaCode=code)["Quota"]["Value"],
            "NoSuchResourceException",
        )
        return QuotaValue(default, applied=False) if isinstance(default, float | int) else default


class UsageGateway:
    """Counts what there is in the account and Region, whosever it is."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def unfinished_jobs(self) -> int | Unreadable:
        """Number of customization jobs that have not ended."""
        return _counted(
            read(
                "bedrock:ListModelCustomizationJobs",
                lambda: sum(
                    1
                    for status in _UNFINISHED
                    for _ in self._pages(
                        "list_model_customization_jobs", "modelCustomizationJobSummaries", statusEquals=status
                    )
                ),
            )
        )

    def custom_models(self) -> int | Unreadable:
        """Number of custom models that the account owns; those that are shared with it do not count."""
        return _counted(
            read(
                "bedrock:ListCustomModels",
                lambda: sum(1 for _ in self._pages("list_custom_models", "modelSummaries", isOwned=True)),
            )
        )

    def endpoints(self, serving: str) -> tuple[LiveEndpoint, ...] | Unreadable:
        """Every provisioned throughput ("provisioned") or custom model deployment ("on_demand")."""
        if serving == "provisioned":
            found = read("bedrock:ListProvisionedModelThroughputs", lambda: tuple(self._throughputs()))
        else:
            found = read("bedrock:ListCustomModelDeployments", lambda: tuple(self._deployments()))
        return () if found is None else found

    def _throughputs(self) -> Iterator[LiveEndpoint]:
        for found in self._pages("list_provisioned_model_throughputs", "provisionedModelSummaries"):
            is_custom = ":custom-model/" in found["desiredModelArn"]
            counts = is_custom and "commitmentDuration" not in found and found["status"] != "Failed"
            yield LiveEndpoint(
                "provisioned",
                found["provisionedModelName"],
                found["provisionedModelArn"],
                found["status"],
                found["desiredModelUnits"] if counts else 0,
            )

    def _deployments(self) -> Iterator[LiveEndpoint]:
        for found in self._pages("list_custom_model_deployments", "modelDeploymentSummaries"):
            name = found["customModelDeploymentName"]
            yield LiveEndpoint("on_demand", name, found["customModelDeploymentArn"], found["status"])

    def _pages(self, operation: Any, key: str, **filters: Any) -> Iterator[dict[str, Any]]:
        for page in self._bedrock.get_paginator(operation).paginate(**filters):
            yield from page.get(key, [])


def _counted(found: int | Unreadable | None) -> int | Unreadable:
    return 0 if found is None else found
