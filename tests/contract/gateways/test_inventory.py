"""The inventory: everything alive that is ours, and nothing else."""

import pytest

from tests.contract.gateways.place import (
    ENVIRONMENT,
    OURS,
    PROJECT,
    Place,
    another_name,
    bought,
    job_once,
    shared,
    started,
    untagged,
)

pytestmark = pytest.mark.xdist_group("gateways")


def test_what_is_ours_and_alive_is_listed_with_its_tags(shop: Place) -> None:
    """Running jobs, models and endpoints; jobs at rest are not billed and stay for ever."""
    model_arn = shared(shop)
    endpoint_arn, endpoint_name = bought(shop, model_arn)
    job_name = another_name()
    job_arn = started(shop, shop.request(job_name))
    mine = {endpoint_arn: endpoint_name, job_arn: job_name}
    found = {thing.arn: thing for thing in shop.inventory.owned(PROJECT, ENVIRONMENT)}
    assert {arn: found[arn].name for arn in mine} == mine
    assert [found[arn].kind for arn in (job_arn, model_arn, endpoint_arn)] == ["job", "model", shop.kind]
    assert found[endpoint_arn].status in {"Creating", "Active", "InService"}
    assert all(found[arn].tags == OURS for arn in (job_arn, model_arn, endpoint_arn))
    assert all(found[arn].created_at > 1_700_000_000 for arn in (job_arn, model_arn, endpoint_arn))
    job_once(shop, job_name, lambda job: job.status == "Completed")
    assert job_arn not in {thing.arn for thing in shop.inventory.owned(PROJECT, ENVIRONMENT)}


def test_what_only_has_our_names_is_not_listed(shop: Place) -> None:
    """The owner tags decide; another environment's are not ours either."""
    model_arn = shared(shop, by=shop.others)
    endpoint_arn, _ = bought(shop, model_arn, by=shop.others)
    job_arn = started(shop, untagged(shop.request(another_name())), shop.others)
    theirs = {model_arn, endpoint_arn, job_arn}
    assert not theirs & {thing.arn for thing in shop.inventory.owned(PROJECT, ENVIRONMENT)}
    assert list(shop.inventory.owned(PROJECT, "staging")) == []
