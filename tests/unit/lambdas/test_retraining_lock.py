"""A model that is trained again by another environment's manifest is a promotion: it has the lock until it is over."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.retrying import resume, retry, stop_billing
from lambdas.registry.promotion_lock import TAKING_SECONDS, PromotionLockedError
from tests.fakes.cloudformation import a_request
from tests.unit.lambdas.promoting import Source, Target, pinned
from tests.unit.lambdas.retraining import ANOTHER, Retraining, retraining
from tests.unit.lambdas.story import MODEL

GENERATION = "0123456789-1"


@pytest.fixture
def story() -> Retraining:
    """An environment in which nothing was promoted yet."""
    return Retraining()


def another_is_under_way(story: Retraining) -> None:
    """A promotion of model sales has the lock."""
    story.lock.take(story.registry.read("sales"), GENERATION)


@pytest.mark.parametrize("reasons", [(), ("rouge_l is 0.41",)], ids=["agrees", "disagrees"])
def test_retraining_has_the_lock_until_it_is_over(story: Retraining, reasons: tuple[str, ...]) -> None:
    """From its record on, through training and verdict, whatever that is."""
    story.reasons = reasons
    story.promote()
    story.clock.sleep(TAKING_SECONDS)
    with pytest.raises(PromotionLockedError, match=f"a promotion of model '{MODEL}' is under way"):
        another_is_under_way(story)
    story.end()
    assert story.record.settled
    assert story.holder == ""
    another_is_under_way(story)


def test_second_promotion_by_retraining_is_refused_before_it_writes(story: Retraining) -> None:
    """Nothing is recorded, ordered or driven; it says who holds the lock."""
    another_is_under_way(story)
    with pytest.raises(PromotionLockedError, match=r"model 'faq' is not promoted.* of model 'sales' is under way"):
        story.promote()
    assert (story.jobs.jobs, story.table.items, story.machine.executions) == ({}, {}, {})


def test_swap_waits_for_a_retraining() -> None:
    """Both ways take the one lock of the environment."""
    source = Source()
    target = Target(source)
    job = retraining()["Job"] | {"Model": "sales"}
    target.job.apply(a_request(properties=job))
    target.clock.sleep(TAKING_SECONDS)
    with pytest.raises(PromotionLockedError, match="of model 'sales' is under way"):
        target.promoted.apply(a_request(properties=pinned(source.judge()), logical_id="PromotedModel"))


def test_training_that_follows_no_manifest_takes_no_lock(story: Retraining) -> None:
    """It is no promotion, so it neither waits for one nor is waited for."""
    another_is_under_way(story)
    story.deploy()
    assert story.jobs.running
    assert story.holder == "sales"


def test_request_that_is_delivered_twice_takes_it_once(story: Retraining) -> None:
    request = a_request(properties=retraining()["Job"])
    first = story.job.apply(request)
    held = story.lock_table.item
    assert story.job.apply(request) == first
    assert story.lock_table.item == held


def test_tags_are_no_promotion(story: Retraining) -> None:
    """They are changed while another model is promoted."""
    story.promote()
    story.end()
    another_is_under_way(story)
    story.promote(Tags={"team": "sales"})
    assert story.record.settled
    assert story.holder == "sales"


def test_same_training_by_another_manifest_is_another_promotion(story: Retraining) -> None:
    """The verdict is given again, and may put it into service or not."""
    story.promote()
    story.end()
    another_is_under_way(story)
    with pytest.raises(PromotionLockedError):
        story.promote(manifest=ANOTHER)
    story.lock.give_back("sales", GENERATION)
    story.stack.update(retraining(manifest=ANOTHER))
    assert story.holder == MODEL
    story.machine.run()
    assert (story.holder, story.record.settled) == ("", True)


def by_update(story: Retraining) -> None:
    """As the CDK's issue 29581 saw it."""
    story.stack.roll_back_by_update()


def by_delete(story: Retraining) -> None:
    """As AWS does what it need not update."""
    story.stack.roll_back_by_delete()


def by_removal(story: Retraining) -> None:
    """The stack goes."""
    story.stack.destroy()


@pytest.mark.parametrize("given_up", [by_update, by_delete, by_removal])
def test_promotion_that_is_given_up_gives_the_lock_back(
    story: Retraining, given_up: Callable[[Retraining], None]
) -> None:
    """At once: another model need not wait until the driver has cleaned up."""
    story.promote("2")
    story.end()
    story.stack.update(retraining("3"))
    assert story.holder == MODEL
    given_up(story)
    assert story.lock_table.item.model == ""


