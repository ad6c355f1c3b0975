"""The simulated account: the ledger, rights, strangers' things, and what happens by hand."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.jobs import ModelInUseError
from tests.contract.gateways.place import OURS, another_name, bought, job_once, shared, started, trained
from tests.contract.gateways.simulated import SimulatedPlace
from tests.simulation.aws.client import Client
from tests.simulation.aws.jobs import LONGEST_SECONDS
from tests.simulation.aws.site import EPOCH, Caller
from tests.simulation.aws.things import Endpoint, Job, Model
from tests.simulation.aws_places import HOUR, a_place, later, raw
from tests.simulation.kernel import Fault


def test_status_of_the_future_is_shown_and_taken_back() -> None:
    """What really happens goes on (fault B15); no service model knows it, so none is asked."""
    place = SimulatedPlace("provisioned", is_checked=False)
    name = another_name()
    arn = started(place, place.request(name))
    place.account.bedrock.future_status(arn, "Queued")
    later(place, LONGEST_SECONDS)
    assert job_once(place, name, lambda job: True).status == "Queued"
    place.account.bedrock.future_status(arn, "")
    assert job_once(place, name, lambda job: True).status == "Completed"


@pytest.mark.parametrize("denied", [True, False])
def test_deleting_what_is_gone_may_be_denied(denied: bool) -> None:
    """What does not exist has no tags, and IAM is asked first."""
    place = a_place(gone_is_denied=denied)
    model_arn = trained(place)
    place.account.bedrock.delete_by_hand(model_arn)
    ours = Client(place.world, "bedrock", place.account.bedrock.operations(Caller(("finetuning", "dev"))))
    code = "AccessDeniedException" if denied else "ResourceNotFoundException"
    with pytest.raises(ClientError, match=code):
        ours.delete_custom_model(modelIdentifier=model_arn)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        raw(place).delete_custom_model(modelIdentifier=model_arn)
    place.ours.jobs.delete_model(model_arn)


@pytest.mark.parametrize("allowed", [True, False])
def test_model_that_is_served_may_be_unprotected(allowed: bool) -> None:
    """Then the ledger says that an endpoint lost it (fault C11)."""
    place = a_place(delete_served_model=allowed)
    model_arn = shared(place)
    arn, _ = bought(place, model_arn)
    if allowed:
        place.ours.jobs.delete_model(model_arn)
        assert place.account.bedrock.changes[-1].detail == arn
    else:
        with pytest.raises(ModelInUseError):
            place.ours.jobs.delete_model(model_arn)


def test_ledger_knows_who_bought_and_who_changed_what() -> None:
    """Even if the sender was dead when its request arrived; tags are those at the time."""
    place = a_place()
    name = another_name()

    class Late:
        def strike(self, call: Any) -> Fault | None:
            return Fault.late(60.0) if call.operation == "bedrock.create_model_customization_job" else None

    place.world.faults = Late()
    place.world.spawn("buyer", lambda: place.ours.jobs.create(place.request(name)))
    later(place, 100.0)
    (purchase,) = place.account.bedrock.purchases
    assert (purchase.kind, purchase.name, purchase.by, purchase.tags) == ("job", name, "buyer", OURS)
    assert purchase.at > 60.0
    place.world.spawn("stopper", lambda: place.ours.jobs.stop(name))
    later(place, 10.0)
    place.account.bedrock.delete_by_hand(purchase.arn)
    changes = [(change.what, change.by) for change in place.account.bedrock.changes]
    assert changes == [("stopped", "stopper"), ("stopped", "human")]


def test_what_is_alive_is_told_with_its_kind() -> None:
    """Jobs at rest are not alive; they stay to be found."""
    place = a_place()
    model_arn = trained(place)
    endpoint_arn, _ = bought(place, model_arn)
    bedrock = place.account.bedrock
    assert [(kind, thing.arn) for kind, thing in bedrock.alive()] == [
        ("model", model_arn),
        ("provisioned", endpoint_arn),
    ]
    model = bedrock.find(model_arn)
    assert isinstance(model, Model)
    assert isinstance(bedrock.find(model.job_arn), Job)


@pytest.mark.parametrize("kind", ["job", "model", "provisioned", "on_demand"])
def test_strangers_things_can_be_planted(kind: str) -> None:
    """Under our names, without our tags; nobody of ours bought them."""
    place = a_place("on_demand" if kind == "on_demand" else "provisioned")
    arn = place.account.bedrock.foreign(kind, "finetuning-dev-faq-0123456789-1")
    later(place, HOUR)
    thing = place.account.bedrock.find(arn)
    assert thing is not None
    assert (thing.name, thing.tags) == ("finetuning-dev-faq-0123456789-1", {})
    assert place.account.bedrock.purchases == []
    found: Any = {
        "job": place.ours.jobs.find,
        "model": lambda name: place.ours.jobs.model_status(arn),
        "provisioned": place.ours.endpoint.find,
        "on_demand": place.ours.endpoint.find,
    }[kind](thing.name)
    assert found == "Active" if kind == "model" else found.arn == arn


def test_stranger_may_serve_our_model() -> None:
    """Then it must stay."""
    place = a_place()
    model_arn = shared(place)
    arn = place.account.bedrock.foreign("provisioned", "theirs", model_arn=model_arn)
    assert place.ours.endpoint.serving(model_arn) == [arn]


@pytest.mark.parametrize("seconds", [-60.0, 0.0, 60.0])
def test_clock_of_the_functions_may_be_wrong(seconds: float) -> None:
    """The services' is right (fault D09)."""
    place = a_place(skew_seconds=seconds)
    arn, name = bought(place, shared(place), commitment="one_month")
    endpoint, found = place.account.bedrock.find(arn), place.ours.endpoint.find(name)
    assert isinstance(endpoint, Endpoint)
    assert found is not None
    assert endpoint.committed_until is not None
    assert found.committed_until == pytest.approx(EPOCH + endpoint.committed_until, abs=1e-3)
    assert place.account.clock() == EPOCH + place.world.now + seconds


