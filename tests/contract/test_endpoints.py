"""Both kinds of endpoint: requests, answers and errors as Bedrock's service model has them."""

from typing import Any

import pytest

from finetuning.fingerprint import request_token
from finetuning.lifecycle import EndpointObservation
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.requests import endpoint_tags
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.endpoints import EndpointOrder, PurchaseRefusedError
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from tests.contract.service import Answer, Service
from tests.contract.test_jobs import BASE_ARN, MODEL_ARN, NOT_FOUND, NOW, PREFIX
from tests.unit.lifecycle.records import BLANK, claim, endpoint

NAME = "finetuning-dev-faq-aaaaaaaa-1"
THROUGHPUT_ARN = f"{PREFIX}:provisioned-model/abcdefghijkl"
DEPLOYMENT_ARN = f"{PREFIX}:custom-model-deployment/abcdefghijkl"
OTHER_MODEL = MODEL_ARN.replace("abcdefghijkl", "mnopqrstuvwx")


def throughput(*answers: Answer) -> tuple[ProvisionedThroughputGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return ProvisionedThroughputGateway(service.client), service


def deployment(*answers: Answer) -> tuple[DeploymentGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return DeploymentGateway(service.client), service


def an_order(serving: str, commitment: str = "none") -> EndpointOrder:
    """What the driver orders."""
    wanted = endpoint(serving=serving, model_units=2, tags={"team": "support"}, commitment=commitment)
    record = want_endpoint(BLANK, claim(1), wanted)
    assert record.endpoint.current is not None
    return EndpointOrder(record.endpoint.current, MODEL_ARN, endpoint_tags(record, record.endpoint.current))


def a_throughput(**changes: Any) -> dict[str, Any]:
    """GetProvisionedModelThroughput's answer."""
    return {
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "provisionedModelName": NAME,
        "provisionedModelArn": THROUGHPUT_ARN,
        "modelArn": MODEL_ARN,
        "desiredModelArn": MODEL_ARN,
        "foundationModelArn": BASE_ARN,
        "status": "InService",
        "creationTime": NOW,
        "lastModifiedTime": NOW,
        **changes,
    }


def a_deployment(**changes: Any) -> dict[str, Any]:
    """GetCustomModelDeployment's answer."""
    return {
        "customModelDeploymentArn": DEPLOYMENT_ARN,
        "modelDeploymentName": NAME,
        "modelArn": MODEL_ARN,
        "createdAt": NOW,
        "status": "Active",
        **changes,
    }


def test_throughput_is_bought_without_commitment_under_its_own_token() -> None:
    """`commitmentDuration` is not sent (invariant I5)."""
    gateway, service = throughput({"provisionedModelArn": THROUGHPUT_ARN})
    order = an_order("provisioned")
    assert gateway.create(order) == THROUGHPUT_ARN
    request = {"provisionedModelName": NAME, "modelId": MODEL_ARN, "modelUnits": 2, "tags": order.tags}
    sent = {**request, "clientRequestToken": request_token(request)}
    assert service.call == ("CreateProvisionedModelThroughput", sent)


@pytest.mark.parametrize(("commitment", "duration"), [("one_month", "OneMonth"), ("six_months", "SixMonths")])
def test_commitment_is_ordered_in_bedrocks_words(commitment: str, duration: str) -> None:
    """And the token covers it."""
    gateway, service = throughput({"provisionedModelArn": THROUGHPUT_ARN})
    gateway.create(an_order("provisioned", commitment))
    _, sent = service.call
    assert sent["commitmentDuration"] == duration
    token = sent.pop("clientRequestToken")
    assert token == request_token(sent)


def test_deployment_is_created_under_its_own_token() -> None:
    """It has neither units nor commitment."""
    gateway, service = deployment({"customModelDeploymentArn": DEPLOYMENT_ARN})
    order = an_order("on_demand")
    assert gateway.create(order) == DEPLOYMENT_ARN
    request = {"modelDeploymentName": NAME, "modelArn": MODEL_ARN, "tags": order.tags}
    sent = {**request, "clientRequestToken": request_token(request)}
    assert service.call == ("CreateCustomModelDeployment", sent)


UPDATING = {"status": "Updating", "desiredModelArn": OTHER_MODEL}
NOT_THERE_YET = {"desiredModelArn": OTHER_MODEL}
REFUSED = {"desiredModelArn": OTHER_MODEL, "failureMessage": "no capacity"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, EndpointObservation(THROUGHPUT_ARN, "InService", MODEL_ARN)),
        ({"status": "Creating"}, EndpointObservation(THROUGHPUT_ARN, "Creating", MODEL_ARN)),
        (UPDATING, EndpointObservation(THROUGHPUT_ARN, "Updating", OTHER_MODEL, replaced_model_arn=MODEL_ARN)),
        (NOT_THERE_YET, EndpointObservation(THROUGHPUT_ARN, "Updating", OTHER_MODEL, replaced_model_arn=MODEL_ARN)),
        (
            {"commitmentDuration": "OneMonth", "commitmentExpirationTime": NOW},
            EndpointObservation(THROUGHPUT_ARN, "InService", MODEL_ARN, committed_until=NOW.timestamp()),
        ),
        (
            {"status": "Updating", "failureMessage": "of an update before", "desiredModelArn": OTHER_MODEL},
            EndpointObservation(
                THROUGHPUT_ARN, "Updating", OTHER_MODEL, "of an update before", replaced_model_arn=MODEL_ARN
            ),
        ),
        (REFUSED, EndpointObservation(THROUGHPUT_ARN, "InService", MODEL_ARN, "no capacity", OTHER_MODEL)),
        (
            {"status": "Failed", "failureMessage": "no capacity"},
            EndpointObservation(THROUGHPUT_ARN, "Failed", MODEL_ARN, "no capacity"),
        ),
    ],
)
def test_throughput_is_found_by_name(changes: dict[str, Any], expected: EndpointObservation) -> None:
    """With the model that it serves or, while it is updating, will serve (fault C08)."""
    gateway, service = throughput(a_throughput(**changes))
    assert gateway.find(NAME) == expected
    assert service.call == ("GetProvisionedModelThroughput", {"provisionedModelId": NAME})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, EndpointObservation(DEPLOYMENT_ARN, "InService", MODEL_ARN)),
        ({"status": "Creating"}, EndpointObservation(DEPLOYMENT_ARN, "Creating", MODEL_ARN)),
        (
            {"updateDetails": {"modelArn": OTHER_MODEL, "updateStatus": "Updating"}},
            EndpointObservation(DEPLOYMENT_ARN, "Updating", OTHER_MODEL, replaced_model_arn=MODEL_ARN),
        ),
        (
            {"updateDetails": {"modelArn": MODEL_ARN, "updateStatus": "UpdateCompleted"}},
            EndpointObservation(DEPLOYMENT_ARN, "InService", MODEL_ARN),
        ),
        (
            {"updateDetails": {"modelArn": OTHER_MODEL, "updateStatus": "UpdateFailed"}, "failureMessage": "no"},
            EndpointObservation(DEPLOYMENT_ARN, "InService", MODEL_ARN, "no", OTHER_MODEL),
        ),
        (
            {"status": "Creating", "updateDetails": {"modelArn": OTHER_MODEL, "updateStatus": "UpdateCompleted"}},
            EndpointObservation(DEPLOYMENT_ARN, "Creating", MODEL_ARN),
        ),
        (
            {"status": "Failed", "failureMessage": "no"},
            EndpointObservation(DEPLOYMENT_ARN, "Failed", MODEL_ARN, "no"),
        ),
    ],
)
def test_deployment_is_found_by_name(changes: dict[str, Any], expected: EndpointObservation) -> None:
    """Its `Active` is this project's `InService`; an update has a status of its own."""
    gateway, service = deployment(a_deployment(**changes))
    assert gateway.find(NAME) == expected
    assert service.call == ("GetCustomModelDeployment", {"customModelDeploymentIdentifier": NAME})


