"""Custom models: get, list, delete."""

from collections.abc import Mapping
from typing import Any

from tests.simulation.aws import listing
from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import not_found, refusal
from tests.simulation.aws.site import Caller, Site
from tests.simulation.aws.variants import CONFLICT


class Models:
    """The custom models of an account."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {
            "get_custom_model": self._get,
            "list_custom_models": self._list,
            "delete_custom_model": lambda parameters: self._delete(caller, parameters),
        }

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        model = self._site.models.read(parameters["modelIdentifier"])
        if model is None:
            raise not_found(f"the custom model {parameters['modelIdentifier']}")
        return listing.model(model)

    def _list(self, parameters: Parameters) -> Mapping[str, Any]:
        return listing.page("modelSummaries", self._site.models.all(), listing.model_summary, parameters)

    def _delete(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        """Whether a model that is served is protected is not documented (fault C11)."""
        site, identifier = self._site, parameters["modelIdentifier"]
        model = site.models.find(identifier)
        site.require_owned(caller, "bedrock:DeleteCustomModel", model, identifier)
        assert model is not None
        if model.status == "Creating":
            raise refusal(CONFLICT, f"The custom model {model.name} is being created.")
        users = site.serving(model.arn)
        if users and not site.variants.delete_served_model:
            raise refusal(CONFLICT, f"The custom model {model.name} is in use by {users[0].name}. Delete it first.")
        site.models.remove(model.arn)
        served_by = ", ".join(item.arn for item in users)
        site.ledger.changed("deleted", "model", model.name, model.arn, model.tags, detail=served_by)
        return {}
