"""What has our names and is not ours is never adopted, changed or deleted (fault A24, invariant I2)."""

from dataclasses import replace

from finetuning.lifecycle import EndpointGeneration
from finetuning.names import owner_tags
from lambdas.gateways.endpoints import EndpointOrder
from lambdas.registry.looking import Looking
from tests.unit.lambdas.story import Story, job_properties, name_of, wanted

NAME, NEXT_NAME = name_of(job_properties()), name_of(job_properties(), attempt=2)
ENDPOINT_NAME = "finetuning-dev-faq-86cf0fc6-1"


def a_foreign_job(story: Story, name: str = NAME) -> str:
    """Somebody else's job of our name; return its ARN."""
    tags = [{"key": "finetuning:project", "value": "finetuning"}]
    request = {"jobName": name, "customModelName": name, "theirs": "1", "jobTags": tags, "customModelTags": tags}
    return story.jobs.create(request)


def plant_endpoint(story: Story, tags: dict[str, str]) -> str:
    """An endpoint of our name with these tags; return its ARN."""
    generation = EndpointGeneration("x", "x", 1, ENDPOINT_NAME, "", "provisioned", 1, "none", {})
    tag_list = [{"key": key, "value": value} for key, value in tags.items()]
    return story.throughput.create(EndpointOrder(generation, "their-model", tag_list))


def our_tags(generation_id: str) -> dict[str, str]:
    """The owner tags of a generation of the model."""
    return owner_tags("finetuning", "dev", "faq", generation_id)


def test_foreign_job_of_our_name_is_left_alone_and_the_next_name_is_used() -> None:
    """From deployment to removal."""
    story = Story()
    foreign = a_foreign_job(story)
    story.serve()
    story.stack.destroy()
    story.machine.run()
    assert list(story.jobs.jobs) == [NAME, NEXT_NAME]
    assert (story.jobs.jobs[NAME].arn, story.jobs.jobs[NAME].status) == (foreign, "InProgress")
    assert (story.jobs.stopped, story.record.settled) == ([], True)


def test_job_that_appears_under_our_name_before_ours_is_noted_is_not_stopped() -> None:
    """An intent without an ARN does not make a job of that name ours."""
    story = Story()
    story.jobs.quota = 0
    story.stack.deploy(wanted())
    story.jobs.quota = 9
    a_foreign_job(story)
    current = story.record.training.current
    assert current is not None
    story.registry.update("faq", lambda record: record.with_training(replace(current, intended=True)))
    looking = Looking(
        story.jobs, {"provisioned": story.throughput}, holds=story.holds, alarms=story.alarms, clock=story.clock.epoch
    )
    assert looking.look(story.record).jobs == {current.id: None}
    story.stack.destroy()
    story.machine.run()
    assert story.jobs.jobs[NAME].status == "InProgress"
    assert story.record.settled


def test_job_with_the_owner_tags_of_another_generation_is_not_ours() -> None:
    """All four tags count."""
    story = Story()
    arn = a_foreign_job(story)
    story.jobs.tagged[arn] = our_tags("50c51decb8-2")
    story.deploy()
    assert story.jobs.running == [NAME, NEXT_NAME]


def test_endpoint_of_our_name_that_is_not_ours_is_told_and_neither_used_nor_deleted() -> None:
    """The name cannot be passed by: an operator has to decide."""
    story = Story()
    foreign = plant_endpoint(story, {"finetuning:project": "finetuning"})
    story.serve()
    assert story.record.problem == (
        f"endpoint {ENDPOINT_NAME} was refused: the name is taken by {foreign}, which is not ours; delete or rename "
        "that one"
    )
    assert (story.pointer.parameters, story.throughput.swapped) == ({}, [])
    story.stack.destroy()
    story.machine.run()
    assert (story.throughput.deleted, list(story.throughput.alive)) == ([], [ENDPOINT_NAME])
    assert story.record.settled


def test_endpoint_of_our_name_with_our_owner_tags_is_adopted() -> None:
    """The registry was lost after the purchase."""
    story = Story()
    ours = plant_endpoint(story, our_tags("86cf0fc66c-1"))
    story.throughput.alive[ENDPOINT_NAME].ready_at = 0
    model_arn = story.serve()
    assert story.throughput.bought == [ENDPOINT_NAME]
    assert (story.throughput.swapped, list(story.pointer.parameters.values())) == ([model_arn], [ours])


def test_thing_whose_arn_is_noted_is_ours_whatever_its_tags() -> None:
    """Somebody took the tags off; it is billed all the same."""
    story = Story()
    story.serve()
    story.throughput.tagged.clear()
    story.jobs.tagged.clear()
    story.stack.destroy()
    story.machine.run()
    assert story.alive == ([], [], [])


def test_namesake_of_an_endpoint_that_was_deleted_by_hand_is_not_touched() -> None:
    """Another ARN is another thing, even with our tags on it."""
    story = Story()
    story.serve()
    story.throughput.alive.clear()
    other = plant_endpoint(story, our_tags("86cf0fc66c-1"))
    assert other != story.record.endpoint.published_arn
    story.stack.destroy()
    story.machine.run()
    assert (story.throughput.deleted, list(story.throughput.alive)) == ([], [ENDPOINT_NAME])
    assert story.pointer.parameters == {}
