"""What people are told of an orphan, word by word, and what becomes of one that is taken up again."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import GRACE_SECONDS, Orphan, orphans, reopen
from finetuning.names import GENERATION_TAG, MODEL_TAG, owner_tags
from tests.unit.lifecycle.records import BLANK, serving

NOW = 1_780_000_000.0
ID = "aaaaaaaaaa-1"
REMOVE = "if nobody needs it, 'python -m ops orphans --remove arn:x'"


def a_thing(generation: str = ID, **changes: Any) -> OwnedThing:
    """An endpoint with our owner tags that is not the one that the record knows."""
    tags = owner_tags("finetuning", "dev", "faq", generation)
    return replace(OwnedThing("provisioned", "arn:x", "x", "InService", NOW - GRACE_SECONDS, tags), **changes)


def the_orphan(record: ModelRecord, thing: OwnedThing) -> Orphan:
    """The one that is found."""
    [orphan] = orphans([record], [thing], NOW)
    return orphan


def known() -> OwnedThing:
    """The endpoint that the record knows."""
    [endpoint] = serving()[0].endpoint.generations
    return a_thing(arn=endpoint.arn, name=endpoint.name)


def changed(**changes: Any) -> ModelRecord:
    """A model in service with changes of its endpoint."""
    record, _ = serving()
    return record.with_endpoint(replace(record.endpoint.generations[0], **changes))


@pytest.mark.parametrize(
    ("record", "thing", "reason"),
    [
        (
            BLANK,
            a_thing(),
            "nothing is recorded of model 'faq': if the registry was lost, restore it or run 'python -m ops rebuild "
            f"--model faq'; {REMOVE}",
        ),
        (serving()[0], a_thing("ffffffffff-1"), f"model 'faq' has no generation 'ffffffffff-1': {REMOVE}"),
        (serving()[0], a_thing(), f"it is not what generation '{ID}' of model 'faq' bought: {REMOVE}"),
        (
            changed(intended=False, arn="", name="x"),
            a_thing(),
            f"generation '{ID}' of model 'faq' did not buy it yet: {REMOVE}",
        ),
    ],
)
def test_orphan_that_is_not_removable_is_told_with_what_to_do(
    record: ModelRecord, thing: OwnedThing, reason: str
) -> None:
    """Only a human may delete it (invariant I2)."""
    assert the_orphan(record, thing) == Orphan(thing, False, reason)


@pytest.mark.parametrize("state", [{"released": True, "intended": False}, {"gone": True}])
def test_orphan_that_was_let_go_of_is_removable(state: dict[str, bool]) -> None:
    """By its driver."""
    reason = f"generation '{ID}' of model 'faq' was let go of: the sweep has it deleted"
    assert the_orphan(changed(**state), known()) == Orphan(known(), True, reason)


def test_orphan_without_tags_of_model_and_generation_is_told_as_such() -> None:
    """Somebody took them off."""
    thing = a_thing()
    for tag, reason in (
        (MODEL_TAG, "nothing is recorded of model ''"),
        (GENERATION_TAG, "model 'faq' has no generation ''"),
    ):
        tags = {key: value for key, value in thing.tags.items() if key != tag}
        assert the_orphan(serving()[0], replace(thing, tags=tags)).reason.startswith(reason)
    assert "has no generation ''" in the_orphan(serving()[0], a_thing("")).reason


@pytest.mark.parametrize("slot", ["training", "endpoint"])
@pytest.mark.parametrize(
    ("released", "removed", "is_current", "let_go_of"),
    [
        (False, False, True, False),
        (True, False, True, True),
        (False, True, True, True),
        (False, False, False, True),
    ],
)
def test_orphan_is_taken_up_again_as_what_it_is(
    slot: str, released: bool, removed: bool, is_current: bool, let_go_of: bool
) -> None:
    """What is wanted is not deleted by being found."""
    record = replace(serving()[0], settled=True)
    current = ID if is_current else "other"
    state = {"gone": True, "intended": False, "released": released}
    if slot == "training":
        [job] = record.training.generations
        record = record.with_training(replace(job, **state))  # type: ignore[arg-type]  # names and values match
        record = replace(record, training=replace(record.training, removed=removed, current_id=current))
        thing = a_thing(kind="model", arn=job.model_arn, name=job.job_name)
        [after] = reopen(record, thing).training.generations
        assert (after.intended, after.gone, after.released) == (True, False, let_go_of)
    else:
        record = record.with_endpoint(replace(record.endpoint.generations[0], **state))  # type: ignore[arg-type]
        record = replace(record, endpoint=replace(record.endpoint, removed=removed, current_id=current))
        thing = known()
        [place] = reopen(record, thing).endpoint.generations
        assert (place.intended, place.gone, place.released) == (True, False, let_go_of)
    assert reopen(record, thing).in_charge == hand_over(record).in_charge


def test_thing_that_is_not_what_the_generation_bought_is_not_taken_up() -> None:
    """Nor one of a generation that nobody knows."""
    record = serving()[0]
    assert reopen(record, a_thing()) == record
    assert reopen(record, a_thing("ffffffffff-1")) == record
