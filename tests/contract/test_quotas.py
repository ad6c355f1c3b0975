"""Service Quotas and live counts: each call fits the service's model, and refusals are facts."""

from typing import Any

from finetuning.preflight import Unreadable
from finetuning.preflight.facts import LiveEndpoint, QuotaValue
from lambdas.gateways.quotas import QuotasGateway, UsageGateway
from tests.contract.service import Answer, Service
from tests.contract.test_jobs import NOW

CODE = "L-BE77399C"
ASKED = {"ServiceCode": "bedrock", "QuotaCode": CODE}
DENIED = "AccessDeniedException: not allowed"
MODEL_ARN = (
    "arn:aws:bedrock:us-west-2:111122223333:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl"
)
BASE_ARN = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k"
THROUGHPUT_ARN = "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abcdefghijkl"
DEPLOYMENT_ARN = "arn:aws:bedrock:us-west-2:111122223333:custom-model-deployment/abcdefghijkl"
JOB_ARN = MODEL_ARN.replace("custom-model", "model-customization-job")


def value(*answers: Answer) -> tuple[QuotaValue | Unreadable | None, list[str]]:
    """The quota, and what was asked for it."""
    service = Service("service-quotas", *answers)
    found = QuotasGateway(service.client).value(CODE)
    assert all(parameters == ASKED for _, parameters in service.calls)
    return found, [operation for operation, _ in service.calls]


def usage(*answers: Answer) -> tuple[UsageGateway, Service]:
    """The counts on a service that answers this."""
    service = Service("bedrock", *answers)
    return UsageGateway(service.client), service


def a_throughput(**changes: Any) -> dict[str, Any]:
    """A summary; None for what is missing."""
    usual = {
        "provisionedModelName": "one",
        "provisionedModelArn": THROUGHPUT_ARN,
        "modelArn": MODEL_ARN,
        "desiredModelArn": MODEL_ARN,
        "foundationModelArn": BASE_ARN,
        "modelUnits": 1,
        "desiredModelUnits": 2,
        "status": "InService",
        "creationTime": NOW,
        "lastModifiedTime": NOW,
    }
    return {**usual, **changes}


def test_applied_quota_comes_first() -> None:
    """It is the one that holds."""
    assert value({"Quota": {"Value": 3.0}}) == (QuotaValue(3.0), ["GetServiceQuota"])


def test_default_stands_in_for_a_quota_that_was_never_applied() -> None:
    """And says so."""
    found, asked = value("NoSuchResourceException: none", {"Quota": {"Value": 0.0}})
    assert found == QuotaValue(0.0, applied=False)
    assert asked == ["GetServiceQuota", "GetAWSDefaultServiceQuota"]


def test_quota_that_service_quotas_does_not_know_is_none() -> None:
    """It is unknown, not zero."""
    assert value("NoSuchResourceException: none")[0] is None


def test_quota_that_may_not_be_read_names_the_right() -> None:
    """Of each of the two calls."""
    assert value(DENIED)[0] == Unreadable("servicequotas:GetServiceQuota", DENIED, denied=True)
    found, _ = value("NoSuchResourceException: none", DENIED)
    assert found == Unreadable("servicequotas:GetAWSDefaultServiceQuota", DENIED, denied=True)


def test_failure_of_the_service_is_not_a_missing_right() -> None:
    """Nor an error of ours."""
    assert value("ServiceException: later")[0] == Unreadable(
        "servicequotas:GetServiceQuota", "ServiceException: later", denied=False
    )


def test_jobs_that_have_not_ended_are_counted_on_every_page() -> None:
    """Those that are being stopped hold their place too."""
    job = {
        "jobArn": JOB_ARN,
        "jobName": "one",
        "baseModelArn": BASE_ARN,
        "status": "InProgress",
        "creationTime": NOW,
    }
    gateway, service = usage(
        {"modelCustomizationJobSummaries": [job, job], "nextToken": "next"},
        {"modelCustomizationJobSummaries": [job]},
        {},
    )
    assert gateway.unfinished_jobs() == 3
    assert [parameters["statusEquals"] for _, parameters in service.calls] == ["InProgress", "InProgress", "Stopping"]


def test_own_custom_models_are_counted() -> None:
    """A model that somebody shares with the account takes no place."""
    model = {
        "modelArn": MODEL_ARN,
        "modelName": "one",
        "creationTime": NOW,
        "baseModelArn": BASE_ARN,
        "baseModelName": "anthropic.claude-3-haiku",
    }
    gateway, service = usage({"modelSummaries": [model]})
    assert gateway.custom_models() == 1
    assert service.call == ("ListCustomModels", {"isOwned": True})


def test_units_of_custom_models_without_a_commitment_count() -> None:
    """Those of base models, of commitments and of failed throughput have other quotas, or none."""
    gateway, _ = usage(
        {
            "provisionedModelSummaries": [
                a_throughput(),
                a_throughput(desiredModelArn=BASE_ARN, modelArn=BASE_ARN),
                a_throughput(commitmentDuration="OneMonth"),
                a_throughput(status="Failed"),
            ]
        }
    )
    found = gateway.endpoints("provisioned")
    assert not isinstance(found, Unreadable)
    assert [endpoint.counts for endpoint in found] == [2, 0, 0, 0]
    assert found[0] == LiveEndpoint("provisioned", "one", THROUGHPUT_ARN, "InService", 2)


def test_deployments_are_listed() -> None:
    """With their status, because those in progress have a quota of their own."""
    deployment = {
        "customModelDeploymentArn": DEPLOYMENT_ARN,
        "customModelDeploymentName": "one",
        "modelArn": MODEL_ARN,
        "createdAt": NOW,
        "status": "Creating",
    }
    gateway, service = usage({"modelDeploymentSummaries": [deployment]})
    assert gateway.endpoints("on_demand") == (LiveEndpoint("on_demand", "one", DEPLOYMENT_ARN, "Creating"),)
    assert service.call == ("ListCustomModelDeployments", {})


def test_lists_that_may_not_be_read_name_the_right() -> None:
    """A count of zero would pass."""
    rights = [
        ("bedrock:ListModelCustomizationJobs", usage(DENIED)[0].unfinished_jobs()),
        ("bedrock:ListCustomModels", usage(DENIED)[0].custom_models()),
        ("bedrock:ListProvisionedModelThroughputs", usage(DENIED)[0].endpoints("provisioned")),
        ("bedrock:ListCustomModelDeployments", usage(DENIED)[0].endpoints("on_demand")),
    ]
    assert [found for _, found in rights] == [Unreadable(right, DENIED, denied=True) for right, _ in rights]
