"""Changed tags are applied where the things are; nothing is bought for it (fault A27)."""

from typing import Any

from finetuning.lifecycle import Action, Decision, Observed
from lambdas.driver.endpoint_actions import EndpointActions
from lambdas.driver.training_actions import TrainingActions
from lambdas.gateways.endpoints import EndpointGateway
from tests.unit.lambdas.story import Story, endpoint_properties, job_properties

OWNER = {"finetuning:project": "finetuning", "finetuning:environment": "dev", "finetuning:model": "faq"}


def tagged(story: Story, **tags: str) -> None:
    """Deploy with other tags, and let the driver run."""
    properties: dict[str, Any] = {
        "Job": job_properties(Tags=tags),
        "Endpoint": endpoint_properties(Tags=tags),
    }
    story.stack.deploy(properties)
    story.machine.run()


def user_tags(tags: dict[str, str]) -> dict[str, str]:
    """Without the owner tags."""
    return {key: value for key, value in tags.items() if not key.startswith("finetuning:")}


def all_tags(story: Story) -> list[dict[str, str]]:
    """The users' tags of the job, its model and the endpoint."""
    [job] = story.jobs.jobs.values()
    [endpoint] = story.throughput.alive.values()
    places = (story.jobs.tags(job.arn), story.jobs.tags(job.model_arn), story.throughput.tags(endpoint.arn))
    return [user_tags(tags) for tags in places]


def test_added_changed_and_removed_tags_reach_job_model_and_endpoint() -> None:
    """Each with one deployment, and nothing else happens."""
    story = Story()
    story.serve()
    for tags in ({"team": "support", "cost": "1"}, {"team": "sales"}, {}):
        tagged(story, **tags)
        assert all_tags(story) == [tags, tags, tags]
    assert (len(story.jobs.jobs), len(story.throughput.bought), story.throughput.swapped) == (1, 1, [])
    assert (story.record.settled, story.record.problem) == (True, "")


def test_owner_tags_stay_whatever_users_ask_for() -> None:
    """Theirs never say whose a thing is (invariant I2)."""
    story = Story()
    story.serve()
    tagged(story, **{"finetuning:model": "mine", "finetuning:hold-prod": "x", "team": "sales"})
    [job] = story.jobs.jobs.values()
    [endpoint] = story.throughput.alive.values()
    for tags in (story.jobs.tags(job.model_arn), story.throughput.tags(endpoint.arn)):
        assert OWNER.items() <= tags.items()
        assert "finetuning:hold-prod" not in tags
    tagged(story)
    assert OWNER.items() <= story.jobs.tags(job.model_arn).items()


def test_tags_changed_while_the_job_runs_reach_the_model() -> None:
    """A custom model is born with the tags that its job was started with."""
    story = Story()
    story.deploy()
    tagged(story, team="sales")
    story.train()
    assert all_tags(story) == [{"team": "sales"}] * 3
    assert story.record.settled


def test_tags_changed_again_while_the_driver_is_at_it_are_applied_again() -> None:
    """What is written down is what was applied, not what is wanted by then."""
    story = Story()
    story.serve()
    tag = story.jobs.tag
    asked: list[dict[str, str]] = []

    def change_meanwhile(arn: str, add: Any, remove: Any) -> None:
        if not asked:
            asked.append(dict(add))
            story.stack.deploy({"Job": job_properties(Tags={"second": "2"})})
        tag(arn, add, remove)

    story.jobs.tag = change_meanwhile  # type: ignore[method-assign]  # this instance only
    story.stack.deploy({"Job": job_properties(Tags={"first": "1"})})
    story.machine.run()
    assert asked == [{"first": "1"}]
    assert all_tags(story)[:2] == [{"second": "2"}] * 2
    assert story.record.training.generations[0].tagged is None
    assert story.record.settled


def test_endpoint_tags_changed_again_while_the_driver_is_at_it_are_applied_again() -> None:
    """Likewise."""
    story = Story()
    story.serve()
    tag = story.throughput.tag
    asked: list[dict[str, str]] = []

    def change_meanwhile(arn: str, add: Any, remove: Any) -> None:
        if not asked:
            asked.append(dict(add))
            story.stack.deploy({"Endpoint": endpoint_properties(Tags={"second": "2"})})
        tag(arn, add, remove)

    story.throughput.tag = change_meanwhile  # type: ignore[method-assign]  # this instance only
    story.stack.deploy({"Endpoint": endpoint_properties(Tags={"first": "1"})})
    story.machine.run()
    assert asked == [{"first": "1"}]
    assert all_tags(story)[2] == {"second": "2"}
    assert story.record.endpoint.generations[0].tagged is None


def test_retag_of_what_is_gone_by_then_changes_nothing() -> None:
    """The decision may be older than the look."""
    story = Story()
    story.serve()
    before, nothing = story.record, Observed()
    clock = story.clock.epoch
    training = TrainingActions(registry=story.registry, jobs=story.jobs, output_bucket="output", clock=clock)
    training.retag(before, nothing, Decision(Action.RETAG, before.training.current_id))
    endpoints: dict[str, EndpointGateway] = {"provisioned": story.throughput}
    serving = EndpointActions(registry=story.registry, endpoints=endpoints, publishing=story.publishing, clock=clock)
    serving.retag(before, nothing, Decision(Action.RETAG, before.endpoint.current_id))
    assert story.record == before
