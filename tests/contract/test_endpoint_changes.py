"""Changes of both kinds of endpoint, and who serves a model: as Bedrock's service model has them."""

from typing import Any

import pytest

from lambdas.gateways.endpoints import EndpointBusyError
from tests.contract.service import Answer
from tests.contract.test_endpoints import (
    DEPLOYMENT_ARN,
    NAME,
    OTHER_MODEL,
    THROUGHPUT_ARN,
    a_deployment,
    a_throughput,
    deployment,
    throughput,
)
from tests.contract.test_jobs import MODEL_ARN, NOT_FOUND, NOW


def test_swap_names_the_endpoint_and_the_model() -> None:
    """Nothing else about it can be changed (fault C09)."""
    gateway, service = throughput({})
    gateway.swap(THROUGHPUT_ARN, OTHER_MODEL)
    sent = {"provisionedModelId": THROUGHPUT_ARN, "desiredModelId": OTHER_MODEL}
    assert service.call == ("UpdateProvisionedModelThroughput", sent)
    other, service = deployment({"customModelDeploymentArn": DEPLOYMENT_ARN})
    other.swap(DEPLOYMENT_ARN, OTHER_MODEL)
    sent = {"customModelDeploymentIdentifier": DEPLOYMENT_ARN, "modelArn": OTHER_MODEL}
    assert service.call == ("UpdateCustomModelDeployment", sent)


@pytest.mark.parametrize("answer", [{}, NOT_FOUND])
def test_endpoint_is_deleted_or_gone(answer: Answer) -> None:
    """Deleting twice is deleting."""
    gateway, service = throughput(answer)
    gateway.delete(THROUGHPUT_ARN)
    assert service.call == ("DeleteProvisionedModelThroughput", {"provisionedModelId": THROUGHPUT_ARN})
    other, service = deployment(answer)
    other.delete(DEPLOYMENT_ARN)
    assert service.call == ("DeleteCustomModelDeployment", {"customModelDeploymentIdentifier": DEPLOYMENT_ARN})


@pytest.mark.parametrize(("make", "arn"), [(throughput, THROUGHPUT_ARN), (deployment, DEPLOYMENT_ARN)])
def test_deletion_of_a_busy_endpoint_fails(make: Any, arn: str) -> None:
    """It is billed on, so nobody may believe that it is gone (fault C04)."""
    gateway, _ = make("ConflictException: Creating")
    with pytest.raises(EndpointBusyError, match="Creating"):
        gateway.delete(arn)


BUSY = {"throughput": a_throughput(status="Updating"), "deployment": a_deployment(status="Creating")}
CALM = {"throughput": a_throughput(), "deployment": a_deployment()}
FAILED = {"throughput": a_throughput(status="Failed"), "deployment": a_deployment(status="Failed")}
BOTH = pytest.mark.parametrize(
    ("make", "kind", "arn"), [(throughput, "throughput", THROUGHPUT_ARN), (deployment, "deployment", DEPLOYMENT_ARN)]
)
INVALID = "ValidationException: cannot be updated now"


@BOTH
def test_swap_of_a_busy_endpoint_is_told_by_a_fresh_look(make: Any, kind: str, arn: str) -> None:
    """Updates declare no ConflictException (fault C04)."""
    gateway, service = make(INVALID, BUSY[kind])
    with pytest.raises(EndpointBusyError, match="cannot be updated now"):
        gateway.swap(arn, OTHER_MODEL)
    assert len(service.calls) == 2


@BOTH
@pytest.mark.parametrize("found", [CALM, FAILED, None])
def test_swap_that_is_refused_for_another_reason_is_an_error(
    make: Any, kind: str, arn: str, found: dict[str, Any] | None
) -> None:
    """Waiting would not help."""
    gateway, service = make(INVALID, found[kind] if found else NOT_FOUND)
    with pytest.raises(service.client.exceptions.ValidationException):
        gateway.swap(arn, OTHER_MODEL)


@BOTH
def test_swap_that_is_throttled_is_not_taken_for_busy(make: Any, kind: str, arn: str) -> None:
    """Step Functions tries again."""
    gateway, service = make("ThrottlingException: slow down", BUSY[kind])
    with pytest.raises(service.client.exceptions.ThrottlingException):
        gateway.swap(arn, OTHER_MODEL)


