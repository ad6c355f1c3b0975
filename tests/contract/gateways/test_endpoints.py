"""Endpoints of both kinds: bought once, busy at times, swapped in place."""

from collections import deque
from collections.abc import Callable
from functools import partial

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.endpoints import EndpointBusyError, PurchaseRefusedError
from tests.contract.gateways.place import Place, an_order, another_name, bought, in_service, shared

pytestmark = pytest.mark.xdist_group("gateways")
#: The embedded clock is fast: what is busy for minutes there is at rest after a request or two here, and on a machine
#: that does much else it often is before the first. One try must catch it.
TRIES = 40


@pytest.fixture
def model_arn(shop: Place) -> str:
    """A custom model of ours."""
    return shared(shop)


def test_unknown_endpoint_is_none(shop: Place) -> None:
    """None means: looked for by name and not found."""
    assert shop.ours.endpoint.find(another_name()) is None


def test_endpoint_is_found_from_creation_to_service(shop: Place, model_arn: str) -> None:
    """Under the same ARN, with the model that it will serve."""
    arn, name = bought(shop, model_arn)
    created = shop.ours.endpoint.find(name)
    assert created is not None
    assert (created.arn, created.status, created.model_arn) == (arn, "Creating", model_arn)
    in_service(shop, name, model_arn)
    served = shop.ours.endpoint.find(name)
    assert served is not None
    assert (served.arn, served.failure, served.refused_model_arn, served.committed_until) == (arn, "", "", 0.0)


def test_same_order_twice_buys_one(shop: Place, model_arn: str) -> None:
    """The token derives from the order (fault C01)."""
    order = an_order(shop, model_arn)
    assert shop.ours.endpoint.create(order) == shop.ours.endpoint.create(order)


def test_taken_name_is_refused(shop: Place, model_arn: str) -> None:
    """Whatever else was ordered under it."""
    _, name = bought(shop, model_arn)
    other = an_order(shop, model_arn, name, by=shop.others)
    with pytest.raises(PurchaseRefusedError, match="currently in use"):
        shop.others.endpoint.create(other)


def test_unknown_model_cannot_be_served(shop: Place, model_arn: str) -> None:
    """It may have been deleted meanwhile."""
    order = an_order(shop, model_arn[:-12] + "abcdefghijkl")
    with pytest.raises((PurchaseRefusedError, ClientError)):
        shop.ours.endpoint.create(order)
    assert shop.ours.endpoint.find(order.endpoint.name) is None


def test_order_over_the_quota_is_refused(shop: Place, model_arn: str) -> None:
    """By default the quota of model units is zero (fault C07); of deployments few may be in progress, or exist."""
    orders = [an_order(shop, model_arn, model_units=60) for _ in range(100)]
    with pytest.raises(PurchaseRefusedError, match="quota increase"):
        deque(map(shop.ours.endpoint.create, orders), maxlen=0)
    for order in orders:
        _delete_once_possible(shop, order.endpoint.name)


def test_order_without_our_tags_is_refused(shop: Place, model_arn: str) -> None:
    """Our rights end there."""
    with pytest.raises(PurchaseRefusedError, match="AccessDenied"):
        shop.ours.endpoint.create(an_order(shop, model_arn, by=shop.others))


def test_endpoint_that_is_being_created_is_busy(shop: Place, model_arn: str) -> None:
    """It can neither be deleted (fault C04) nor take on another model."""
    delete, swap = shop.ours.endpoint.delete, partial(shop.ours.endpoint.swap, model_arn=model_arn)
    assert any(_is_too_busy(shop, delete, *bought(shop, model_arn)) for _ in range(TRIES))
    assert any(_is_too_busy(shop, swap, *bought(shop, model_arn)) for _ in range(TRIES))


def test_model_is_swapped_under_the_same_arn(shop: Place, model_arn: str) -> None:
    """While it is being changed, the look says what it will serve (fault C08)."""
    arn, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    another = shared(shop, 1)
    shop.ours.endpoint.swap(arn, another)
    changing = shop.ours.endpoint.find(name)
    assert changing is not None
    assert (changing.arn, changing.model_arn) == (arn, another)
    assert changing.status in {"Updating", "InService"}
    in_service(shop, name, another)