def test_human_stops_a_job_and_deletes_nothing_that_is_a_record() -> None:
    """Its end says nothing of a model."""
    place = a_place()
    name = another_name()
    arn = started(place, place.request(name))
    place.account.bedrock.delete_by_hand(arn)
    later(place, LONGEST_SECONDS)
    job = job_once(place, name, lambda job: True)
    assert (job.status, job.model_arn) == ("Stopped", "")
    with pytest.raises(AssertionError, match="is at rest"):
        place.account.bedrock.delete_by_hand(arn)


def test_another_environment_of_the_project_has_no_right_here() -> None:
    """Both owner tags count."""
    place = a_place()
    model_arn = shared(place)
    arn, _ = bought(place, model_arn)
    later(place, HOUR)
    for owner in (("finetuning", "staging"), ("other", "dev")):
        theirs = place.account.for_owner(owner)
        with pytest.raises(ClientError, match="AccessDenied"):
            theirs.jobs().delete_model(model_arn)
        with pytest.raises(ClientError, match="AccessDenied"):
            theirs.endpoints()["provisioned"].delete(arn)
    assert place.account.bedrock.changes == []


def test_lists_are_filtered_by_name_and_come_in_pages() -> None:
    """Three at a time, so that who forgets to ask on misses something."""
    place = a_place()
    for number in range(7):
        place.account.bedrock.foreign("model", f"{'a' if number % 2 else 'b'}-{number}")
    models = raw(place).list_custom_models
    assert len(models()["modelSummaries"]) == 3
    pages = raw(place).get_paginator("list_custom_models").paginate(nameContains="b-")
    found = [[model["modelName"] for model in page["modelSummaries"]] for page in pages]
    assert found == [["b-6", "b-4", "b-2"], ["b-0"]]