DENIED = "AccessDeniedException: not authorized"


@BOTH
def test_denied_deletion_of_an_endpoint_that_is_gone_is_done(make: Any, kind: str, arn: str) -> None:
    """IAM is asked before Bedrock looks, and what is gone has no owner tags."""
    gateway, service = make(DENIED, NOT_FOUND)
    gateway.delete(arn)
    assert len(service.calls) == 2


@BOTH
@pytest.mark.parametrize("error", [DENIED, "ThrottlingException: slow down", "ValidationException: no"])
def test_endpoint_that_is_not_deleted_is_not_believed_to_be(make: Any, kind: str, arn: str, error: str) -> None:
    """It is billed on."""
    gateway, service = make(error, CALM[kind])
    with pytest.raises(service.client.exceptions.ClientError):
        gateway.delete(arn)


def a_summary(arn: str, **changes: Any) -> dict[str, Any]:
    """Of provisioned throughput in a list."""
    return {**a_throughput(provisionedModelArn=arn), **changes}


def test_throughput_that_serves_or_will_serve_a_model_is_found_on_every_page() -> None:
    """The filter by model is not documented to know updates (fault C11)."""
    others = [f"{THROUGHPUT_ARN[:-1]}{letter}" for letter in "mno"]
    gateway, service = throughput(
        {
            "provisionedModelSummaries": [
                a_summary(others[0]),
                a_summary(others[1], modelArn=OTHER_MODEL, desiredModelArn=OTHER_MODEL),
            ],
            "nextToken": "more",
        },
        {"provisionedModelSummaries": [a_summary(others[2], modelArn=OTHER_MODEL, desiredModelArn=MODEL_ARN)]},
    )
    assert gateway.serving(MODEL_ARN) == [others[0], others[2]]
    assert service.calls == [
        ("ListProvisionedModelThroughputs", {}),
        ("ListProvisionedModelThroughputs", {"nextToken": "more"}),
    ]


def test_throughput_that_goes_over_to_another_model_still_serves() -> None:
    """Until the update is done."""
    summary = a_summary(THROUGHPUT_ARN, desiredModelArn=OTHER_MODEL)
    assert throughput({"provisionedModelSummaries": [summary]})[0].serving(MODEL_ARN) == [THROUGHPUT_ARN]


def test_deployment_that_serves_or_will_serve_a_model_is_found() -> None:
    """A summary does not say to which model an update leads, so each is looked at; one that went meanwhile is not."""
    arns = [f"{DEPLOYMENT_ARN[:-1]}{letter}" for letter in "mnop"]
    summaries = [
        {
            "customModelDeploymentArn": arn,
            "customModelDeploymentName": NAME,
            "modelArn": OTHER_MODEL,
            "createdAt": NOW,
            "status": "Active",
        }
        for arn in arns
    ]
    updating = {"modelArn": MODEL_ARN, "updateStatus": "Updating"}
    gateway, _ = deployment(
        {"modelDeploymentSummaries": summaries[:2], "nextToken": "more"},
        {"modelDeploymentSummaries": summaries[2:]},
        a_deployment(customModelDeploymentArn=arns[0], modelArn=OTHER_MODEL, updateDetails=updating),
        a_deployment(customModelDeploymentArn=arns[1], modelArn=OTHER_MODEL),
        NOT_FOUND,
        a_deployment(customModelDeploymentArn=arns[3]),
    )
    assert gateway.serving(MODEL_ARN) == [arns[0], arns[3]]
    assert deployment({})[0].serving(MODEL_ARN) == []


@BOTH
def test_endpoints_tags_are_read_and_changed_by_its_arn(make: Any, kind: str, arn: str) -> None:
    """As those of a job."""
    gateway, service = make({"tags": [{"key": "team", "value": "support"}]})
    assert gateway.tags(arn) == {"team": "support"}
    assert service.call == ("ListTagsForResource", {"resourceARN": arn})
    gateway, service = make({})
    gateway.tag(arn, {"team": "sales"}, ["old"])
    assert service.calls == [
        ("TagResource", {"resourceARN": arn, "tags": [{"key": "team", "value": "sales"}]}),
        ("UntagResource", {"resourceARN": arn, "tagKeys": ["old"]}),
    ]
