"""Everything alive in Bedrock that carries our owner tags, page by page."""

from collections.abc import Mapping
from typing import Any

import pytest

from finetuning.lifecycle.observation import OwnedThing
from finetuning.names import owner_tags
from lambdas.gateways.inventory import InventoryGateway
from tests.contract.service import Answer, Service
from tests.contract.test_endpoints import DEPLOYMENT_ARN, THROUGHPUT_ARN, a_throughput
from tests.contract.test_jobs import BASE_ARN, JOB_ARN, MODEL_ARN, NOW

NAME = "finetuning-dev-faq-aaaaaaaaaa-1"
OWNER = owner_tags("finetuning", "dev", "faq", "aaaaaaaaaa-1")
LISTS = (
    "ListModelCustomizationJobs",
    "ListModelCustomizationJobs",
    "ListCustomModels",
    "ListProvisionedModelThroughputs",
    "ListCustomModelDeployments",
)


def tagged(tags: Mapping[str, str] = OWNER) -> dict[str, Any]:
    """ListTagsForResource's answer."""
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


def a_job(name: str = NAME, status: str = "InProgress", arn: str = JOB_ARN) -> dict[str, Any]:
    """A summary of a job."""
    return {"jobArn": arn, "baseModelArn": BASE_ARN, "jobName": name, "status": status, "creationTime": NOW}


def a_model(**changes: Any) -> dict[str, Any]:
    """A summary of a custom model."""
    return {
        "modelArn": MODEL_ARN,
        "modelName": NAME,
        "creationTime": NOW,
        "baseModelArn": BASE_ARN,
        "baseModelName": "anthropic.claude-3-haiku",
        **changes,
    }


def a_deployment() -> dict[str, Any]:
    """A summary of a deployment."""
    return {
        "customModelDeploymentArn": DEPLOYMENT_ARN,
        "customModelDeploymentName": NAME,
        "modelArn": MODEL_ARN,
        "createdAt": NOW,
        "status": "Active",
    }


def owned(*answers: Answer) -> tuple[list[OwnedThing], Service]:
    """What there is, on a service that answers this."""
    service = Service("bedrock", *answers)
    return list(InventoryGateway(service.client).owned("finetuning", "dev")), service


def jobs(*found: dict[str, Any], more: str = "") -> dict[str, Any]:
    """A page of jobs."""
    return {"modelCustomizationJobSummaries": list(found), **({"nextToken": more} if more else {})}


def test_everything_of_each_kind_is_listed_by_name_and_checked_by_its_tags() -> None:
    """Jobs only while they run: at rest they cost nothing."""
    found, service = owned(
        jobs(a_job()),
        tagged(),
        jobs(),
        {"modelSummaries": [a_model(modelStatus="Active")]},
        tagged(),
        {"provisionedModelSummaries": [a_throughput(provisionedModelName=NAME)]},
        tagged(),
        {"modelDeploymentSummaries": [a_deployment()]},
        tagged(),
    )
    at = NOW.timestamp()
    assert found == [
        OwnedThing("job", JOB_ARN, NAME, "InProgress", at, OWNER),
        OwnedThing("model", MODEL_ARN, NAME, "Active", at, OWNER),
        OwnedThing("provisioned", THROUGHPUT_ARN, NAME, "InService", at, OWNER),
        OwnedThing("on_demand", DEPLOYMENT_ARN, NAME, "Active", at, OWNER),
    ]
    named = {"nameContains": "finetuning-dev-"}
    assert [call for call in service.calls if call[0].startswith("List") and "Tags" not in call[0]] == [
        (LISTS[0], {**named, "statusEquals": "InProgress"}),
        (LISTS[1], {**named, "statusEquals": "Stopping"}),
        (LISTS[2], named),
        (LISTS[3], named),
        (LISTS[4], named),
    ]


def test_model_without_a_status_is_listed_without_one() -> None:
    """It is from before there were any."""
    found, _ = owned(jobs(), jobs(), {"modelSummaries": [a_model()]}, tagged(), {})
    assert [thing.status for thing in found] == [""]


def test_every_page_is_read() -> None:
    """An orphan on the second page costs as much as one on the first."""
    second = a_job("finetuning-dev-faq-bbbbbbbbbb-1", arn=JOB_ARN.replace("abcdef", "mnopqr"))
    found, service = owned(jobs(a_job(), more="next"), tagged(), jobs(second), tagged(), {})
    assert [thing.name for thing in found] == [NAME, second["jobName"]]
    assert service.calls[2] == (
        "ListModelCustomizationJobs",
        {"nameContains": "finetuning-dev-", "statusEquals": "InProgress", "nextToken": "next"},
    )


def test_name_that_only_contains_ours_is_not_even_asked_for_its_tags() -> None:
    """`nameContains` finds it; another project's name may end with ours."""
    found, service = owned(jobs(a_job("my-finetuning-dev-faq-aaaaaaaaaa-1")), {})
    assert found == []
    assert "ListTagsForResource" not in [operation for operation, _ in service.calls]


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"finetuning:project": "finetuning"},
        {"finetuning:environment": "dev"},
        {**OWNER, "finetuning:environment": "prod"},
        {**OWNER, "finetuning:project": "other"},
    ],
)
def test_thing_without_our_owner_tags_is_not_ours(tags: dict[str, str]) -> None:
    """Whatever its name (fault A24)."""
    assert owned(jobs(a_job()), tagged(tags), {})[0] == []


def test_thing_of_any_model_and_generation_is_ours() -> None:
    """A lost registry knows neither."""
    owner = {"finetuning:project": "finetuning", "finetuning:environment": "dev"}
    assert [thing.tags for thing in owned(jobs(a_job()), tagged(owner), {})[0]] == [owner]


def test_thing_that_went_between_list_and_look_is_not_there() -> None:
    """It has no tags any more."""
    assert owned(jobs(a_job()), "ResourceNotFoundException: gone", {})[0] == []
