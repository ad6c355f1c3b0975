"""Service Quotas of the embedded AWS: the catalog's quotas with the account's values."""

import json
from dataclasses import replace
from typing import Any

import pytest

from finetuning import catalog
from local.bedrock.protocol import Fault
from local.service_quotas.messages import TARGET, Messages
from local.service_quotas.quotas import ServiceQuotas
from local.settings import Settings

SHARED, HAIKU, JOBS = "L-BE77399C", "L-EF415EF6", "L-0406044C"


class Quotas:
    """The service in this process; `asked` says what was authorised."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings, self.asked, self.denied = settings or Settings(), [], ""
        service = ServiceQuotas(
            lambda: self.settings.account_quotas, lambda: ("000000000000", "us-west-2"), self.authorize
        )
        self._messages = Messages(service.answer)

    asked: list[tuple[str, str]]

    def authorize(self, headers: object, action: str, arn: str) -> None:
        """Allow everything but what is denied."""
        self.asked.append((action, arn))
        if action == self.denied:
            raise Fault("AccessDeniedException", "no")

    def call(self, operation: str, **parameters: Any) -> tuple[int, Any]:
        """Status and document."""
        headers = {"X-Amz-Target": f"{TARGET}.{operation}"}
        status, sent, body = self._messages.handle(headers, json.dumps(parameters).encode())
        assert set(sent) == {"Content-Type"}
        sent["content-length"] = "0"  # the server adds to the headers of each response
        return status, json.loads(body)

    def value(self, code: str, operation: str = "GetServiceQuota") -> float:
        """The value of one quota."""
        status, answer = self.call(operation, ServiceCode="bedrock", QuotaCode=code)
        assert status == 200, answer
        return float(answer["Quota"]["Value"])


def test_quotas_are_the_settings() -> None:
    """Those of model units are 2 here, so that throughput can be tried at all; AWS's default is shown as it is."""
    quotas = Quotas(replace(Settings(), quotas=replace(Settings().quotas, customization_jobs=3)))
    assert [quotas.value(code) for code in (SHARED, HAIKU, JOBS)] == [2, 2, 3]
    assert [quotas.value(code, "GetAWSDefaultServiceQuota") for code in (SHARED, HAIKU, JOBS)] == [0, 0, 10]


def test_fresh_account_has_no_model_units() -> None:
    """As AWS makes accounts; everything else stays as it is set."""
    quotas = Quotas(replace(Settings(), fresh_account=True))
    assert [quotas.value(code) for code in (SHARED, HAIKU, JOBS)] == [0, 0, 10]


def test_every_quota_of_the_catalog_that_has_a_code_is_listed() -> None:
    """With its name, and whether it can be raised."""
    status, answer = Quotas().call("ListServiceQuotas", ServiceCode="bedrock")
    listed = {quota["QuotaCode"]: quota for quota in answer["Quotas"]}
    known = {quota.code: quota for quota in catalog.quotas().values() if quota.code}
    assert (status, known.keys() - listed.keys()) == (200, set())
    assert all(listed[code]["QuotaName"] == quota.name for code, quota in known.items())
    assert HAIKU in listed
    assert listed[HAIKU]["QuotaArn"] == f"arn:aws:servicequotas:us-west-2:000000000000:bedrock/{HAIKU}"
    assert Quotas().call("ListServiceQuotas", ServiceCode="lambda")[1] == {"Quotas": []}


@pytest.mark.parametrize(
    "asked", [{"ServiceCode": "bedrock", "QuotaCode": "L-00000000"}, {"ServiceCode": "lambda", "QuotaCode": SHARED}]
)
def test_unknown_quota_is_refused_as_aws_does(asked: dict[str, str]) -> None:
    """In a body whose type is the error's name."""
    status, answer = Quotas().call("GetServiceQuota", **asked)
    assert (status, answer["__type"]) == (400, "NoSuchResourceException")


def test_increase_stays_pending() -> None:
    """Nobody here grants it, and nobody asks twice."""
    quotas = Quotas()
    asked = {"ServiceCode": "bedrock", "QuotaCode": SHARED, "DesiredValue": 1.0}
    status, answer = quotas.call("RequestServiceQuotaIncrease", **asked)
    assert (status, answer["RequestedQuota"]["Status"], answer["RequestedQuota"]["DesiredValue"]) == (
        200,
        "PENDING",
        1.0,
    )
    assert quotas.call("RequestServiceQuotaIncrease", **asked)[1]["__type"] == "ResourceAlreadyExistsException"
    assert quotas.value(SHARED) == 2


@pytest.mark.parametrize(("code", "value"), [(SHARED, 0.0), (JOBS, 20.0)])
def test_increase_that_aws_would_not_take_is_refused(code: str, value: float) -> None:
    """Not above the default, or not adjustable."""
    status, answer = Quotas().call(
        "RequestServiceQuotaIncrease", ServiceCode="bedrock", QuotaCode=code, DesiredValue=value
    )
    assert (status, answer["__type"]) == (400, "IllegalArgumentException")


def test_requests_are_authorised_and_checked() -> None:
    """By action and quota, and by the service's model."""
    quotas = Quotas()
    quotas.value(SHARED)
    assert quotas.asked == [
        ("servicequotas:GetServiceQuota", f"arn:aws:servicequotas:us-west-2:000000000000:bedrock/{SHARED}")
    ]
    quotas.denied = "servicequotas:GetServiceQuota"
    assert (
        quotas.call("GetServiceQuota", ServiceCode="bedrock", QuotaCode=SHARED)[1]["__type"] == "AccessDeniedException"
    )
    assert quotas.call("GetServiceQuota", ServiceCode="bedrock")[1]["__type"] == "IllegalArgumentException"
    assert quotas.call("ListServices")[1]["__type"] == "UnknownOperationException"
