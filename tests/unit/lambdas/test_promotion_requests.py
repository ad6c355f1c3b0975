"""What CloudFormation asks of a promotion's resources out of the ordinary: again, too late, or to take it back."""

import re
from typing import Any

import pytest

from lambdas.promoted_model.verification import PromotionRefusedError
from lambdas.registry.promotion_lock import TAKING_SECONDS
from tests.fakes.cloudformation import FakeStack, a_request
from tests.fakes.stacks import STACK
from tests.unit.lambdas.promoting import Source, Target, pinned


@pytest.fixture
def source() -> Source:
    """Where models are trained."""
    return Source()


@pytest.fixture
def target(source: Source) -> Target:
    """In the same account."""
    return Target(source)


def test_manifest_that_was_promoted_before_is_verified_when_it_is_pinned_again(source: Source, target: Target) -> None:
    """Its key may have been given up since: only a rollback of the stack goes back unasked."""
    before, after = source.judge("2"), source.judge("3")
    target.promote(before)
    target.promote(after)
    serves = target.serves
    with pytest.raises(PromotionRefusedError, match="signature"):
        target.promote(before, ManifestKey="another")
    assert target.serves == serves


def test_manifest_that_was_never_promoted_is_verified_in_a_rollback_too(source: Source, target: Target) -> None:
    """A rollback goes back to what is recorded, and nowhere else unasked."""
    before, after = source.judge("2"), source.judge("3")
    target.promote(before)
    serves = target.serves
    target.stacks.rolling_back.add(STACK)
    with pytest.raises(PromotionRefusedError, match="signature"):
        target.stack.update({"PromotedModel": pinned(after, key="mallory")})
    assert target.serves == serves


def test_stack_that_is_deleted_in_the_middle_of_an_update_wants_nothing(source: Source, target: Target) -> None:
    """The clean-up of the model before never came; that one is not wanted again by it."""
    target.promote(source.judge("2"))
    target.stack.update({"PromotedModel": pinned(source.judge("3"))})
    target.stack.destroy()
    target.machine.run()
    assert target.record.training.removed
    assert (target.held, target.serves) == ([], "")


def test_delete_that_is_an_old_one_takes_nothing_away(source: Source, target: Target) -> None:
    """Of a Create that was never answered, delivered when the resource is there (fault A20)."""
    properties = pinned(source.judge())
    target.stack.deploy({"PromotedModel": properties})
    target.machine.executions.clear()
    before = dict(target.table.items)
    target.promoted.delete(
        a_request("Delete", properties=properties, logical_id="PromotedModel", physical_id="made-up-by-cloudformation")
    )
    assert target.table.items == before
    assert target.machine.executions == {}


def checking(target: Target) -> FakeStack:
    """A stack whose training follows a manifest."""
    return FakeStack({"ManifestCheck": target.promoted}, target.stacks)


def test_rollback_of_what_a_training_follows_asks_nobody(source: Source, target: Target) -> None:
    """The manifest before was verified in its time; a stack must be able to roll back without its key."""
    stack = checking(target)
    before: dict[str, Any] = pinned(source.judge("2"), Method="retrain")
    stack.deploy({"ManifestCheck": before})
    stack.update({"ManifestCheck": pinned(source.judge("3"), Method="retrain")})
    before["ManifestKey"] = "gone"
    stack.roll_back_by_update()
    assert stack.resources["ManifestCheck"].properties == before


def test_check_of_a_manifest_is_never_replaced(source: Source, target: Target) -> None:
    """Its id is of the form of ours, the same whatever it follows, and another one in another stack."""
    stack = checking(target)
    stack.deploy({"ManifestCheck": pinned(source.judge("2"), Method="retrain")})
    first = stack.resources["ManifestCheck"].physical_id
    stack.deploy({"ManifestCheck": pinned(source.judge("3"), Method="retrain")})
    assert stack.resources["ManifestCheck"].physical_id == first
    assert re.fullmatch(r"ManifestCheck-[0-9a-f]{16}", first)
    other = stack.stack_id.replace("/1", "/2")
    properties = pinned(source.judge("4"), Method="retrain")
    target.stacks.doing[other, "ManifestCheck"] = "CREATE_IN_PROGRESS"
    told = target.promoted.apply(a_request(properties=properties, logical_id="ManifestCheck", stack_id=other))
    assert told.physical_id != first


def test_lock_that_ran_out_is_taken_anew_by_the_same_promotion(target: Target) -> None:
    """A function died between the lock and the record; CloudFormation's next delivery holds it from its own time on."""
    record = target.record
    target.lock.take(record, "0123456789-1")
    target.clock.sleep(TAKING_SECONDS)
    assert target.lock.holder() is None
    target.lock.take(record, "0123456789-1")
    held = target.lock.holder()
    assert held is not None
    assert held.since == target.clock.epoch()
