"""One promotion per environment at a time; a holder that is dead or done holds nothing (fault E05)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import hand_over
from lambdas.gateways.promotion_lock_table import LockItem
from lambdas.registry.promotion_lock import TAKING_SECONDS, PromotionLockedError
from tests.fakes.cloudformation import a_request
from tests.unit.lambdas.promoting import Source, Target, changed, pinned, promotion

GENERATION = "0123456789-1"


@pytest.fixture
def target() -> Target:
    """An environment."""
    return Target(Source())


def record(target: Target, model: str = "faq") -> ModelRecord:
    """What its registry says of a model."""
    return target.registry.read(model)


def under_way(target: Target, model: str = "sales") -> str:
    """Let another model's promotion be under way, begun long ago; returns its generation."""
    source = Source()
    properties = pinned(changed(source.judge(), model=model), Model=model)
    other = Target(source)
    other.promoted.apply(a_request(properties=properties, logical_id="PromotedModel"))
    target.table.items[model] = other.table.items[model]
    target.lock_table.item = other.lock_table.item
    target.clock.sleep(TAKING_SECONDS)
    return other.registry.read(model).training.current_id


def test_second_promotion_is_refused_before_it_writes(target: Target) -> None:
    """It says who holds the lock, since when, and what to do."""
    source = Source()
    target = Target(source)
    generation = under_way(target)
    items = dict(target.table.items)
    with pytest.raises(PromotionLockedError) as refused:
        target.promoted.apply(a_request(properties=pinned(source.judge()), logical_id="PromotedModel"))
    assert target.table.items == items
    assert target.machine.executions == {}
    assert str(refused.value) == (
        "model 'faq' is not promoted, and nothing was changed: in environment staging a promotion of model 'sales' is "
        f"under way (generation {generation}, since 2026-05-28 20:26 UTC). Wait for it, then deploy again: python -m "
        "ops wait --env staging --model sales --until settled"
    )


def settled(target: Target, model: str) -> None:
    """The driver has nothing left to do."""
    target.registry.update(model, lambda r: replace(r, settled=True))


def another_generation(target: Target, model: str) -> None:
    """Something else is wanted by now."""
    target.registry.update(model, lambda r: hand_over(replace(r, training=replace(r.training, current_id=GENERATION))))


def removed(target: Target, model: str) -> None:
    """Nothing is wanted any more."""
    target.registry.update(model, lambda r: replace(r, training=replace(r.training, removed=True)))


@pytest.mark.parametrize("happens", [settled, another_generation, removed])
def test_holder_that_is_over_holds_nothing(target: Target, happens: Callable[[Target, str], None]) -> None:
    """Although it never gave the lock back."""
    under_way(target)
    happens(target, "sales")
    assert target.lock.holder() is None
    target.lock.take(record(target), GENERATION)
    assert target.lock_table.item.model == "faq"


def test_holder_that_is_about_to_record_holds_the_lock(target: Target) -> None:
    """Between the lock and the record nothing else tells that somebody is at it, for as long as its function runs."""
    target.lock.take(record(target, "sales"), GENERATION)
    with pytest.raises(PromotionLockedError):
        target.lock.take(record(target), GENERATION)
    target.clock.sleep(TAKING_SECONDS)
    target.lock.take(record(target), GENERATION)


def test_holder_may_take_it_again(target: Target) -> None:
    """The same request, delivered twice; and a later promotion of the same model takes it over."""
    target.lock.take(record(target), GENERATION)
    before = target.lock_table.item
    target.lock.take(record(target), GENERATION)
    assert target.lock_table.item == before
    target.lock.take(record(target), "0123456789-2")
    assert target.lock_table.item.generation == "0123456789-2"


def test_of_two_at_once_one_takes_it(target: Target) -> None:
    """Both have read a free lock; the table takes one write."""
    target.lock_table.interruptions.append(lambda: target.lock.take(record(target, "sales"), GENERATION))
    with pytest.raises(PromotionLockedError, match="'sales'"):
        target.lock.take(record(target), GENERATION)
    assert target.lock_table.item.model == "sales"


def test_settled_promotion_makes_room_at_once() -> None:
    """Nobody has to give the lock back."""
    source = Source()
    target = Target(source)
    target.stack.deploy(promotion(source.judge()))
    held = target.lock.holder()
    assert held is not None
    assert (held.model, held.generation) == ("faq", target.record.training.current_id)
    target.machine.run()
    assert target.lock.holder() is None
    target.lock.take(record(target, "sales"), GENERATION)


def test_lock_of_another_promotion_is_not_given_back(target: Target) -> None:
    """Neither another model's, nor that of a later generation of this one."""
    target.lock.take(record(target, "sales"), GENERATION)
    target.lock.give_back("faq", GENERATION)
    target.lock.give_back("sales", "0123456789-2")
    assert target.lock_table.item.model == "sales"


def test_lost_race_leaves_the_lock_to_who_won_it(target: Target) -> None:
    """It was taken over just before it was given back."""
    target.lock.take(record(target), GENERATION)
    target.lock_table.interruptions.append(lambda: target.lock.take(record(target), "0123456789-2"))
    target.lock.give_back("faq", GENERATION)
    assert target.lock_table.item.generation == "0123456789-2"


def test_free_lock_has_no_holder(target: Target) -> None:
    """Nor does one that was given back a moment ago."""
    assert target.lock.holder() is None
    target.lock_table.item = LockItem(since=target.clock.epoch())
    assert target.lock.holder() is None
