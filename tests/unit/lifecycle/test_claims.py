"""Who may ask for a slot, and who drives the record afterwards."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import (
    Claim,
    SlotOwnedError,
    StaleRequestError,
    hand_over,
    release,
    stands_on_another,
    take_charge,
    wake,
)
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle.records import BLANK, STACK, A, B, C, claim, endpoint, intended, training, wanted

OTHER = STACK.replace("/1", "/2")


def deployed(*fingerprints: str) -> ModelRecord:
    """Wanted one after the other by requests that count from 1; each intended, nothing let go of."""
    record = BLANK
    for number, fingerprint in enumerate(fingerprints, start=1):
        record = intended(want_training(record, claim(number, number - 1), training(fingerprint)))
    return record


def rolling_back(number: int, replaces: int, *, resource: str = "Job") -> Claim:
    """The claim of an Update in a stack that rolls back."""
    return replace(claim(number, replaces, resource=resource), rolls_back=True)


def test_execution_in_charge_is_named_after_model_generation_and_attempt() -> None:
    """A name that was never used before."""
    record = replace(wanted(), settled=True)
    following = hand_over(record)
    assert following.in_charge == f"faq-aaaaaaaaaa-1-{record.driver_attempt + 1}"
    assert (following.settled, following.driver_attempt) == (False, record.driver_attempt + 1)
    assert hand_over(BLANK).in_charge == "faq-none-1"


def test_execution_that_has_acted_takes_charge_back() -> None:
    """Under its own name, which nobody has to start; no attempt is used up (faults A21, D08)."""
    record = replace(hand_over(wanted()), settled=True)
    taken = take_charge(record, "older")
    assert taken == replace(record, settled=False, in_charge="older")


def test_model_that_is_driven_is_left_to_its_driver() -> None:
    """It reads the record anew at each step."""
    driven = hand_over(wanted())
    assert wake(driven) == driven
    assert wake(replace(driven, settled=True)) == hand_over(driven)


def test_update_of_a_rollback_that_wants_something_new_is_stale() -> None:
    """It is the one that was given up, delivered late; the slot stays as it was (fault A21)."""
    with pytest.raises(StaleRequestError) as refusal:
        want_training(deployed(A), rolling_back(2, 1), training(B))
    assert str(refusal.value) == "the stack rolls back, and this request is not part of it: it came too late"
    with pytest.raises(StaleRequestError, match="it came too late"):
        want_endpoint(wanted(), rolling_back(3, 2, resource="Endpoint"), endpoint(B))


def test_update_of_a_rollback_goes_back_to_what_was_there() -> None:
    """A rollback wants what was there before, of which the slot has a generation (fault A18)."""
    assert want_training(deployed(A, B), rolling_back(3, 2), training(A)).training.current_id == "aaaaaaaaaa-1"
    record = want_endpoint(wanted(), rolling_back(3, 2, resource="Endpoint"), endpoint(A))
    assert record.endpoint.current_id == "aaaaaaaaaa-1"


def test_update_without_a_rollback_may_want_something_new() -> None:
    """The usual case."""
    assert want_training(deployed(A), claim(2, 1), training(B)).training.current_id == "bbbbbbbbbb-1"


def test_repeated_request_of_a_rolled_back_update_is_dealt_with_already() -> None:
    """Whether the stack still rolls back does not matter then (fault A06)."""
    record = deployed(A, B, C)
    assert want_training(record, rolling_back(2, 1), training(B)) == record


def test_resource_of_another_name_is_told_whose_the_model_is() -> None:
    """A changed logical id would be followed by a Delete of what was just wanted (invariant I2)."""
    with pytest.raises(SlotOwnedError) as refusal:
        want_training(deployed(A), claim(2, resource="Renamed-Job"), training(B))
    assert str(refusal.value) == (
        "model 'faq' is held by resource Job of this stack, not Renamed-Job; keep the logical id Job, or remove the "
        "model in a deployment of its own first"
    )


def test_logical_id_may_hold_a_hyphen() -> None:
    """Physical ids are `<logical id>-<digest>`."""
    record = want_training(BLANK, claim(1, resource="My-Job"), training(A))
    assert want_training(record, claim(2, 1, resource="My-Job"), training(B)).training.current_id == "bbbbbbbbbb-1"


def test_delete_of_another_stack_or_of_a_removed_slot_changes_nothing() -> None:
    """The stack's id is the fence (faults A23, A24)."""
    slot = deployed(A).training
    assert release(slot, claim(1, stack=OTHER), rolls_back=False) == slot
    removed = release(slot, claim(1), rolls_back=False)
    assert removed.removed
    assert release(removed, claim(1), rolls_back=False) == removed


def test_delete_of_a_resource_that_holds_nothing_changes_nothing() -> None:
    """Neither with an id that nothing has, nor without one from another resource (fault A20)."""
    slot = deployed(A).training
    assert release(slot, claim(7), rolls_back=False) == slot
    assert release(slot, Claim(STACK, "Other", ""), rolls_back=False) == slot


