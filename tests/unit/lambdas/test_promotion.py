"""The very model that `dev` judged serves in `staging`: recorded by its manifest, held, served, and let go of."""

from typing import Any

import pytest

from finetuning.manifest import digest
from lambdas.responder import answer
from lambdas.responder.respond import respond
from tests.fakes.cloudformation import a_request
from tests.unit.lambdas.promoting import Source, Target, pinned, promotion


@pytest.fixture
def source() -> Source:
    """Where models are trained."""
    return Source()


@pytest.fixture
def target(source: Source) -> Target:
    """In the same account."""
    return Target(source)


def test_promoted_model_is_the_very_one(source: Source, target: Target) -> None:
    """The same ARN behind an endpoint of its own, and nothing was trained."""
    manifest = source.judge()
    target.promote(manifest)
    [model_arn] = source.jobs.models
    assert target.serves == model_arn
    assert target.held == [model_arn]
    assert target.record.settled
    assert target.jobs.jobs == {}
    current = target.record.training.current
    assert current is not None
    assert (current.manifest, current.job_name) == (digest(manifest), next(iter(source.jobs.jobs)))
    assert current.promoted is not None
    assert (current.promoted.approved_by, current.promoted.reference) == ("ada", "https://example.com/pull/7")


def test_handler_itself_changes_no_model(source: Source, target: Target) -> None:
    """It records; what holds and buys is the driver."""
    target.stack.deploy({"PromotedModel": pinned(source.judge())})
    assert (target.held, target.deployments.alive) == ([], {})


def test_answer_tells_what_is_promoted(source: Source, target: Target) -> None:
    """Names and digests, far below 4,096 bytes."""
    manifest = source.judge()
    request = a_request(properties=pinned(manifest), logical_id="PromotedModel")
    told = target.promoted.apply(request)
    assert told.physical_id == request.allocated_id
    assert told.attributes == {
        "Slot": "staging/faq/training",
        "Generation": target.record.training.current_id,
        "CustomModelArn": next(iter(source.jobs.models)),
        "Manifest": digest(manifest),
    }
    assert len(answer.success(request, told)) < 1000


def test_request_that_is_delivered_twice_records_one_generation(source: Source, target: Target) -> None:
    """CloudFormation's events come at least once (faults A05, A06)."""
    request = a_request(properties=pinned(source.judge()), logical_id="PromotedModel")
    assert target.promoted.apply(request) == target.promoted.apply(request)
    assert len(target.record.training.generations) == 1


def test_tags_of_a_promoted_model_stay_its_makers(source: Source, target: Target) -> None:
    """Ours go to the endpoint."""
    manifest = source.judge()
    target.promote(manifest)
    target.promote(manifest, Tags={"team": "sales"})
    assert source.jobs.tags(target.serves)["team"] == "support"
    assert len(target.record.training.generations) == 1
    assert target.record.settled


def test_next_manifest_swaps_the_model_and_keeps_the_one_before(source: Source, target: Target) -> None:
    """Under the same endpoint; both are held, so that a rollback has something to go back to."""
    target.promote(source.judge("2"))
    first, endpoint = target.serves, list(target.deployments.alive)
    target.promote(source.judge("3"))
    second = target.serves
    assert second != first
    assert list(target.deployments.alive) == endpoint
    assert target.held == [first, second]
    target.promote(source.judge("4"))
    assert target.held == [second, target.serves]


def test_pin_of_the_manifest_before_takes_the_kept_model_up_again(source: Source, target: Target) -> None:
    """A rollback by pull request needs no other model and no other hold."""
    before = source.judge("2")
    target.promote(before)
    first = target.serves
    target.promote(source.judge("3"))
    target.promote(before)
    assert target.serves == first
    assert len(target.record.training.generations) == 2
    assert target.record.settled


