"""Bedrock's quotas by their codes: names and defaults as the catalog has them, values as this account's Bedrock.

Source: Service Quotas API reference. Requests for an increase stay pending: nobody here grants them; a quota is raised
with LOCAL_AWS_QUOTA_* or with `python -m local faults`.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from finetuning import catalog
from finetuning.base_model import Quota
from local.bedrock.protocol import Fault
from local.bedrock.protocol.messages import Headers
from local.settings import Quotas

BEDROCK = "bedrock"
#: The catalog's names of the quotas that depend on no base model → the settings'.
_SETTINGS = {
    "custom_provisioned_units": "model_units",
    "custom_models": "custom_models",
    "scheduled_jobs": "customization_jobs",
    "deployments_in_progress": "deployments_in_progress",
    "deployments": "deployments",
}
_PAGE = 100


@dataclass(frozen=True)
class _Applied:
    quota: Quota
    value: int


class ServiceQuotas:
    """Service Quotas of every account and Region; all have the same values.

    Args:
        values: Bedrock's quotas at any time.
        place: Account and Region of the running request.
        authorize: Requires the caller's permission for an action on an ARN; raises Fault.
    """

    def __init__(
        self,
        values: Callable[[], Quotas],
        place: Callable[[], tuple[str, str]],
        authorize: Callable[[Headers, str, str], None],
    ) -> None:
        """Begin without requests."""
        self._values, self._place, self._authorize = values, place, authorize
        self._requested: dict[tuple[str, str, str], Mapping[str, Any]] = {}

    def answer(self, operation: str, parameters: Mapping[str, Any], headers: Headers) -> Mapping[str, Any]:
        """Answer an operation; raises Fault."""
        answer = {
            "GetServiceQuota": self._get,
            "GetAWSDefaultServiceQuota": self._default,
            "ListServiceQuotas": self._list,
            "RequestServiceQuotaIncrease": self._request,
        }.get(operation)
        if answer is None:
            raise Fault("UnknownOperationException", f"{operation} is not part of the embedded AWS")
        on_quota = operation in {"GetServiceQuota", "RequestServiceQuotaIncrease"}
        arn = self._arn(str(parameters.get("QuotaCode", ""))) if on_quota else "*"
        self._authorize(headers, f"servicequotas:{operation}", arn)
        return answer(parameters)

    def _get(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        found = self._require(parameters)
        return {"Quota": self._shown(found.quota, found.value)}

    def _default(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        quota = self._require(parameters).quota
        return {"Quota": self._shown(quota, quota.default)}

    def _list(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """One page: the catalog knows fewer than a page of them."""
        if parameters["ServiceCode"] != BEDROCK:
            return {"Quotas": []}
        return {"Quotas": [self._shown(found.quota, found.value) for found in self._known().values()][:_PAGE]}

    def _request(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Texts are our choice but for the one about the default, which accounts were seen to be given."""
        found, desired = self._require(parameters), float(parameters["DesiredValue"])
        if not found.quota.adjustable:
            raise Fault("IllegalArgumentException", f"The quota {found.quota.code} is not adjustable.")
        if desired <= found.quota.default:
            raise Fault(
                "IllegalArgumentException",
                f"You must provide a quota value greater than the default quota value of {found.quota.default:.1f}",
            )
        key = (*self._place(), str(found.quota.code))
        if key in self._requested:
            raise Fault("ResourceAlreadyExistsException", f"There is an open request for {found.quota.code}.")
        self._requested[key] = request = {
            "Id": f"{found.quota.code}-{len(self._requested) + 1}",
            "ServiceCode": BEDROCK,
            "QuotaCode": found.quota.code,
            "QuotaName": found.quota.name,
            "DesiredValue": desired,
            "Status": "PENDING",
            "Created": time.time(),
            "QuotaArn": self._arn(str(found.quota.code)),
        }
        return {"RequestedQuota": request}

    def _require(self, parameters: Mapping[str, Any]) -> _Applied:
        found = self._known().get(parameters["QuotaCode"]) if parameters["ServiceCode"] == BEDROCK else None
        if found is None:
            raise Fault("NoSuchResourceException", "The request failed because the specified service quota is unknown.")
        return found

    def _known(self) -> dict[str, _Applied]:
        return {str(found.quota.code): found for found in self._all() if found.quota.code}

    def _all(self) -> Iterator[_Applied]:
        values = asdict(self._values())
        for name, quota in catalog.quotas().items():
            yield _Applied(quota, values[_SETTINGS[name]] if name in _SETTINGS else quota.default)
        for model in catalog.base_models():
            for path in model.serving.values():
                if path.units_quota:
                    yield _Applied(path.units_quota, values["units_per_throughput"])
            yield _Applied(model.limits.records_quota, model.limits.records_quota.default)

    def _shown(self, quota: Quota, value: float) -> dict[str, Any]:
        return {
            "ServiceCode": BEDROCK,
            "ServiceName": "Amazon Bedrock",
            "QuotaArn": self._arn(str(quota.code)),
            "QuotaCode": quota.code,
            "QuotaName": quota.name,
            "Value": float(value),
            "Unit": "None",
            "Adjustable": bool(quota.adjustable),
            "GlobalQuota": False,
            "QuotaAppliedAtLevel": "ACCOUNT",
        }

    def _arn(self, code: str) -> str:
        account, region = self._place()
        return f"arn:aws:servicequotas:{region}:{account}:{BEDROCK}/{code}"
