"""An operator stops the bill, and resumes: endpoints go and come, models stay, nothing comes back by itself."""

from collections.abc import Callable

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.retrying import resume, stop_billing
from tests.unit.lambdas.story import MODEL, Story, wanted


def operator(story: Story, change: Callable[[ModelRecord], ModelRecord]) -> None:
    """What the command line does: change the record and start the driver."""
    record = story.registry.update(MODEL, change)
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()


def test_stopped_bill_leaves_the_model_and_nothing_else() -> None:
    """The pointer goes too: applications get an error instead of a bill."""
    story = Story()
    model_arn = story.serve()
    operator(story, stop_billing)
    assert story.alive == ([], [model_arn], [])
    assert story.pointer.parameters == {}
    assert (story.record.settled, story.record.problem) == (True, "")


def test_stopped_bill_stays_stopped() -> None:
    """Neither the sweep's daily look nor another deployment buys anything."""
    story = Story()
    story.serve()
    operator(story, stop_billing)
    story.clock.sleep(90_000)
    story.sweep.run()
    story.machine.run()
    story.stack.deploy(wanted(units="2"))
    story.machine.run()
    assert (len(story.throughput.bought), story.throughput.alive) == (1, {})


def test_resume_serves_again_under_the_next_name() -> None:
    """With the model that is there; nothing is trained."""
    story = Story()
    model_arn = story.serve()
    operator(story, stop_billing)
    operator(story, resume)
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.model_arn, endpoint.order.endpoint.name[-2:]) == (model_arn, "-2")
    assert list(story.pointer.parameters.values()) == [endpoint.arn]
    assert (len(story.jobs.jobs), story.record.settled) == (1, True)


def test_training_goes_on_while_the_bill_is_stopped() -> None:
    """Its model is there when serving is resumed."""
    story = Story()
    story.serve("2")
    operator(story, stop_billing)
    second = story.serve("3")
    assert story.throughput.alive == {}
    operator(story, resume)
    [endpoint] = story.throughput.alive.values()
    assert endpoint.model_arn == second


def test_bill_stopped_while_the_endpoint_is_created_is_stopped_as_soon_as_possible() -> None:
    """Bedrock refuses to delete what it is creating (fault C04)."""
    story = Story()
    story.deploy()
    story.throughput.in_flight = lambda: story.registry.update(MODEL, stop_billing)
    story.train()
    record = story.record
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    assert (len(story.throughput.bought), story.throughput.alive) == (1, {})
    assert (story.pointer.parameters, story.record.settled) == ({}, True)


def test_removal_while_the_bill_is_stopped_takes_the_model() -> None:
    """As any other."""
    story = Story()
    story.serve()
    operator(story, stop_billing)
    story.stack.destroy()
    story.machine.run()
    assert (story.alive, story.record.settled) == (([], [], []), True)


def test_resume_of_a_model_that_serves_buys_nothing() -> None:
    """There is nothing to get back."""
    story = Story()
    story.serve()
    operator(story, resume)
    assert (len(story.throughput.bought), len(story.throughput.alive), story.record.settled) == (1, 1, True)
