"""Everything alive in Bedrock that carries our owner tags, whatever the registry knows of it."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from finetuning import names
from finetuning.lifecycle.observation import OwnedThing
from lambdas.gateways import tagging
from lambdas.gateways.clients import client

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


class InventoryGateway:
    """Lists by name, because what we buy has our names, and checks the owner tags."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def owned(self, project: str, environment: str, *, but: Collection[str] = ()) -> Iterator[OwnedThing]:
        """Running jobs, custom models and endpoints of this project and environment, but for those with these ARNs."""
        prefix = names.job_name_prefix(project, environment)
        owner = {names.PROJECT_TAG: project, names.ENVIRONMENT_TAG: environment}
        for kind, arn, name, found in self._named(prefix):
            is_asked_for = name.startswith(prefix) and arn not in but
            tags = tagging.tags_of(self._bedrock, arn) if is_asked_for else {}
            if owner.items() <= tags.items():
                created_at = found["creationTime"] if "creationTime" in found else found["createdAt"]
                status = found.get("status", found.get("modelStatus", ""))
                yield OwnedThing(kind, arn, name, status, created_at.timestamp(), tags)

    def _named(self, prefix: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        for status in ("InProgress", "Stopping"):
            for job in self._pages(
                "list_model_customization_jobs",
                "modelCustomizationJobSummaries",
                nameContains=prefix,
                statusEquals=status,
            ):
                yield "job", job["jobArn"], job["jobName"], job
        for model in self._pages("list_custom_models", "modelSummaries", nameContains=prefix):
            yield "model", model["modelArn"], model["modelName"], model
        for throughput in self._pages(
            "list_provisioned_model_throughputs", "provisionedModelSummaries", nameContains=prefix
        ):
            yield "provisioned", throughput["provisionedModelArn"], throughput["provisionedModelName"], throughput
        for deployment in self._pages("list_custom_model_deployments", "modelDeploymentSummaries", nameContains=prefix):
            yield (
                "on_demand",
                deployment["customModelDeploymentArn"],
                deployment["customModelDeploymentName"],
                deployment,
            )

    def _pages(self, operation: Any, key: str, **filters: Any) -> Iterator[dict[str, Any]]:
        for page in self._bedrock.get_paginator(operation).paginate(**filters):
            yield from page.get(key, [])
