"""Tags: whose things are, and what users want written on them."""

import pytest
from botocore.exceptions import ClientError

from finetuning.names import MODEL_TAG
from tests.contract.gateways.place import OURS, Place, another_name, bought, in_service, job_once, shared, started

pytestmark = pytest.mark.xdist_group("gateways")
GONE = "arn:aws:bedrock:us-west-2:000000000000:provisioned-model/abcdefghijkl"


def test_job_and_model_carry_the_tags_of_their_request(place: Place) -> None:
    """The owner tags come first of all."""
    name = another_name()
    job_arn = started(place, place.request(name))
    assert place.ours.jobs.tags(job_arn) == OURS
    job = job_once(place, name, lambda job: job.model_status == "Active")
    assert place.ours.jobs.tags(job.model_arn) == OURS


def test_tags_are_changed_and_removed(shop: Place) -> None:
    """Both may be repeated (fault A27); what is not named stays."""
    model_arn = shared(shop)
    arn, name = bought(shop, model_arn)
    in_service(shop, name, model_arn)
    for change, tags, thing in (
        (shop.ours.jobs.tag, shop.ours.jobs.tags, model_arn),
        (shop.ours.endpoint.tag, shop.ours.endpoint.tags, arn),
    ):
        for _ in range(2):
            change(thing, {"team": "support", "cost": "1"}, [])
            change(thing, {"cost": "2"}, ["team", "never-there"])
        assert tags(thing) == {**OURS, "cost": "2"}


def test_what_does_not_exist_has_no_tags(place: Place) -> None:
    """So nobody takes it for ours."""
    assert place.ours.jobs.tags(GONE) == place.ours.endpoint.tags(GONE) == {}


def test_what_is_not_ours_cannot_be_tagged(place: Place) -> None:
    """Neither by adding nor by removing."""
    model_arn = shared(place, by=place.others)
    place.others.jobs.tag(model_arn, {"team": "theirs"}, [])
    for add, remove in (({"team": "support"}, []), ({}, ["team"])):
        with pytest.raises(ClientError, match="AccessDenied"):
            place.ours.jobs.tag(model_arn, add, remove)
    assert place.ours.jobs.tags(model_arn) == {"team": "theirs"}


@pytest.mark.parametrize(("add", "remove"), [({MODEL_TAG: "other"}, []), ({}, [MODEL_TAG])])
def test_owner_tags_of_what_is_ours_cannot_be_changed(place: Place, add: dict[str, str], remove: list[str]) -> None:
    """All our rights go by them."""
    model_arn = shared(place)
    with pytest.raises(ClientError, match="AccessDenied"):
        place.ours.jobs.tag(model_arn, add, remove)
    assert OURS.items() <= place.ours.jobs.tags(model_arn).items()
