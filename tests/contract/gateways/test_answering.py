"""Endpoints that are asked whether they answer."""

import pytest
from botocore.exceptions import ClientError

from finetuning.errors import TransientError
from tests.contract.gateways.place import Place, bought, in_service, shared

pytestmark = pytest.mark.xdist_group("gateways")


def test_endpoint_answers_when_it_is_in_service(shop: Place) -> None:
    """In the format of its base model."""
    model_arn = shared(shop)
    arn, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    assert shop.ours.answering.refusal(arn, shop.base_model) == ""


def test_endpoint_of_somebody_else_is_not_asked(shop: Place) -> None:
    """Its tags are not ours, which says nothing about its model."""
    model_arn = shared(shop, by=shop.others)
    arn, name = bought(shop, model_arn, by=shop.others)
    in_service(shop, name, model_arn)
    with pytest.raises(ClientError, match="AccessDenied"):
        shop.ours.answering.refusal(arn, shop.base_model)
    assert shop.others.answering.refusal(arn, shop.base_model) == ""


def test_endpoint_that_is_gone_is_no_reason_to_reject_a_model(shop: Place) -> None:
    """What is gone has no tags that would make it ours; the next look tells."""
    gone = f"{shared(shop).partition('custom-model/')[0]}provisioned-model/abcdefghijkl"
    with pytest.raises((ClientError, TransientError)):
        shop.ours.answering.refusal(gone, shop.base_model)