@pytest.mark.parametrize("make", [throughput, deployment])
def test_unknown_endpoint_is_none_and_a_failed_look_is_not(make: Any) -> None:
    """A throttled look must not lead to a purchase."""
    assert make(NOT_FOUND)[0].find(NAME) is None
    gateway, service = make("ThrottlingException: slow down")
    with pytest.raises(service.client.exceptions.ThrottlingException):
        gateway.find(NAME)


@pytest.mark.parametrize(("make", "serving"), [(throughput, "provisioned"), (deployment, "on_demand")])
def test_quota_refuses_the_purchase_with_what_to_do(make: Any, serving: str) -> None:
    """By default the quota of model units is zero (fault C07)."""
    gateway, _ = make("ServiceQuotaExceededException: Too many.")
    with pytest.raises(PurchaseRefusedError) as refusal:
        gateway.create(an_order(serving))
    assert str(refusal.value) == (
        "Too many. Request a quota increase in Service Quotas (service Amazon Bedrock), then run 'python -m ops retry'"
    )


@pytest.mark.parametrize(("make", "serving"), [(throughput, "provisioned"), (deployment, "on_demand")])
@pytest.mark.parametrize("error", ["ValidationException: no", "AccessDeniedException: no", "TooManyTagsException: no"])
def test_purchase_that_is_refused_for_good_says_what_bedrock_says(make: Any, serving: str, error: str) -> None:
    """Nothing was bought, and asking again will not help."""
    gateway, _ = make(error)
    with pytest.raises(PurchaseRefusedError) as refusal:
        gateway.create(an_order(serving))
    assert str(refusal.value) == error


@pytest.mark.parametrize(("make", "serving"), [(throughput, "provisioned"), (deployment, "on_demand")])
@pytest.mark.parametrize("error", ["ThrottlingException: slow down", "InternalServerException: sorry"])
def test_purchase_whose_outcome_nobody_knows_is_no_refusal(make: Any, serving: str, error: str) -> None:
    """It may have taken effect (fault B06)."""
    gateway, service = make(error)
    with pytest.raises(service.client.exceptions.ClientError):
        gateway.create(an_order(serving))