def test_delete_without_an_id_removes_everything_that_the_resource_holds() -> None:
    """CloudFormation never learned the id (fault A20)."""
    slot = release(deployed(A, B).training, Claim(STACK, "Job", ""), rolls_back=False)
    assert slot.removed
    assert [g.released for g in slot.generations] == [True, True]


def test_delete_in_a_rollback_returns_to_the_latest_that_stands() -> None:
    """Of several, the one that was replaced last."""
    slot = deployed(A, B, C).training
    assert stands_on_another(slot, claim(3))
    returned = release(slot, claim(3), rolls_back=True)
    assert (returned.current_id, returned.physical_id, returned.removed) == ("bbbbbbbbbb-1", "Job-2", False)
    assert [g.released for g in returned.generations] == [True, False, True]
    assert returned.handled[-1] == ""


def test_delete_of_an_earlier_id_stands_on_nothing_else() -> None:
    """It is a clean-up, whatever the stack does."""
    slot = deployed(A, B).training
    assert not stands_on_another(slot, claim(1))
    cleaned = release(slot, claim(1), rolls_back=True)
    assert (cleaned.current_id, [g.released for g in cleaned.generations]) == ("bbbbbbbbbb-1", [True, False])


def test_delete_of_the_only_generation_stands_on_nothing() -> None:
    """Nor on one that was let go of."""
    assert not stands_on_another(deployed(A).training, claim(1))
    slot = release(deployed(A, B).training, claim(1), rolls_back=False)
    assert not stands_on_another(slot, claim(2))
    assert release(slot, claim(2), rolls_back=True).removed


def test_blank_record_is_held_by_nobody() -> None:
    """Any stack may take it."""
    assert want_training(BLANK, claim(1, stack=OTHER), training(A)).training.owner == OTHER


def test_driver_that_begins_anew_has_not_been_at_anything_for_long() -> None:
    """Or it would count as stuck; one that goes on with what another began keeps its time."""
    record = replace(wanted(), doing="Settled:", progress_at=1.0)
    for change in (hand_over, lambda r: take_charge(r, "x")):
        begun, going_on = change(replace(record, settled=True)), change(replace(record, settled=False))
        assert (begun.doing, begun.progress_at) == ("", 0.0)
        assert (going_on.doing, going_on.progress_at) == ("Settled:", 1.0)


def test_repeated_clean_up_is_not_even_noted() -> None:
    """What has that id was let go of before (fault A06)."""
    cleaned = release(deployed(A, B).training, claim(1), rolls_back=False)
    assert release(cleaned, claim(1), rolls_back=False) == cleaned


def test_removal_of_the_present_id_takes_everything_with_it() -> None:
    """Also what was replaced and not cleaned up, and although the generation was let go of before."""
    slot = deployed(A, B).training
    removed = release(slot, claim(2), rolls_back=False)
    assert (removed.removed, [g.released for g in removed.generations]) == (True, [True, True])
    let_go_of = replace(slot, generations=tuple(replace(g, released=True) for g in slot.generations))
    assert release(let_go_of, claim(2), rolls_back=False).removed


def test_clean_up_in_a_rollback_does_not_change_what_is_wanted() -> None:
    """Only the Delete of the present id goes back to another."""
    slot = want_training(deployed(A, B), claim(3, 2), training(A)).training
    third = replace(slot.generations[1], id="third", physical_id="Job-9")
    slot = replace(slot, generations=(*slot.generations, third))
    cleaned = release(slot, claim(9), rolls_back=True)
    assert (cleaned.current_id, cleaned.physical_id) == ("aaaaaaaaaa-1", "Job-3")
    assert [g.released for g in cleaned.generations] == [False, False, True]


def test_what_is_gone_stays_gone_when_it_is_let_go_of() -> None:
    """And what may exist does not become so by it."""
    slot = deployed(A, B).training
    first = replace(slot.generations[0], gone=True)
    released = release(replace(slot, generations=(first, slot.generations[1])), claim(2), rolls_back=False)
    assert [(g.released, g.gone) for g in released.generations] == [(True, True), (True, False)]


def test_repeated_request_is_noted_once() -> None:
    """Each other one is."""
    record = want_training(deployed(A, B), claim(3, 2), training(B))
    assert want_training(record, claim(3, 2), training(B)).training.handled == ("Job-1", "Job-2", "Job-3")


@pytest.mark.parametrize("other", [claim(3, resource="Endpoint", stack=OTHER), claim(3, resource="Renamed")])
def test_endpoint_in_use_is_refused_to_another_stack_and_resource(other: Claim) -> None:
    """As the training is (invariant I2)."""
    with pytest.raises(SlotOwnedError):
        want_endpoint(wanted(), other, endpoint(B))