def test_model_that_is_held_outlives_its_maker_wanting_it(source: Source, target: Target) -> None:
    """And is deleted by the maker once nobody holds it."""
    target.promote(source.judge("2", KeepPrevious="0"))
    held = target.serves
    source.judge("3", KeepPrevious="0")
    assert held in source.jobs.models
    target.stack.destroy()
    target.machine.run()
    assert (target.held, target.alive[2]) == ([], [])
    assert target.record.settled
    source.judge("4", KeepPrevious="0")
    assert held not in source.jobs.models


def test_removal_deletes_no_model(source: Source, target: Target) -> None:
    """It is another environment's."""
    target.promote(source.judge())
    target.stack.destroy()
    target.machine.run()
    assert len(source.jobs.models) == 1
    assert target.held == []
    assert target.jobs.deleted == []
    assert target.pointer.parameters == {}


def test_model_that_does_not_answer_leaves_what_served_serving(source: Source, target: Target) -> None:
    """The smoke test after the swap; the new model is rejected, the one before is back."""
    target.promote(source.judge("2"))
    champion = target.serves
    target.answering.refusals[""] = "no answer"
    manifest = source.judge("3")
    target.stack.deploy(promotion(manifest))
    target.machine.run()
    target.answering.refusals.clear()
    target.machine.run()
    assert target.serves == champion
    current = target.record.training.current
    assert current is not None
    assert current.rejected


def test_rolled_back_update_goes_back_without_asking_anybody(source: Source, target: Target) -> None:
    """The source and its key may be gone, and another model may hold the lock: a stack must be able to roll back."""
    before = source.judge("2")
    target.promote(before)
    first = target.serves
    target.stack.update({"PromotedModel": pinned(source.judge("3"))})
    target.lock.give_back("faq", target.record.training.current_id)
    target.lock.take(target.registry.read("sales"), "0123456789-1")
    target.stack.resources["PromotedModel"].before.properties["ManifestKey"] = "gone"  # type: ignore[union-attr, index]
    target.stack.roll_back_by_update()
    target.machine.run()
    assert target.serves == first
    assert target.record.settled


def test_rollback_gives_the_lock_back(source: Source, target: Target) -> None:
    """What it was taken for is not wanted any more: another model may be promoted at once."""
    target.promote(source.judge("2"))
    target.stack.update({"PromotedModel": pinned(source.judge("3"))})
    assert target.lock.holder() is not None
    target.stack.roll_back_by_update()
    assert target.lock.holder() is None


def test_removal_gives_the_lock_back(source: Source, target: Target) -> None:
    """Before the driver has come to it."""
    target.stack.deploy({"PromotedModel": pinned(source.judge())})
    assert target.lock.holder() is not None
    target.stack.destroy()
    assert target.lock.holder() is None


def test_change_of_tags_needs_no_key(source: Source, target: Target) -> None:
    """What is wanted already was verified when it was recorded."""
    manifest = source.judge()
    target.promote(manifest)
    target.promote(manifest, ManifestKey="gone", Tags={})
    assert target.record.settled


def test_request_that_was_given_up_leaves_nothing_wanted_and_no_lock(source: Source, target: Target) -> None:
    """CloudFormation rolls the creation back while it is being recorded (fault A21)."""
    request = a_request(properties=pinned(source.judge()), logical_id="PromotedModel")
    target.table.interruptions.append(lambda: target.stacks.doing.update({(request.stack_id, "PromotedModel"): ""}))
    with pytest.raises(Exception, match="was given up"):
        target.promoted.apply(request)
    assert target.record.training.removed
    assert target.lock.holder() is None


def test_failure_is_answered_within_what_cloudformation_takes(source: Source, target: Target) -> None:
    """Whatever a manifest says."""
    manifest = source.judge()
    properties = pinned(manifest, key="another", Model="faq" * 2000)
    event = {
        "RequestType": "Create",
        "RequestId": "1",
        "StackId": a_request(properties={}).stack_id,
        "LogicalResourceId": "PromotedModel",
        "ResponseURL": "https://example.com/",
        "ResourceProperties": properties,
    }
    sent: list[Any] = []
    respond(event, lambda: target.promoted, send=lambda url, body: sent.append(body))
    assert len(sent[0]) <= answer.MAX_BODY_BYTES
