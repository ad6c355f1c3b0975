"""Custom model deployments: on demand, with quotas of their own and updates that are told apart from the status."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.simulation.aws import listing
from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.endpoints import Endpoints
from tests.simulation.aws.errors import refusal
from tests.simulation.aws.site import Caller, Site
from tests.simulation.aws.things import Endpoint


class Deployments(Endpoints):
    """The custom model deployments of an account."""

    kind, arn_kind = "on_demand", "custom-model-deployment"
    in_service = "Active"
    #: Source: a public cost record of a real project, about eight minutes; updates are a guess.
    creation_seconds, update_seconds = (300.0, 600.0), (300.0, 600.0)

    def __init__(self, site: Site) -> None:
        super().__init__(site, site.deployments)

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {
            "create_custom_model_deployment": lambda parameters: self._create(caller, parameters),
            "get_custom_model_deployment": self._get,
            "list_custom_model_deployments": self._list,
            "update_custom_model_deployment": lambda parameters: self._update(caller, parameters),
            "delete_custom_model_deployment": lambda parameters: self._delete(caller, parameters),
        }

    def require_quota(self, item: Endpoint) -> None:
        """Both quotas."""
        others, quotas = self.shelf.truth.values(), self._site.quotas
        if len(others) >= quotas.deployments:
            raise refusal("ServiceQuotaExceededException", f"At most {quotas.deployments} deployments may exist.")
        if sum(other.status == "Creating" for other in others) >= quotas.deployments_in_progress:
            message = f"At most {quotas.deployments_in_progress} deployments may be in progress."
            raise refusal("ServiceQuotaExceededException", message)

    def finish(self, item: Endpoint, *, succeeded: bool, failure: str) -> None:
        """Its update is over; after one that failed it goes on with the model that it had."""
        served = {"model_arn": item.desired_arn} if succeeded else {}
        update_status = "UpdateCompleted" if succeeded else "UpdateFailed"
        self.shelf.change(item.arn, update_status=update_status, failure=failure, **served)

    def _create(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        arn = self.buy(
            caller,
            "CreateCustomModelDeployment",
            parameters,
            name=parameters["modelDeploymentName"],
            model_id=parameters["modelArn"],
        )
        return {"customModelDeploymentArn": arn}

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        return listing.deployment(self.read(parameters["customModelDeploymentIdentifier"]))

    def _list(self, parameters: Parameters) -> Mapping[str, Any]:
        return listing.page("modelDeploymentSummaries", self.listed(parameters), listing.deployment_summary, parameters)

    def _update(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        action = "bedrock:UpdateCustomModelDeployment"
        item = self.owned(caller, action, parameters["customModelDeploymentIdentifier"])
        model = self.swappable(caller, action, item, parameters["modelArn"])
        self.begin_update(replace(item, update_status="Updating", desired_arn=model.arn, failure=""))
        return {"customModelDeploymentArn": item.arn}

    def _delete(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        identifier = parameters["customModelDeploymentIdentifier"]
        item = self.owned(caller, "bedrock:DeleteCustomModelDeployment", identifier)
        self.require_deletable(item)
        self.remove(item)
        return {}
