"""What CloudFormation asks of the training slot, request by request."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import JobObservation, ModelRecord, Observed
from finetuning.lifecycle.claims import SlotOwnedError, let_go_of_unanswered
from finetuning.lifecycle.learning import SETTLE_SECONDS, learn
from finetuning.lifecycle.training import next_training_attempt, release_training, want_training
from tests.unit.lifecycle.records import BLANK, STACK, A, B, C, a_job, claim, intended, training

OTHER = STACK.replace("/1", "/2")


def completed(record: ModelRecord) -> ModelRecord:
    """The record after its current job was bought, completed and looked at."""
    record = intended(record)
    return learn(record, Observed(jobs={record.training.current_id: a_job(model=record.training.current_id)}))


def trained(*fingerprints: str) -> ModelRecord:
    """Deployed one after the other, each trained to the end and its predecessor let go of; requests count from 1."""
    record = BLANK
    for number, fingerprint in enumerate(fingerprints, start=1):
        record = completed(want_training(record, claim(number, replaces=number - 1), training(fingerprint)))
        if number > 1:
            record = release_training(record, claim(number - 1))
    return record


def ids(record: ModelRecord, *, released: bool) -> list[str]:
    """Ids of the generations that CloudFormation has, or has not, let go of."""
    return [g.id for g in record.training.generations if g.released is released]


def test_first_want_is_attempt_one_of_its_fingerprint() -> None:
    """Names derive from what is wanted."""
    record = want_training(BLANK, claim(1), training(A))
    [generation] = record.training.generations
    assert generation.id == "aaaaaaaaaa-1"
    assert generation.job_name == "finetuning-dev-faq-aaaaaaaaaa-1"
    assert record.training.current == generation
    assert (record.settled, record.in_charge) == (False, "faq-aaaaaaaaaa-1-1")


def test_same_update_again_changes_nothing() -> None:
    """No new generation, no new driver; only the request is noted."""
    record = trained(A, B)
    again = want_training(record, claim(3, replaces=2), training(B))
    noted = replace(record.training, handled=("Job-1", "Job-2", "", "Job-3"))
    assert again == replace(record, training=noted)
    assert want_training(again, claim(3, replaces=2), training(B)) == again


def test_changed_fingerprint_keeps_the_generation_before_until_it_is_released() -> None:
    """CloudFormation may still roll back to it (fault A18)."""
    record = want_training(trained(A), claim(2, replaces=1), training(B))
    assert ids(record, released=False) == ["aaaaaaaaaa-1", "bbbbbbbbbb-1"]
    assert record.training.current_id == "bbbbbbbbbb-1"


def test_new_generation_puts_another_execution_in_charge() -> None:
    """The one before finds out at its next step."""
    before = trained(A)
    after = want_training(before, claim(2, replaces=1), training(B))
    assert after.driver_attempt == before.driver_attempt + 1


def test_kept_model_is_taken_up_again() -> None:
    """A, B, A: the generation returns under the new physical id."""
    record = want_training(trained(A, B), claim(3, replaces=2), training(A))
    assert (record.training.current_id, record.training.physical_id) == ("aaaaaaaaaa-1", "Job-3")
    current = record.training.current
    assert current is not None
    assert (current.physical_id, current.released) == ("Job-3", False)


@pytest.mark.parametrize(
    "change",
    [
        {"gone": True},
        {"condemned": True},
        {"failure": "bad data"},
        {"intended": False},
        {"status": "InProgress", "released": True},
    ],
)
def test_generation_that_cannot_give_a_model_is_not_taken_up_again(change: dict[str, object]) -> None:
    """Gone, about to be deleted, failed, never bought, or being stopped: the next attempt is started."""
    record = trained(A, B)
    first = record.training.find("aaaaaaaaaa-1")
    assert first is not None
    record = record.with_training(replace(first, **change))  # type: ignore[arg-type]  # names and values belong together
    assert want_training(record, claim(3, replaces=2), training(A)).training.current_id == "aaaaaaaaaa-2"


def test_attempts_are_never_used_twice() -> None:
    """Job names are taken for ever."""
    record = completed(want_training(BLANK, claim(1), training(A)))
    for attempt in (2, 3):
        record = next_training_attempt(record)
        assert record.training.current_id == f"aaaaaaaaaa-{attempt}"
    assert ids(record, released=True) == ["aaaaaaaaaa-1", "aaaaaaaaaa-2"]
    assert {g.physical_id for g in record.training.generations} == {"Job-1"}


def test_clean_up_releases_only_the_replaced_generation() -> None:
    """Delete(old) after a replacement (fault A17)."""
    record = want_training(trained(A), claim(2, replaces=1), training(B))
    record = release_training(record, claim(1))
    assert (ids(record, released=True), ids(record, released=False)) == (["aaaaaaaaaa-1"], ["bbbbbbbbbb-1"])
    assert not record.training.removed


def test_delete_of_the_present_id_is_the_tombstone() -> None:
    """Nothing is wanted, and every generation is let go of."""
    record = release_training(trained(A, B), claim(2))
    assert record.training.removed
    assert record.training.current is None
    assert ids(record, released=False) == []


def test_delete_while_rolling_back_returns_to_what_still_stands() -> None:
    """Delete(new) of a rolled back replacement (fault A18)."""
    record = want_training(trained(A), claim(2, replaces=1), training(B))
    record = release_training(record, claim(2), rolls_back=True)
    assert (record.training.current_id, record.training.physical_id) == ("aaaaaaaaaa-1", "Job-1")
    assert ids(record, released=True) == ["bbbbbbbbbb-1"]


def test_delete_while_rolling_back_a_creation_is_a_removal() -> None:
    """Where nothing stood before, there is nothing to return to."""
    assert release_training(trained(A), claim(1), rolls_back=True).training.removed


def test_repeated_delete_changes_nothing() -> None:
    """The second delivery of a Delete finds the tombstone."""
    record = release_training(trained(A), claim(1))
    assert release_training(record, claim(1)) == record


def test_late_delete_of_a_generation_that_returned_changes_nothing() -> None:
    """A, B, A: the Delete of A's first id, delivered again, must not take down A."""
    record = want_training(trained(A, B), claim(3, replaces=2), training(A))
    assert release_training(record, claim(1)) == record


