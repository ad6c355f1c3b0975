"""A lost record of a promoted model: the stack has the pin, and holds on the models say what was promoted before."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.facts import HeldModel, ResourceFacts, StackFacts
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import GRACE_SECONDS, orphans
from finetuning.lifecycle.rebuilding import RebuildRefusedError, rebuild
from finetuning.names import MODEL_TAG, hold_tag
from tests.fakes.bedrock import ARN
from tests.unit.lambdas.promoting import Source, Target, pinned

BLANK = ModelRecord("finetuning", "staging", "faq")
BEFORE = HeldModel(f"{ARN}:custom-model/base/before", "finetuning-dev-faq-9999999999-1", "arn:job", "base")


@pytest.fixture(scope="module")
def known() -> tuple[ModelRecord, StackFacts]:
    """A model that was promoted, and its stack."""
    source = Source()
    target, manifest = Target(source), source.judge()
    target.stack.deploy({"PromotedModel": pinned(manifest)})
    target.machine.run()
    slot = target.record.training
    resource = ResourceFacts("PromotedModel", slot.physical_id, pinned(manifest))
    return target.record, StackFacts(slot.owner, "CREATE_COMPLETE", slot.current_id, None, None, resource)


def test_rebuilt_record_wants_what_the_lost_one_did(known: tuple[ModelRecord, StackFacts]) -> None:
    """The same generation with the same model, and nothing is bought for it."""
    lost, stack = known
    made = rebuild(BLANK, stack, [], [], "")
    [known_before] = lost.training.generations
    assert made.training.current == replace(
        known_before, approved_by="", ended_at=0.0, intended_at=0.0, promotion_over=""
    )
    assert (made.training.owner, made.training.physical_id) == (lost.training.owner, lost.training.physical_id)
    assert not made.settled


def test_later_attempt_keeps_its_number(known: tuple[ModelRecord, StackFacts]) -> None:
    """The stack says which one it has."""
    _, stack = known
    made = rebuild(BLANK, replace(stack, generation=stack.generation[:-1] + "3"), [], [], "")
    current = made.training.current
    assert current is not None
    assert (current.id, current.attempt) == (stack.generation[:-1] + "3", 3)


def test_models_that_are_held_besides_are_known_again(known: tuple[ModelRecord, StackFacts]) -> None:
    """Or nobody would ever take those holds off; the current one is not there twice."""
    lost, stack = known
    current = lost.training.generations[0]
    mine = HeldModel(current.model_arn, current.job_name, current.job_arn, "base")
    made = rebuild(BLANK, stack, [], [], "", [BEFORE, mine])
    before, wanted = made.training.generations
    assert wanted.id == made.training.current_id
    assert (before.model_arn, before.released, before.gone) == (BEFORE.arn, True, False)
    assert before.promoted is not None
    assert (before.promoted.method, before.promoted.job_arn) == ("swap", "arn:job")


def test_pin_that_does_not_give_the_stacks_generation_is_refused(known: tuple[ModelRecord, StackFacts]) -> None:
    """It would hold another model than the one that serves."""
    _, stack = known
    with pytest.raises(RebuildRefusedError, match="does not give generation 0000000000-1"):
        rebuild(BLANK, replace(stack, generation="0000000000-1"), [], [], "")


def test_hold_that_a_record_needs_is_no_orphan(known: tuple[ModelRecord, StackFacts]) -> None:
    """And one that it does not need any more keeps its owner from deleting the model: somebody has to know."""
    lost, _ = known
    arn = lost.training.generations[0].model_arn
    tags = {MODEL_TAG: "faq", hold_tag("staging"): "finetuning/faq"}
    needed, stray = (OwnedThing("hold", each, "name", "Active", 0.0, tags) for each in (arn, BEFORE.arn))
    [found] = orphans([lost], [needed, stray], GRACE_SECONDS)
    assert (found.thing, found.removable) == (stray, False)
    assert f"python -m ops orphans --remove {BEFORE.arn}" in found.reason


def test_hold_for_a_model_of_which_nothing_is_recorded_may_mean_a_lost_registry() -> None:
    """It is rebuilt, or let go of."""
    tags = {MODEL_TAG: "faq", hold_tag("staging"): "finetuning/faq"}
    [found] = orphans([], [OwnedThing("hold", BEFORE.arn, "name", "Active", 0.0, tags)], GRACE_SECONDS)
    assert "python -m ops rebuild --model faq" in found.reason
