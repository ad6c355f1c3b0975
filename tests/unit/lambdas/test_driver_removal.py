"""The way down: removal at any moment leaves nothing behind, and a Delete never reaches what is not its own."""

import pytest

from finetuning.lifecycle.claims import StaleRequestError
from finetuning.lifecycle.outcome import bought
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import Story, job_properties, name_of, wanted

NOTHING: tuple[list[str], list[str], list[str]] = ([], [], [])


def test_removal_while_serving_deletes_the_endpoint_before_its_model() -> None:
    """Pointer, endpoint, model, in this order (fault C11)."""
    story = Story()
    story.serve()
    story.stack.destroy()
    before = len(story.machine.executions)
    story.machine.run()
    last = list(story.machine.executions.values())[before - 1]
    assert [step for step in last.path if step.startswith("Delete")] == ["DeleteEndpoint", "DeleteCustomModel"]
    assert story.alive == NOTHING
    assert story.pointer.parameters == {}
    assert (bought(story.record), story.record.settled) == ((), True)


def test_removal_while_training_stops_the_job_and_buys_nothing() -> None:
    """The stop is accepted before CloudFormation is answered (fault B12)."""
    story = Story()
    story.deploy()
    story.stack.destroy()
    name = name_of(job_properties())
    assert story.jobs.stopped == [name]
    story.jobs.end(name, "Stopped")
    story.machine.run()
    assert story.alive == NOTHING
    assert story.throughput.bought == []
    assert (bought(story.record), story.record.settled) == ((), True)


def test_job_that_completes_while_it_is_stopped_has_its_model_deleted() -> None:
    """Any terminal state is accepted, and a model that appeared goes (fault B13)."""
    story = Story()
    story.deploy()
    story.stack.destroy()
    model_arn = story.jobs.end(name_of(job_properties()), "Completed")
    story.machine.run()
    assert story.jobs.deleted == [model_arn]
    assert (story.alive, bought(story.record)) == (NOTHING, ())


def test_removal_while_the_endpoint_is_being_created_waits_until_it_can_be_deleted() -> None:
    """Bedrock refuses to delete what it is creating (fault C04)."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    story.driver.step("CreateEndpoint", "faq", story.record.in_charge)
    assert len(story.throughput.alive) == 1
    story.stack.destroy()
    story.machine.run()
    assert story.alive == NOTHING
    assert story.clock.now >= story.throughput.creation_seconds


def test_every_kept_model_goes_with_the_stack() -> None:
    """What was kept for rollback is not forgotten on removal."""
    story = Story()
    first, second = story.serve("2"), story.serve("3")
    story.stack.destroy()
    story.machine.run()
    assert story.jobs.deleted == [first, second]
    assert (story.alive, bought(story.record)) == (NOTHING, ())


def test_deploying_again_after_removal_trains_the_next_attempt() -> None:
    """Job names are taken for ever, so a second life of the same settings has another name."""
    story = Story()
    story.serve()
    story.stack.destroy()
    story.machine.run()
    story.deploy()
    assert story.jobs.running == [name_of(job_properties(), attempt=2)]


def test_stale_delete_from_another_stack_changes_nothing() -> None:
    """The stack id is the fence: a stack that never owned the model cannot take it down (fault A24)."""
    story = Story()
    story.serve()
    before = story.record
    stranger = story.another_stack(STACK.replace("/1", "/2"))
    resource = story.stack.resources["Job"]
    stranger.delete("Job", resource.physical_id, resource.properties)
    endpoint = story.stack.resources["Endpoint"]
    stranger.delete("Endpoint", endpoint.physical_id, endpoint.properties)
    assert story.record == before


def test_delete_of_an_unknown_id_changes_nothing() -> None:
    """An id of ours that no generation has is one that was let go of long ago (fault A23)."""
    story = Story()
    story.serve()
    before = story.record
    story.stack.delete("Job", "Job-0123456789abcdef", job_properties())
    assert story.record == before


@pytest.mark.parametrize("made_up", ["finetuning-dev-Model-faq-Job-1A2B3C4D5E6F", ""])
def test_delete_with_an_id_that_cloudformation_made_up_is_a_removal(made_up: str) -> None:
    """A Create that was never answered is followed by a Delete with an id that is not ours (fault A20)."""
    story = Story()
    story.stack.update({"Job": job_properties()})
    story.stack.delete("Job", made_up, job_properties())
    assert story.record.training.removed
    assert story.jobs.stopped == [name_of(job_properties())]


def test_late_delivery_of_a_create_after_the_removal_starts_nothing() -> None:
    """Lambda may deliver an event twice, the second time after the Delete (fault A22)."""
    story = Story()
    story.deploy()
    create_job, create_endpoint = story.stack.sent[:2]
    story.stack.destroy()
    story.jobs.end(name_of(job_properties()), "Stopped")
    story.machine.run()
    for resource, request in ((story.job, create_job), (story.endpoint, create_endpoint)):
        with pytest.raises(StaleRequestError, match="comes too late: the resource is DELETE_COMPLETE"):
            resource.apply(request)
    story.machine.run()
    assert (story.alive, len(story.jobs.jobs), story.throughput.bought) == (NOTHING, 1, [])


def test_endpoint_noted_after_the_tombstone_is_undone() -> None:
    """A purchase that was in flight while the stack went is deleted by the one that made it (fault A21)."""
    story = Story()
    story.deploy()
    model_arn = story.jobs.end(name_of(job_properties()))

    def remove() -> None:
        story.stack.destroy()
        story.machine.run()

    story.throughput.in_flight = remove
    story.events.handle(name_of(job_properties()), "Completed")
    story.machine.run()
    assert story.throughput.bought
    assert story.jobs.deleted == [model_arn]
    assert (story.alive, bought(story.record), story.record.settled) == (NOTHING, (), True)


def test_renaming_the_resource_in_its_stack_is_refused_and_nothing_is_torn_down() -> None:
    """A new logical id would be followed by the Delete of the old one, for the same model (invariant I2)."""
    story = Story()
    story.serve()
    before = story.record
    story.stack.handlers = {**story.stack.handlers, "RenamedJob": story.job}
    with pytest.raises(Exception, match="model 'faq' is held by resource Job of this stack, not RenamedJob"):
        story.stack.update({"RenamedJob": job_properties("3")})
    assert story.record == before


def test_another_stack_cannot_take_a_model_that_is_in_use() -> None:
    """Two stacks for one model would fight over it; the second one is told whose it is."""
    story = Story()
    story.serve()
    stranger = story.another_stack(STACK.replace("/1", "/2"))
    with pytest.raises(Exception, match=r"is owned by stack .*/1; delete that stack, or give this model another name"):
        stranger.deploy(wanted("3"))


def test_removal_after_the_endpoint_was_deleted_by_hand_withdraws_the_pointer() -> None:
    """No deletion of ours would withdraw it, so the driver does it for its own sake."""
    story = Story()
    story.serve()
    story.throughput.alive.clear()
    story.stack.destroy()
    story.machine.run()
    assert story.pointer.parameters == {}
    assert (story.alive, story.record.settled) == (NOTHING, True)