def test_generation_that_was_never_intended_is_gone_when_released() -> None:
    """Nothing was bought, so there is nothing to look for."""
    record = release_training(want_training(BLANK, claim(1), training(A)), claim(1))
    assert [g.gone for g in record.training.generations] == [True]


def test_update_that_failed_is_let_go_of_by_the_next_one() -> None:
    """CloudFormation still knows Job-1, so it will never delete Job-2 (fault A16)."""
    record = want_training(trained(A), claim(2, replaces=1), training(B))
    record = want_training(record, claim(3, replaces=1), training(C))
    assert ids(record, released=True) == ["bbbbbbbbbb-1"]
    assert ids(record, released=False) == ["aaaaaaaaaa-1", "cccccccccc-1"]


def test_create_lets_go_of_nothing() -> None:
    """It replaces nothing."""
    slot = trained(A, B).training
    assert let_go_of_unanswered(slot, claim(9)) == slot


def test_repeated_delivery_of_an_earlier_update_changes_nothing() -> None:
    """The request that asked for B comes again after C (fault A06)."""
    record = trained(A, B, C)
    assert want_training(record, claim(2, replaces=1), training(B)) == record


def test_repeated_delivery_of_a_create_does_not_take_the_id_of_what_returned() -> None:
    """A, B, A: the first Create again must not rename A, or the Delete of its present id would miss it."""
    record = want_training(trained(A, B), claim(3, replaces=2), training(A))
    assert want_training(record, claim(1), training(A)) == record


def test_repeated_delivery_after_the_removal_changes_nothing() -> None:
    """The last Create or Update may come again after the Delete (fault A22)."""
    record = release_training(trained(A, B), claim(2))
    assert want_training(record, claim(2, replaces=1), training(B)) == record
    assert want_training(record, claim(1), training(A)) == record


def test_requests_are_noted_within_bounds() -> None:
    """The record does not grow with the number of deployments."""
    record = trained(A)
    for number in range(2, 60):
        record = want_training(record, claim(number, replaces=1), training(A))
    assert record.training.handled == tuple(f"Job-{number}" for number in range(40, 60))


def test_removed_slot_may_change_hands() -> None:
    """A stack that was deleted and created again has another id."""
    record = release_training(trained(A), claim(1))
    assert want_training(record, claim(2, stack=OTHER), training(B)).training.owner == OTHER


def test_slot_in_use_is_refused_to_another_stack() -> None:
    """The message names the stack that owns it."""
    with pytest.raises(SlotOwnedError, match=f"model 'faq' is owned by stack {STACK}; delete that stack"):
        want_training(trained(A), claim(2, stack=OTHER), training(B))


def test_tags_and_keep_previous_change_without_a_new_generation() -> None:
    """A tag never starts a job (fault A27)."""
    before = replace(trained(A), settled=True)
    after = want_training(before, claim(2, replaces=1), training(A, tags={"team": "x"}, keep_previous=3))
    assert [g.tags for g in after.training.generations] == [{"team": "x"}]
    assert (after.training.keep_previous, after.training.physical_id) == (3, "Job-1")


def test_job_that_was_looked_for_and_not_found_is_gone_only_if_unwanted() -> None:
    """And only once nothing that was under way can bring it any more: Bedrock may not show what was just started."""
    record = intended(want_training(BLANK, claim(1), training(A)))
    nothing: dict[str, JobObservation | None] = {"aaaaaaaaaa-1": None}
    assert [g.gone for g in learn(record, Observed(jobs=nothing)).training.generations] == [False]
    removed = release_training(record, claim(1))
    for now, gone in ((SETTLE_SECONDS - 1.0, False), (float(SETTLE_SECONDS), True)):
        assert [g.gone for g in learn(removed, Observed(nothing, now=now)).training.generations] == [gone]


def test_problem_of_the_training_before_is_not_that_of_the_next() -> None:
    """Its driver says anew what is wrong, if anything is."""
    record = replace(want_training(BLANK, claim(1), training()), problem="the quality gate refused it")
    assert want_training(record, claim(2, 1), training(B)).problem == ""
    assert want_training(record, claim(2, 1), training(tags={"team": "ml"})).problem != ""
