"""What promotion needs of the simulated account: holds, models of other environments, alarms."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from finetuning.lifecycle.verdict import Promoted
from finetuning.names import ENVIRONMENT_TAG, PROJECT_TAG, hold_tag
from tests.contract.gateways.simulated import SimulatedPlace
from tests.simulation.aws.account import BedrockGateways
from tests.simulation.aws.client import Client
from tests.simulation.aws.site import Caller
from tests.simulation.aws.things import Model

VALUE = "finetuning/faq"


@pytest.fixture
def place() -> SimulatedPlace:
    """An empty account."""
    return SimulatedPlace("provisioned")


@pytest.fixture
def judged(place: SimulatedPlace) -> Model:
    """A model of dev."""
    return place.account.bedrock.judged_elsewhere("finetuning-dev-faq-1", ("finetuning", "dev"))


def seen_by(place: SimulatedPlace, environment: str, project: str = "finetuning") -> BedrockGateways:
    """The gateways with an environment's rights."""
    return place.account.for_owner((project, environment))


def test_model_judged_elsewhere_is_looked_at_and_held(place: SimulatedPlace, judged: Model) -> None:
    """With the job that made it; a hold may be put twice, and taken off twice."""
    holds, promoted = seen_by(place, "prod").holds(), promoted_model(judged)
    found = holds.model(judged.arn, "prod")
    assert found is not None
    assert (found.job_arn, found.status, found.held_for) == (judged.job_arn, "Active", "")
    for _ in range(2):
        holds.hold(judged.arn, "prod", VALUE)
    seen = holds.find(promoted, "prod", VALUE)
    assert (seen.status, seen.model_status, seen.is_held) == ("Completed", "Active", True)
    assert not seen_by(place, "staging").holds().find(promoted, "staging", VALUE).is_held
    for _ in range(2):
        holds.release(judged.arn, "prod", VALUE)
    assert not holds.find(promoted, "prod", VALUE).is_held
    assert [change.what for change in place.account.bedrock.changes] == ["tagged", "tagged", "untagged"]


def promoted_model(model: Model) -> Promoted:
    """What a pin says of it."""
    return Promoted("swap", model.arn, model.job_arn, model.job_name, "0" * 64, "somebody", "https://example.com/1")


@pytest.mark.parametrize(
    ("environment", "project", "key", "value"),
    [
        ("prod", "finetuning", hold_tag("staging"), VALUE),
        ("prod", "finetuning", hold_tag("prod"), "other/faq"),
        ("prod", "other", hold_tag("prod"), "other/faq"),
        ("prod", "finetuning", "team", "support"),
        ("prod", "finetuning", ENVIRONMENT_TAG, "prod"),
    ],
)
def test_nothing_but_its_own_hold_may_be_put_on_another_environments_model(
    place: SimulatedPlace, judged: Model, environment: str, project: str, key: str, value: str
) -> None:
    """Nor on one of another project."""
    with pytest.raises(ClientError, match="AccessDenied"):
        seen_by(place, environment, project).jobs().tag(judged.arn, {key: value}, [])


def test_hold_is_no_right_to_anything_else(place: SimulatedPlace, judged: Model) -> None:
    """Neither to delete the model nor to take off its owner tags; nor may another environment take off the hold."""
    prod = seen_by(place, "prod")
    prod.holds().hold(judged.arn, "prod", VALUE)
    calls: list[Callable[[], object]] = [
        lambda: prod.jobs().delete_model(judged.arn),
        lambda: prod.jobs().tag(judged.arn, {}, [PROJECT_TAG]),
        lambda: prod.jobs().tag(judged.arn, {"team": "a"}, [hold_tag("prod")]),
        lambda: seen_by(place, "staging").jobs().tag(judged.arn, {}, [hold_tag("prod")]),
    ]
    for call in calls:
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


