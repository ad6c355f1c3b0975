"""What CloudFormation has let go of although no Delete of it was handled."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.abandonment import Holder, holders, let_go_of_abandoned, stand_on
from finetuning.lifecycle.asking import Stage
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.records import BLANK, STACK, B, claim, endpoint, intended, serving, training, wanted

JOB = Holder("training", STACK, "Job", "Job-1")
ENDPOINT = Holder("endpoint", STACK, "Endpoint", "Endpoint-2")
GONE = Stage("", "UPDATE_COMPLETE")


def change(holder: Holder, stage: Stage) -> Callable[[ModelRecord], ModelRecord]:
    """The change that the look asks for."""
    found = let_go_of_abandoned(holder, stage)
    assert found is not None
    return found


def replaced() -> ModelRecord:
    """Both resources were replaced by Job-3 and Endpoint-4, and no clean-up Delete came; settled."""
    record = intended(want_training(wanted(), claim(3, 1), training(B)))
    record = intended(want_endpoint(record, claim(4, 2, resource="Endpoint"), endpoint(B)))
    return replace(record, settled=True)


def released(record: ModelRecord) -> tuple[list[bool], list[bool]]:
    """Of each generation, whether CloudFormation let go of it."""
    return [g.released for g in record.training.generations], [g.released for g in record.endpoint.generations]


def test_holders_are_the_resources_of_both_slots_endpoint_first() -> None:
    """The endpoint goes before its model (fault C11)."""
    assert holders(wanted()) == [ENDPOINT, JOB]


def test_removed_slots_are_held_by_nobody() -> None:
    """Nor those that were never wanted."""
    assert holders(BLANK) == []
    assert holders(release_training(wanted(), claim(1))) == [ENDPOINT]
    assert holders(release_endpoint(wanted(), claim(2, resource="Endpoint"))) == [JOB]


def test_resource_that_is_gone_is_treated_as_deleted() -> None:
    """Each slot by itself, and a driver sees to it."""
    record = replace(serving()[0], settled=True)
    for holder in (ENDPOINT, JOB):
        record = change(holder, GONE)(record)
    assert (record.endpoint.removed, record.training.removed, record.settled) == (True, True, False)


def test_slot_that_changed_hands_meanwhile_stays() -> None:
    """The change is applied to the newest record, which may have another holder."""
    record = release_training(wanted(), claim(1))
    taken = want_training(record, claim(5, stack="other"), training())
    assert change(JOB, GONE)(taken) == taken


@pytest.mark.parametrize("stack", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "CREATE_IN_PROGRESS"])
@pytest.mark.parametrize("resource", ["", "DELETE_COMPLETE", "UPDATE_COMPLETE"])
def test_busy_stack_has_abandoned_nothing(resource: str, stack: str) -> None:
    """Its Deletes may still come."""
    assert let_go_of_abandoned(JOB, Stage(resource, stack, "Job-1")) is None


def test_what_was_replaced_is_let_go_of_when_the_stack_is_at_rest() -> None:
    """Its clean-up Delete was lost, which does not fail the stack (fault A07)."""
    stage = Stage("UPDATE_COMPLETE", "UPDATE_COMPLETE", "Job-3")
    record = change(replace(JOB, physical_id="Job-3"), stage)(replaced())
    assert released(record) == ([True, False], [False, False])
    stage = replace(stage, physical_id="Endpoint-4")
    record = change(replace(ENDPOINT, physical_id="Endpoint-4"), stage)(replace(record, settled=True))
    assert released(record) == ([True, False], [True, False])
    assert (record.settled, record.driver_attempt) == (False, replaced().driver_attempt + 2)


def test_stack_that_knows_another_id_that_nothing_has_abandons_nothing() -> None:
    """Only what is there can be taken up again."""
    record = serving()[0]
    assert change(JOB, Stage("UPDATE_COMPLETE", "UPDATE_COMPLETE", "Job-3"))(record) == record
    assert change(JOB, Stage("CREATE_COMPLETE", "UPDATE_COMPLETE"))(record) == record


def test_update_that_ran_although_it_was_given_up_is_taken_back() -> None:
    """CloudFormation still knows the id before it, so what has that id is wanted again."""
    before = serving()[0]
    after = want_training(before, claim(3, replaces=1), training(B))
    record = change(replace(JOB, physical_id="Job-3"), Stage("UPDATE_COMPLETE", "UPDATE_COMPLETE", "Job-1"))(after)
    assert (record.training.physical_id, record.training.current_id) == ("Job-1", before.training.current_id)
    assert [g.released for g in record.training.generations] == [False, True]


def test_nothing_replaced_is_nothing_to_let_go_of() -> None:
    """And nobody is woken for it."""
    record = replace(serving()[0], settled=True)
    for holder in (JOB, ENDPOINT):
        assert change(holder, Stage("CREATE_COMPLETE", "CREATE_COMPLETE", holder.physical_id))(record) == record


def test_slot_that_was_replaced_meanwhile_is_left_alone() -> None:
    """What was seen concerns an id that is not the present one any more."""
    for holder in (JOB, ENDPOINT):
        stage = Stage("UPDATE_COMPLETE", "UPDATE_COMPLETE", holder.physical_id)
        assert change(holder, stage)(replaced()) == replaced()


def test_generation_that_cloudformation_knows_is_the_present_one() -> None:
    """An Update that was given up ran all the same: its generation goes, the one before serves on (fault A21)."""
    stage = Stage("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "Job-1")
    record = change(replace(JOB, physical_id="Job-3"), stage)(replaced())
    assert (record.training.current_id, record.training.physical_id) == ("aaaaaaaaaa-1", "Job-1")
    assert released(record) == ([False, True], [False, False])
    assert not record.settled
    stage = replace(stage, physical_id="Endpoint-2")
    record = change(replace(ENDPOINT, physical_id="Endpoint-4"), stage)(replaced())
    assert (record.endpoint.current_id, record.endpoint.physical_id) == ("aaaaaaaaaa-1", "Endpoint-2")
    assert released(record) == ([False, False], [False, True])


def test_id_of_which_nothing_was_bought_changes_nothing() -> None:
    """CloudFormation may know an id that was never answered with success, or one of what is gone."""
    for known in ("Job-9", "", "Endpoint-4"):
        assert stand_on("training", known, instead_of="Job-3")(replaced()) == replaced()
    first = replaced().training.generations[0]
    for state in ({"intended": False}, {"gone": True}):
        record = replaced().with_training(replace(first, **state))  # type: ignore[arg-type]  # names and values match
        assert stand_on("training", "Job-1", instead_of="Job-3")(record) == record


def test_removed_slot_stands_on_nothing() -> None:
    """It is not taken up again by a look."""
    record = release_training(replaced(), claim(3))
    assert stand_on("training", "Job-1", instead_of="Job-3")(record) == record


def test_endpoint_that_the_stack_stands_on_may_have_yet_to_be_bought() -> None:
    """The model of the one before was still in training when the change began that rolled back; its Delete was lost."""
    record = replaced()
    before, after = record.endpoint.generations
    unbought = replace(before, intended=False, arn="", status="")
    record = replace(record, endpoint=replace(record.endpoint, generations=(unbought, after)))
    stage = Stage("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "Endpoint-2")
    found = change(replace(ENDPOINT, physical_id="Endpoint-4"), stage)(record)
    assert (found.endpoint.physical_id, found.endpoint.current_id) == ("Endpoint-2", unbought.id)
    assert released(found)[1] == [False, True]
    assert not found.settled
