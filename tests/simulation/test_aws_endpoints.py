"""The simulated endpoints: what AWS does not document, both ways; failures, commitments, and reads that lag."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.endpoints import EndpointBusyError, PurchaseRefusedError
from tests.contract.gateways.place import an_order, another_name, bought, in_service, shared, started
from tests.contract.gateways.simulated import SimulatedPlace
from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.throughput import DAY_SECONDS, TERMS_SECONDS
from tests.simulation.aws.variants import CONFLICT, VALIDATION
from tests.simulation.aws_places import a_place, later

KINDS = pytest.mark.parametrize("kind", ["provisioned", "on_demand"])


@KINDS
@pytest.mark.parametrize("allowed", [True, False])
def test_endpoint_may_be_deleted_while_it_is_being_created(kind: str, allowed: bool) -> None:
    """Documented is only that it cannot be while it is updating (fault C04)."""
    place = a_place(kind, delete_while_creating=allowed)
    arn, name = bought(place, shared(place))
    if allowed:
        place.ours.endpoint.delete(arn)
        later(place, 10_000)
        assert place.ours.endpoint.find(name) is None
    else:
        with pytest.raises(EndpointBusyError):
            place.ours.endpoint.delete(arn)


@KINDS
def test_endpoint_fails_when_it_is_asked_to_and_is_there_until_it_is_deleted(kind: str) -> None:
    """Its bill runs on (fault C02)."""
    place = a_place(kind)
    place.account.bedrock.fail_next_endpoint("no capacity")
    arn, name = bought(place, shared(place))
    later(place, 3600)
    found = place.ours.endpoint.find(name)
    assert found is not None
    assert (found.status, found.failure) == ("Failed", "no capacity")
    place.ours.endpoint.delete(arn)
    assert place.ours.endpoint.find(name) is None


@KINDS
def test_failed_update_goes_on_with_the_model_before(kind: str) -> None:
    """And says which one it refused."""
    place = a_place(kind)
    first, second = shared(place), shared(place, 1)
    arn, name = bought(place, first)
    in_service(place, name, first)
    place.account.bedrock.fail_next_update("no capacity")
    place.ours.endpoint.swap(arn, second)
    later(place, 3600)
    found = place.ours.endpoint.find(name)
    assert found is not None
    assert (found.status, found.model_arn, found.refused_model_arn) == ("InService", first, second)
    place.account.bedrock.fail_next_update("unused")
    place.account.bedrock.throughput.update_failures.clear()
    place.account.bedrock.deployments.update_failures.clear()
    place.ours.endpoint.swap(arn, second)
    in_service(place, name, second)


@KINDS
@pytest.mark.parametrize("knows", [True, False])
def test_listing_by_model_may_not_know_what_will_be_served(kind: str, knows: bool) -> None:
    """Whether the filter looks at the desired model is not documented; the gateway must not depend on it."""
    place = a_place(kind, filter_knows_desired=knows)
    first, second = shared(place), shared(place, 1)
    arn, name = bought(place, first)
    in_service(place, name, first)
    place.ours.endpoint.swap(arn, second)
    assert place.ours.endpoint.serving(second) == [arn]


def test_new_account_sells_nothing() -> None:
    """The quota of a real one (fault C07)."""
    place = a_place()
    place.account.bedrock.set_quota(model_units=0)
    order = an_order(place, shared(place))
    with pytest.raises(PurchaseRefusedError, match="no commitment model units reserved"):
        place.ours.endpoint.create(order)
    with pytest.raises(AttributeError, match="no quota units"):
        place.account.bedrock.set_quota(units=0)


@pytest.mark.parametrize("code", [CONFLICT, VALIDATION])
def test_commitment_refuses_deletion_with_either_code(code: str) -> None:
    """Until its end (fault C05)."""
    place = a_place(committed=code)
    arn, name = bought(place, shared(place), commitment="one_month")
    in_service(place, name, shared(place))
    with pytest.raises((EndpointBusyError, ClientError), match="committed until"):
        place.ours.endpoint.delete(arn)
    later(place, TERMS_SECONDS["OneMonth"])
    place.ours.endpoint.delete(arn)
    assert place.ours.endpoint.find(name) is None


@pytest.mark.parametrize("renews", [True, False])
def test_commitment_may_begin_anew_a_day_after_its_end(renews: bool) -> None:
    """Who misses that day pays for another term (fault C06)."""
    place = a_place(renews=renews)
    arn, name = bought(place, shared(place), commitment="six_months")
    bought_at = place.world.now
    later(place, TERMS_SECONDS["SixMonths"] + DAY_SECONDS + 1)
    found = place.ours.endpoint.find(name)
    assert found is not None
    terms = 2 if renews else 1
    assert found.committed_until == pytest.approx(EPOCH + bought_at + terms * TERMS_SECONDS["SixMonths"], abs=1)
    if renews:
        with pytest.raises(EndpointBusyError):
            place.ours.endpoint.delete(arn)
    else:
        place.ours.endpoint.delete(arn)


def test_units_with_a_commitment_are_not_counted() -> None:
    """They are reserved with the purchase."""
    place = a_place()
    place.account.bedrock.set_quota(model_units=1)
    bought(place, shared(place), commitment="one_month")
    bought(place, shared(place))
    (first, second) = [purchase for purchase in place.account.bedrock.purchases if purchase.kind == "provisioned"]
    assert (first.commitment, second.commitment, second.units) == ("OneMonth", "", 1)


def lagging(**variants: Any) -> SimulatedPlace:
    """A place where reads show the past for up to 20 seconds."""
    return a_place(lag_seconds=20.0, **variants)


def sightings(place: SimulatedPlace, name: str) -> str:
    """What a look each second shows for half a minute: `+` for there, `-` for not there."""
    seen = ""
    for _ in range(30):
        seen += "-" if place.ours.jobs.find(name) is None else "+"
        later(place, 1.0)
    return seen


def test_what_was_created_does_not_show_at_once() -> None:
    """Once seen it stays seen, unless each read asks another replica; writes know it from the beginning."""
    steady, fickle = set[str](), set[str]()
    for found in (steady, fickle):
        place = lagging(fickle=found is fickle)
        place.account.bedrock.set_quota(jobs=100)
        for _ in range(20):
            request = place.request(another_name())
            arn = started(place, request)
            assert place.ours.jobs.create(request) == arn
            found.add(sightings(place, request["jobName"]))
    assert all("+-" not in seen for seen in steady)
    assert len(steady) > 5
    assert any("+-" in seen for seen in fickle)
    assert all(seen.endswith("+" * 9) for seen in steady | fickle)


def test_what_was_deleted_shows_for_a_while() -> None:
    """Deleting it again is deleting nothing."""
    place = lagging()
    model_arn = shared(place)
    later(place, 30)
    place.ours.jobs.delete_model(model_arn)
    assert place.ours.jobs.model_status(model_arn) == "Active"
    later(place, 20)
    assert place.ours.jobs.model_status(model_arn) is None
    assert [change.what for change in place.account.bedrock.changes] == ["deleted"]


def test_without_lag_everything_shows_at_once() -> None:
    """And costs no chance: the default world is the simplest."""
    place = a_place()
    name = another_name()
    started(place, place.request(name))
    assert sightings(place, name) == "+" * 30