@pytest.mark.parametrize("kind", ["provisioned", "on_demand"])
def test_endpoint_takes_on_what_is_held(kind: str) -> None:
    """And not what is not."""
    place = SimulatedPlace(kind)
    account = place.account
    models = [
        account.bedrock.judged_elsewhere(f"model-{n}", ("finetuning", "dev"), base_model=place.base_model) for n in "ab"
    ]
    prod = seen_by(place, "prod")
    tags = {PROJECT_TAG: "finetuning", ENVIRONMENT_TAG: "prod"}
    arn = account.bedrock.foreign(kind, "endpoint", tags=tags, model_arn=models[0].arn)
    place.world.run(until=86_400.0)
    swap = prod.endpoints()[kind].swap
    with pytest.raises(ClientError, match="AccessDenied"):
        swap(arn, models[1].arn)
    prod.holds().hold(models[1].arn, "prod", VALUE)
    swap(arn, models[1].arn)
    assert models[1].arn in {item.desired_arn for item in account.bedrock.site.serving(models[1].arn)}


def test_model_that_is_gone_is_not_there(place: SimulatedPlace, judged: Model) -> None:
    """Its hold went with it."""
    holds = seen_by(place, "prod").holds()
    holds.hold(judged.arn, "prod", VALUE)
    place.account.bedrock.delete_by_hand(judged.arn)
    assert holds.model(judged.arn, "prod") is None
    assert holds.find(promoted_model(judged), "prod", VALUE).model_status is None
    holds.release(judged.arn, "prod", VALUE)


def test_alarms_go_off_as_they_are_told(place: SimulatedPlace) -> None:
    """Metric alarms and those made of others; one that does not exist counts as going off."""
    alarms = place.account.alarms
    alarms.states |= {"errors": "OK", "slow": "ALARM", "all": "ALARM", "new": "INSUFFICIENT_DATA"}
    alarms.composite.add("all")
    names = ("errors", "slow", "all", "new", "none")
    assert place.account.watching().going_off(names) == ("slow", "all", "none (no such alarm)")
    assert place.account.watching().going_off(()) == ()


SHARED = Model(
    "arn:aws:bedrock:us-east-1:444455556666:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl",
    "theirs", 0.0, {}, "Active", base_model="anthropic.claude-3-haiku-20240307-v1:0:200k",
)  # fmt: skip
TAGS = [{"key": PROJECT_TAG, "value": "finetuning"}, {"key": ENVIRONMENT_TAG, "value": "dev"}]


def copying(place: SimulatedPlace, **changes: str) -> Any:
    """Ask for a copy, as our functions may."""
    client = Client(place.world, "bedrock", place.account.bedrock.operations(Caller(("finetuning", "dev"))))
    request = {"sourceModelArn": SHARED.arn, "targetModelName": "ours", "targetModelTags": TAGS, **changes}
    return client.create_model_copy_job(**request)["jobArn"]


def test_copy_comes_once_what_is_shared_shows(place: SimulatedPlace) -> None:
    """The same token brings the same job; the copy is ours and answers as the source does."""
    bedrock, world = place.account.bedrock, place.world
    bedrock.copies.share(SHARED, after=600.0)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        copying(place)
    world.run(until=601.0)
    arn = copying(place, clientRequestToken="token")
    assert copying(place, clientRequestToken="token") == arn
    with pytest.raises(ClientError, match="in use"):
        copying(place)
    world.run(until=10_000.0)
    client = Client(world, "bedrock", bedrock.operations(Caller(None)))
    shown = client.get_model_copy_job(jobArn=arn)
    assert (shown["status"], shown["sourceAccountId"]) == ("Completed", "444455556666")
    listed = client.list_model_copy_jobs(targetModelNameContains="our", statusEquals="Completed")
    assert [job["jobArn"] for job in listed["modelCopyJobSummaries"]] == [arn]
    found = bedrock.site.models.truth[shown["targetModelArn"]]
    assert (found.name, found.base_model, found.tags[PROJECT_TAG]) == ("ours", SHARED.base_model, "finetuning")
    assert [purchase.kind for purchase in bedrock.purchases] == ["copy"]


def test_copy_is_refused_or_fails_as_a_story_says(place: SimulatedPlace) -> None:
    """With codes that nobody declares, and with messages over keys."""
    copies = place.account.bedrock.copies
    copies.share(SHARED)
    copies.refusals.append(("ServiceUnavailableException", "Try again."))
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        copying(place)
    copies.failures.append("kms:Decrypt is not allowed on the source key")
    arn = copying(place)
    place.world.run(until=10_000.0)
    assert copies.shelf.truth[arn].failure == "kms:Decrypt is not allowed on the source key"
    assert place.account.bedrock.site.models.find("ours") is None
