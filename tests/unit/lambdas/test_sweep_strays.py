"""What carries our owner tags although no record claims it: deleted if a record let go of it, else told once."""

from dataclasses import replace

from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import claimed
from finetuning.names import owner_tags
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.story import MODEL, Story

HOUR = 3600.0


def a_thing(arn: str = "arn:stray", *, model: str = MODEL, generation: str = "ffffffffff-1") -> OwnedThing:
    """An endpoint of a generation that nobody knows, old enough to be judged."""
    tags = owner_tags("finetuning", "dev", model, generation)
    return OwnedThing("provisioned", arn, "finetuning-dev-faq-ffffffff-1", "InService", EPOCH - 2 * HOUR, tags)


def sweep(story: Story) -> list[str]:
    """Sweep, let the drivers run, and return the subjects of all notices so far."""
    story.sweep.run()
    story.machine.run()
    return [subject for subject, _ in story.notices.published]


def test_orphan_is_told_once_and_never_deleted() -> None:
    """A lost registry looks the same from here (invariant I2)."""
    story = Story()
    story.serve()
    story.inventory.things = [a_thing()]
    told = ["finetuning dev: orphaned provisioned finetuning-dev-faq-ffffffff-1"]
    assert sweep(story) == told
    assert sweep(story) == told
    assert story.record.notified == ("orphaned:arn:stray",)
    assert story.throughput.deleted == []


def test_number_of_orphans_is_said() -> None:
    """And nothing if there are none."""
    story = Story()
    assert story.sweep._strays.sweep([], EPOCH) == ""
    story.inventory.things = [a_thing(), a_thing("arn:other")]
    assert story.sweep._strays.sweep([], EPOCH) == "2 orphans"


def test_orphan_of_a_model_without_a_record_is_told_once() -> None:
    """What was told is remembered under that model's name; nothing is started for it."""
    story = Story()
    story.inventory.things = [a_thing(model="lost")]
    assert len(sweep(story)) == len(sweep(story)) == 1
    assert story.registry.read("lost").notified == ("orphaned:arn:stray",)
    assert story.machine.executions == {}


def test_orphan_without_a_model_tag_is_told_too() -> None:
    """Somebody took the tag off."""
    story = Story()
    thing = a_thing()
    story.inventory.things = [replace(thing, tags={"finetuning:project": "finetuning"})]
    assert len(sweep(story)) == len(sweep(story)) == 1
    assert story.registry.read("unknown").notified == ("orphaned:arn:stray",)


def test_orphan_that_went_and_came_back_is_told_again() -> None:
    """It is forgotten with its going; another one's is not."""
    story = Story()
    other = a_thing("arn:other")
    story.inventory.things = [a_thing(), other]
    assert len(sweep(story)) == 2
    story.inventory.things = [other]
    assert len(sweep(story)) == 2
    story.inventory.things = [a_thing(), other]
    assert len(sweep(story)) == 3
    assert set(story.record.notified) == {"orphaned:arn:stray", "orphaned:arn:other"}


def test_other_troubles_are_not_forgotten_with_the_orphans() -> None:
    """They are the driver's."""
    story = Story()
    story.deploy()
    story.train(status="Failed")
    [failed] = story.record.notified
    story.inventory.things = [a_thing()]
    sweep(story)
    story.inventory.things = []
    sweep(story)
    assert story.record.notified == (failed,)


def test_endpoint_that_a_record_let_go_of_is_deleted_by_its_driver() -> None:
    """It was taken for gone and is there: the driver does it, which looks again before."""
    story = Story()
    story.serve()
    [name] = story.throughput.alive
    revenant = story.throughput.alive[name]
    story.stack.destroy()
    story.machine.run()
    assert story.throughput.alive == {}
    story.throughput.alive[name] = revenant
    tags = story.throughput.tags(revenant.arn)
    story.inventory.things = [OwnedThing("provisioned", revenant.arn, name, "InService", EPOCH - 2 * HOUR, tags)]
    assert sweep(story) == []
    assert (story.throughput.alive, story.record.settled) == ({}, True)


def test_claimed_things_are_no_orphans() -> None:
    """What serves is ours and known."""
    story = Story()
    story.serve()
    [(name, endpoint)] = story.throughput.alive.items()
    tags = story.throughput.tags(endpoint.arn)
    story.inventory.things = [OwnedThing("provisioned", endpoint.arn, name, "InService", EPOCH - 2 * HOUR, tags)]
    assert sweep(story) == []
    assert story.throughput.deleted == []


def test_young_thing_is_not_judged() -> None:
    """Its purchase may be under way (fault D08)."""
    story = Story()
    story.inventory.things = [replace(a_thing(), created_at=EPOCH - HOUR + 1)]
    assert sweep(story) == []
    story.clock.sleep(1)
    assert len(sweep(story)) == 1


def test_what_a_record_claims_is_not_asked_about() -> None:
    """A look at the tags of everything, four times an hour, would be a call for each model that was ever kept."""
    story = Story()
    model_arn = story.serve()
    [endpoint] = story.throughput.alive.values()
    job_arn = next(iter(story.jobs.jobs.values())).arn
    assert claimed([story.record]) == {job_arn, model_arn, endpoint.arn}
    story.inventory.things = [a_thing(endpoint.arn)]
    assert sweep(story) == []
