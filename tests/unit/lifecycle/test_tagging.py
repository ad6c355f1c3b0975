"""The user's tags: applied where the things are, owner tags never touched, and nothing forgotten in between."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import EndpointGeneration, TrainingGeneration
from finetuning.lifecycle.tagging import holds, is_owners, retagged, tag_change, with_uncertain_tags
from tests.unit.lifecycle.records import wanted

TRAINING, ENDPOINT = wanted().training.generations[0], wanted().endpoint.generations[0]
BOTH = pytest.mark.parametrize("generation", [TRAINING, ENDPOINT], ids=["training", "endpoint"])


def carrying(generation: Any, **tags: str) -> Any:
    """The generation with these tags, bought with them."""
    return replace(generation, tags=tags, tagged=None, intended=True)


@BOTH
def test_tags_of_what_was_not_bought_are_simply_others(generation: Any) -> None:
    """It will be bought with them."""
    before = replace(carrying(generation, team="a"), intended=False, tagged={"old": "1"})
    after = retagged(before, {"team": "b"})
    assert (after.tags, after.tagged) == ({"team": "b"}, None)


@BOTH
def test_tags_of_what_was_bought_are_remembered_until_they_are_changed(generation: Any) -> None:
    """The thing carries the ones before."""
    after = retagged(carrying(generation, team="a"), {"team": "b"})
    assert (after.tags, after.tagged) == ({"team": "b"}, {"team": "a"})


@BOTH
def test_tags_changed_twice_keep_what_the_thing_carries(generation: Any) -> None:
    """Not what was wanted in between."""
    after = retagged(retagged(carrying(generation, team="a"), {"team": "b"}), {"cost": "c"})
    assert (after.tags, after.tagged) == ({"cost": "c"}, {"team": "a"})


@BOTH
def test_tags_changed_back_leave_nothing_to_do(generation: Any) -> None:
    """The thing carries them already."""
    before = carrying(generation, team="a")
    assert retagged(retagged(before, {"team": "b"}), {"team": "a"}) == before
    assert retagged(before, {"team": "a"}) == before


@pytest.mark.parametrize("back", [{"team": "a"}, {"team": "b"}, {}], ids=["before", "changed", "removed"])
@pytest.mark.parametrize("after", [{"team": "b"}, {}], ids=["changed", "removed"])
def test_tags_that_were_being_changed_are_changed_again(after: dict[str, str], back: dict[str, str]) -> None:
    """Whatever is wanted then, the thing may carry the ones before, the others, or none; nothing of ours is removed."""
    record = wanted()
    training = retagged(carrying(record.training.generations[0], team="a"), after)
    endpoint = retagged(carrying(record.endpoint.generations[0], team="a"), after)
    record = record.with_training(training).with_endpoint(endpoint)
    for generation in (training, endpoint):
        record = with_uncertain_tags(record, generation.id)
    uncertain: list[Any] = [record.training.find(training.id), record.endpoint.find(endpoint.id)]
    for again in (retagged(generation, back) for generation in uncertain):
        assert again.tagged is not None
        assert tag_change(again) == (back, [] if "team" in back else ["team"])


@BOTH
def test_generation_that_carries_no_tags_differs_from_one_whose_tags_are_as_wanted(generation: Any) -> None:
    """`{}` are tags, None means the same as wanted."""
    before = carrying(generation)
    after = retagged(before, {"team": "a"})
    assert after.tagged == {}
    assert retagged(after, {"team": "b"}).tagged == {}
    assert tag_change(after) == ({"team": "a"}, [])


@BOTH
def test_change_adds_what_is_wanted_and_removes_what_is_not(generation: Any) -> None:
    """Removed keys are sorted; those whose value changes are only added."""
    before = carrying(generation, team="a", old="1", older="2", kept="3")
    assert tag_change(retagged(before, {"team": "b", "kept": "3", "new": "4"})) == (
        {"team": "b", "kept": "3", "new": "4"},
        ["old", "older"],
    )


@BOTH
def test_generation_without_change_removes_nothing(generation: Any) -> None:
    """Told twice is told once."""
    assert tag_change(carrying(generation, team="a")) == ({"team": "a"}, [])


@BOTH
def test_owner_tags_and_holds_are_never_touched(generation: Any) -> None:
    """They say whose a thing is, and they are no user's to change (invariant I2)."""
    before = carrying(generation, **{"finetuning:model": "mine", "finetuning:hold-prod": "", "team": "a"})
    after = retagged(before, {"finetuning:project": "theirs"})
    assert tag_change(after) == ({}, ["team"])


@pytest.mark.parametrize(
    ("key", "expected"),
    [("finetuning:generation", True), ("finetuning:hold-prod", True), ("finetuning", False), ("my:finetuning:", False)],
)
def test_owner_tags_are_told_by_their_prefix(key: str, expected: bool) -> None:
    """All of them, those to come included."""
    assert is_owners(key) is expected


def test_holds_are_the_hold_tags_in_order() -> None:
    """Each keeps the model from being deleted, whatever its value."""
    tags = {"finetuning:hold-prod": "x", "finetuning:hold-live": "", "finetuning:model": "faq", "hold-on": ""}
    assert holds(tags) == ("finetuning:hold-live", "finetuning:hold-prod")
    assert holds({}) == ()


def test_generations_of_both_kinds_are_tested() -> None:
    """One function serves both."""
    assert (type(TRAINING), type(ENDPOINT)) == (TrainingGeneration, EndpointGeneration)