def test_endpoint_that_is_being_updated_is_busy(shop: Place, model_arn: str) -> None:
    """It cannot be deleted (fault C04)."""

    def updating() -> tuple[str, str]:
        arn, name = bought(shop, model_arn)
        in_service(shop, name, model_arn)
        shop.ours.endpoint.swap(arn, shared(shop, 1))
        return arn, name

    assert any(_is_too_busy(shop, shop.ours.endpoint.delete, *updating()) for _ in range(TRIES))


def test_swap_to_a_model_that_is_unknown_or_not_ours_is_refused(shop: Place, model_arn: str) -> None:
    """It goes on with the model that it has."""
    arn, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    for other in (model_arn[:-12] + "abcdefghijkl", shared(shop, by=shop.others)):
        with pytest.raises(ClientError, match="AccessDenied"):
            shop.ours.endpoint.swap(arn, other)
    in_service(shop, name, model_arn)


def test_endpoint_is_deleted_once_and_deleting_it_again_is_fine(shop: Place, model_arn: str) -> None:
    """A lost reply makes us ask again; the name is free then."""
    arn, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    shop.ours.endpoint.delete(arn)
    assert shop.ours.endpoint.find(name) is None
    shop.ours.endpoint.delete(arn)
    again, _ = bought(shop, model_arn, name=name, commitment="none", model_units=2)
    assert shop.kind == "on_demand" or again != arn


def test_endpoint_of_somebody_else_cannot_be_changed(shop: Place, model_arn: str) -> None:
    """Even if it serves our model (fault A24)."""
    arn, name = bought(shop, model_arn, by=shop.others)
    in_service(shop, name, model_arn)
    for change in (shop.ours.endpoint.delete, lambda arn: shop.ours.endpoint.swap(arn, model_arn)):
        with pytest.raises(ClientError, match="AccessDenied"):
            change(arn)
    in_service(shop, name, model_arn)


def test_everybodys_endpoints_of_a_model_are_listed(shop: Place) -> None:
    """Over all pages; a model with one of them must stay (fault C11)."""
    model_arn, unserved = shared(shop), shared(shop, by=shop.others)
    arns = set()
    for by in (shop.ours, shop.others, shop.ours, shop.others):
        arn, name = bought(shop, model_arn, by=by)
        in_service(shop, name, model_arn)
        arns.add(arn)
    assert arns <= set(shop.ours.endpoint.serving(model_arn))
    assert not arns & set(shop.ours.endpoint.serving(unserved))


def test_endpoint_that_will_serve_a_model_is_listed_for_it(shop: Place, model_arn: str) -> None:
    """From the moment of the swap."""
    arn, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    another = shared(shop, 1)
    shop.ours.endpoint.swap(arn, another)
    assert arn in shop.ours.endpoint.serving(another)
    in_service(shop, name, another)


def test_commitment_locks_throughput(place: Place) -> None:
    """Until its end nothing deletes it (fault C05)."""
    model_arn = shared(place)
    arn, name = bought(place, model_arn, commitment="one_month")
    in_service(place, name, model_arn)
    found = place.ours.endpoint.find(name)
    assert found is not None
    assert found.committed_until > 0
    with pytest.raises(EndpointBusyError, match="committed until"):
        place.ours.endpoint.delete(arn)


def _delete_once_possible(shop: Place, name: str) -> None:
    def look() -> bool:
        found = shop.ours.endpoint.find(name)
        if found is not None and found.status == "InService":
            shop.ours.endpoint.delete(found.arn)
        return found is None or found.status == "InService"

    shop.eventually(look)


def _is_too_busy(shop: Place, change: Callable[[str], None], arn: str, name: str) -> bool:
    """Whether a change is refused; if not, the endpoint came to rest before the request, and makes way for the next."""
    try:
        change(arn)
    except EndpointBusyError:
        return True
    except ClientError as error:
        # Of a deployment that came to rest between the refusal and the look for why.
        if "cannot be updated now" not in str(error):
            raise
    _delete_once_possible(shop, name)
    return False
