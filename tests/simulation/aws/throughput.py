"""Provisioned throughput: the quota, creation that takes its time, swaps, commitments and their end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.simulation.aws import listing
from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.endpoints import Endpoints
from tests.simulation.aws.errors import refusal
from tests.simulation.aws.site import Caller, Site, moment
from tests.simulation.aws.things import Endpoint

DAY_SECONDS = 86_400.0
#: Months of 30 days. Source: Bedrock User Guide, 'Provisioned Throughput', commitment terms.
TERMS_SECONDS = {"OneMonth": 30 * DAY_SECONDS, "SixMonths": 180 * DAY_SECONDS}


class Throughput(Endpoints):
    """The provisioned throughput of an account."""

    kind, arn_kind = "provisioned", "provisioned-model"
    #: Source: an AWS sample notebook, 20 to 30 minutes; updates are a guess.
    creation_seconds, update_seconds = (1200.0, 1800.0), (300.0, 900.0)

    def __init__(self, site: Site) -> None:
        super().__init__(site, site.throughputs)

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {
            "create_provisioned_model_throughput": lambda parameters: self._create(caller, parameters),
            "get_provisioned_model_throughput": self._get,
            "list_provisioned_model_throughputs": self._list,
            "update_provisioned_model_throughput": lambda parameters: self._update(caller, parameters),
            "delete_provisioned_model_throughput": lambda parameters: self._delete(caller, parameters),
        }

    def _create(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        commitment, now = parameters.get("commitmentDuration", ""), self._site.world.now
        arn = self.buy(
            caller,
            "CreateProvisionedModelThroughput",
            parameters,
            name=parameters["provisionedModelName"],
            model_id=parameters["modelId"],
            commitment=commitment,
            committed_until=now + TERMS_SECONDS[commitment] if commitment else None,
            units=parameters["modelUnits"],
        )
        return {"provisionedModelArn": arn}

    def require_quota(self, item: Endpoint) -> None:
        """Units without commitment are counted. Text: a recorded response of cloud-custodian."""
        used = sum(other.units for other in self.shelf.truth.values() if not other.commitment)
        if not item.commitment and used + item.units > self._site.quotas.model_units:
            raise refusal(
                "ServiceQuotaExceededException",
                f"Your account does not currently have any no commitment model units reserved for {item.base_model}.",
            )

    def added(self, item: Endpoint) -> None:
        """A commitment begins; its end is a happening of its own, also for clocks that are a minute slow."""
        if item.committed_until is None:
            return
        self._site.world.after(item.committed_until - self._site.world.now + 61.0, lambda: None)
        if self._site.variants.renews:
            self._renew_after(item.arn, item.committed_until)

    def finish(self, item: Endpoint, *, succeeded: bool, failure: str) -> None:
        """Its update is over; after one that failed it goes on with the model that it had."""
        served = {"model_arn": item.desired_arn} if succeeded else {}
        self.shelf.change(item.arn, status="InService", failure=failure, **served)

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        return listing.throughput(self.read(parameters["provisionedModelId"]))

    def _list(self, parameters: Parameters) -> Mapping[str, Any]:
        return listing.page(
            "provisionedModelSummaries", self.listed(parameters), listing.throughput_summary, parameters
        )

    def _update(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        action = "bedrock:UpdateProvisionedModelThroughput"
        item = self.owned(caller, action, parameters["provisionedModelId"])
        model = self.swappable(caller, action, item, parameters["desiredModelId"])
        self.begin_update(replace(item, status="Updating", desired_arn=model.arn, failure=""))
        return {}

    def _delete(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        item = self.owned(caller, "bedrock:DeleteProvisionedModelThroughput", parameters["provisionedModelId"])
        self.require_deletable(item)
        if item.committed_until is not None and self._site.world.now < item.committed_until:
            raise refusal(
                self._site.variants.committed,
                f"The provisioned throughput {item.name} is committed until {moment(item.committed_until)}.",
            )
        self.remove(item)
        return {}

    def _renew_after(self, arn: str, end: float) -> None:
        """Whether, and how soon, a term begins anew is not documented in detail; here one day after its end."""

        def renew() -> None:
            item = self.shelf.truth.get(arn)
            if item is not None and item.committed_until == end:
                following = end + TERMS_SECONDS[item.commitment]
                self.shelf.change(arn, committed_until=following)
                self._renew_after(arn, following)

        self._site.world.after(end + DAY_SECONDS - self._site.world.now, renew)