def test_rollback_waits_for_nobody(story: Retraining) -> None:
    """A stack must be able to roll back while another model is promoted."""
    story.promote("2")
    story.end()
    story.stack.update(retraining("3"))
    story.lock.give_back(MODEL, story.record.training.current_id)
    another_is_under_way(story)
    story.stack.roll_back_by_update()
    story.machine.run()
    assert (story.holder, story.record.settled) == ("sales", True)


def test_rollback_of_something_else_leaves_the_lock_to_a_promotion_that_stands(story: Retraining) -> None:
    """The stack's update of the tags is given up, and not what is being trained."""
    story.promote()
    story.stack.update(retraining(Tags={"team": "sales"}))
    story.stack.roll_back_by_update()
    assert story.holder == MODEL


def test_request_that_was_given_up_meanwhile_gives_the_lock_back(story: Retraining) -> None:
    """CloudFormation deletes the resource between the claim and the write (fault A22)."""
    story.lock_table.interruptions.append(lambda: story.stacks.doing.update(doing))
    request = a_request(properties=retraining()["Job"])
    doing = {(request.stack_id, request.logical_id): "DELETE_IN_PROGRESS"}
    with pytest.raises(Exception, match="was given up while it was being created"):
        story.job.apply(request)
    assert (story.lock_table.item.model, story.jobs.jobs) == ("", {})


def test_training_that_failed_holds_nothing_and_its_next_attempt_does(story: Retraining) -> None:
    """What the registry says of the holder decides: nobody has to give anything back."""
    story.promote()
    story.end("Failed")
    assert (story.holder, story.record.settled) == ("", True)
    record = story.registry.update(MODEL, retry)
    story.clock.sleep(TAKING_SECONDS)
    assert record.training.current_id.endswith("-2")
    assert story.holder == MODEL


def test_later_work_on_a_model_is_no_promotion(story: Retraining) -> None:
    """It was promoted long ago: what an operator does with it keeps no other model waiting."""
    story.promote()
    story.end()
    story.clock.sleep(TAKING_SECONDS)
    for change in (stop_billing, resume, hand_over):
        assert not story.registry.update(MODEL, change).settled
        assert story.holder == ""
        another_is_under_way(story)
        story.lock_table.item = replace(story.lock_table.item, model=MODEL, generation=story.record.training.current_id)
        story.machine.start(MODEL, story.record.in_charge)
        story.machine.run()
        assert story.record.settled


def test_model_that_is_promoted_back_holds_the_lock_again(story: Retraining) -> None:
    """The same generation, whose promotion was over before."""
    story.promote("2")
    story.end()
    first = story.record.training.current_id
    story.promote("3", manifest=ANOTHER)
    story.end()
    story.stack.update(retraining("2"))
    assert (story.record.training.current_id, story.holder) == (first, MODEL)
    story.machine.run()
    assert story.holder == ""


def test_model_that_disagreed_and_is_put_to_the_test_again_is_being_promoted(story: Retraining) -> None:
    """It may go into service now; work on it as it is keeps nobody waiting."""
    story.reasons = ("rouge_l is 0.41",)
    story.promote()
    story.end()
    story.registry.update(MODEL, hand_over)
    assert story.holder == ""
    story.registry.update(MODEL, resume)
    assert story.holder == MODEL


def test_promotion_that_waits_for_a_person_goes_on_with_what_that_person_does(story: Retraining) -> None:
    """Billing was stopped before the model was judged: it is not in service."""
    story.promote()
    story.registry.update(MODEL, stop_billing)
    story.machine.start(MODEL, story.record.in_charge)
    story.end()
    assert (story.holder, story.record.settled) == ("", True)
    story.registry.update(MODEL, resume)
    assert story.holder == MODEL


def test_endpoint_that_is_wanted_after_the_model_belongs_to_its_promotion(story: Retraining) -> None:
    """CloudFormation makes it after the model, which may be settled by then."""
    story.job.apply(a_request(properties=retraining()["Job"]))
    story.machine.run()
    story.end()
    assert (story.holder, story.record.settled) == ("", True)
    story.endpoint.apply(a_request(properties=retraining()["Endpoint"], logical_id="Endpoint"))
    assert story.holder == MODEL
    story.machine.run()
    assert (story.holder, story.record.settled) == ("", True)


def test_holder_that_died_holds_until_the_sweep_has_seen_to_it(story: Retraining) -> None:
    """Its driver is begun anew, so no lock stays held for ever."""
    story.promote()
    story.registry.update(MODEL, lambda r: replace(r, parked_token=""))
    story.machine.executions.clear()
    story.clock.sleep(TAKING_SECONDS)
    assert story.holder == MODEL
    story.jobs.end(story.jobs.running[0])
    story.sweep.run()
    story.machine.run()
    assert (story.holder, story.record.settled) == ("", True)
