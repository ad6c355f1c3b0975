"""Custom models: deletion, and what forbids it."""

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.jobs import ModelInUseError
from tests.contract.gateways.place import Place, bought, in_service, shared, trained

pytestmark = pytest.mark.xdist_group("gateways")
GONE = "arn:aws:bedrock:us-west-2:000000000000:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl"


def test_model_is_deleted_once_and_deleting_it_again_is_fine(place: Place) -> None:
    """A lost reply makes us ask again."""
    model_arn = trained(place)
    place.ours.jobs.delete_model(model_arn)
    assert place.ours.jobs.model_status(model_arn) is None
    place.ours.jobs.delete_model(model_arn)
    place.ours.jobs.delete_model(GONE)


def test_model_that_is_served_is_not_deleted(shop: Place) -> None:
    """By either kind of endpoint (fault C11)."""
    model_arn = shared(shop)
    _, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    with pytest.raises(ModelInUseError):
        shop.ours.jobs.delete_model(model_arn)
    assert shop.ours.jobs.model_status(model_arn) == "Active"


def test_model_of_somebody_else_is_not_deleted(place: Place) -> None:
    """Its tags are not ours."""
    model_arn = shared(place, by=place.others)
    with pytest.raises(ClientError, match="AccessDenied"):
        place.ours.jobs.delete_model(model_arn)
    assert place.ours.jobs.model_status(model_arn) == "Active"
