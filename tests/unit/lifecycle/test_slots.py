"""What a slot wants, what it has let go of, and who is woken by a release."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle.claims import hand_over, wake
from finetuning.lifecycle.endpoint import next_endpoint_attempt, want_endpoint
from finetuning.lifecycle.training import next_training_attempt, release_training, want_training
from tests.unit.lifecycle.records import BLANK, A, B, claim, endpoint, intended, training, wanted

TRUTH = pytest.mark.parametrize(
    ("released", "removed", "is_current", "unwanted"),
    [
        (False, False, True, False),
        (False, False, False, False),
        (False, True, True, False),
        (False, True, False, False),
        (True, False, True, False),
        (True, False, False, True),
        (True, True, True, True),
        (True, True, False, True),
    ],
)


@TRUTH
def test_generation_is_unwanted_when_cloudformation_let_go_of_it_and_it_is_not_current(
    released: bool, removed: bool, is_current: bool, unwanted: bool
) -> None:
    """One that is current although it was let go of was gone back to."""
    record = wanted()
    current = record.training.current_id if is_current else "other"
    job = replace(record.training.generations[0], released=released)
    assert replace(record.training, removed=removed, current_id=current).unwanted(job) is unwanted
    place = replace(record.endpoint.generations[0], released=released)
    slot = replace(record.endpoint, removed=removed, current_id=current)
    assert slot.unwanted(place) is unwanted
    assert replace(slot, stopped=True).unwanted(place)


def test_removed_slot_has_no_current_generation() -> None:
    """Whatever its id says."""
    record = wanted()
    assert replace(record.training, removed=True).current is None
    assert replace(record.endpoint, removed=True).current is None
    assert replace(record.endpoint, removed=True).wanted is None


def replaced(**first: Any) -> Any:
    """A was replaced by B; A's generation is like this."""
    record = intended(want_training(wanted(), claim(3, 1), training(B)))
    return record.with_training(replace(record.training.generations[0], **first))


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize(
    ("first", "wakes"),
    [
        ({"status": "InProgress"}, True),
        ({"status": ""}, True),
        ({"status": "Completed"}, False),
        ({"status": "InProgress", "gone": True}, False),
    ],
)
def test_clean_up_puts_another_execution_in_charge_only_for_a_job_that_is_to_be_stopped(
    first: dict[str, Any], wakes: bool, settled: bool
) -> None:
    """A superseded model waits until the one in flight comes by."""
    record = replace(replaced(**first), settled=settled)
    after = release_training(record, claim(1))
    assert after.in_charge == (hand_over(record) if wakes else wake(record)).in_charge
    assert not after.settled or not wakes


def test_removal_always_puts_another_execution_in_charge() -> None:
    """One that is parked for hours must hear of it."""
    record = wanted()
    record = record.with_training(replace(record.training.generations[0], status="Completed"))
    assert release_training(record, claim(1)).in_charge == hand_over(record).in_charge


@pytest.mark.parametrize("was_intended", [False, True])
def test_attempt_that_is_passed_by_is_gone_only_if_it_was_never_intended(was_intended: bool) -> None:
    """What was intended may exist."""
    record = want_training(BLANK, claim(1), training())
    record = record.with_training(replace(record.training.generations[0], intended=was_intended))
    first, second = next_training_attempt(record).training.generations
    assert (first.released, first.gone) == (True, not was_intended)
    assert (second.released, second.gone, second.attempt) == (False, False, 2)
    assert next_training_attempt(BLANK) == BLANK


def test_attempt_after_several_is_the_next_of_its_fingerprint() -> None:
    """Names are never used twice."""
    record = next_endpoint_attempt(next_endpoint_attempt(wanted()))
    assert [g.attempt for g in record.endpoint.generations] == [1, 2, 3]
    record = next_training_attempt(next_training_attempt(wanted()))
    assert [g.attempt for g in record.training.generations] == [1, 2, 3]


def test_new_want_brings_its_own_number_of_models_to_keep() -> None:
    """With the generation that it makes."""
    record = want_training(wanted(), claim(3, 1), training(B, keep_previous=5))
    assert record.training.keep_previous == 5


def test_create_after_a_failed_one_has_an_id_of_its_own_and_an_update_keeps_it() -> None:
    """In the slot and in the generation, so that the failed one's Delete does not concern it (fault A16)."""
    record = want_training(wanted(), claim(7), training())
    assert (record.training.physical_id, record.training.generations[0].physical_id) == ("Job-7", "Job-7")
    record = want_training(record, claim(8, 7), training())
    assert (record.training.physical_id, record.training.generations[0].physical_id) == ("Job-7", "Job-7")
    record = want_endpoint(wanted(), claim(7, resource="Endpoint"), endpoint())
    assert (record.endpoint.physical_id, record.endpoint.generations[0].physical_id) == ("Endpoint-7", "Endpoint-7")
    record = want_endpoint(record, claim(8, 7, resource="Endpoint"), endpoint())
    assert (record.endpoint.physical_id, record.endpoint.generations[0].physical_id) == ("Endpoint-7", "Endpoint-7")


def test_endpoint_that_is_taken_up_again_has_the_new_id() -> None:
    """CloudFormation knows it by that from now on."""
    record = intended(want_endpoint(wanted(), claim(3, 2, resource="Endpoint"), endpoint(B)))
    record = want_endpoint(record, claim(4, 3, resource="Endpoint"), endpoint(A))
    assert [g.physical_id for g in record.endpoint.generations] == ["Endpoint-4", "Endpoint-3"]


def test_repeated_request_of_a_slot_that_went_on_changes_nothing() -> None:
    """Of either kind (fault A06)."""
    record = want_endpoint(wanted(), claim(3, 2, resource="Endpoint"), endpoint(B))
    assert want_endpoint(record, claim(2, resource="Endpoint"), endpoint(A)) == record
