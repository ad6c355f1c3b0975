"""Finding, listing and forgetting jobs."""

from typing import Any

from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import REGION, World


def test_job_is_found_by_name_as_well_as_by_arn(world: World) -> None:
    """Both are job identifiers; anything else is not found."""
    arn = world.start_job(jobName="named")

    assert world.job("named")["jobArn"] == arn
    assert "other" in refused(
        "ResourceNotFoundException", world.bedrock.get_model_customization_job, jobIdentifier="other"
    )


def test_jobs_are_listed_newest_first_and_filtered_and_paged(world: World) -> None:
    """Filters on name, status and time, order, and pages of any size."""
    for number in range(5):
        world.start_job(jobName=f"listed-{number}")
        world.clock.advance(hours=2)
    world.start_job(jobName="other")

    def names(**filters: Any) -> list[str]:
        listed = world.bedrock.get_paginator("list_model_customization_jobs").paginate(**filters)
        return [job["jobName"] for page in listed for job in page["modelCustomizationJobSummaries"]]

    newest_first = [f"listed-{number}" for number in (4, 3, 2, 1, 0)]
    assert names() == ["other", *newest_first]
    assert names(nameContains="listed", PaginationConfig={"PageSize": 2}) == newest_first
    assert names(sortOrder="Ascending", statusEquals="Completed") == newest_first[::-1]
    third = world.job("listed-2")["creationTime"]
    assert names(creationTimeAfter=third, nameContains="listed") == ["listed-4", "listed-3"]
    assert names(creationTimeBefore=third) == ["listed-1", "listed-0"]


def test_other_region_sees_nothing(world: World) -> None:
    """Jobs belong to one Region."""
    arn = world.start_job()
    world.region = "us-east-1"

    assert world.bedrock.list_model_customization_jobs()["modelCustomizationJobSummaries"] == []
    refused("ResourceNotFoundException", world.bedrock.get_model_customization_job, jobIdentifier=arn)
    assert REGION in arn


def test_reset_forgets_everything_and_ends_what_is_under_way(world: World) -> None:
    """Steps that were still to come find nothing to act on, and names are free again."""
    world.start_job(jobName="again")
    world.service.reset()
    told = len(world.neighbours.events)

    world.clock.advance(hours=13)

    assert len(world.neighbours.events) == told
    world.start_job(jobName="again")
