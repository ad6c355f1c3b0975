"""A reply that is lost and a thing that does not show yet never lead to a second purchase (faults A04, B06)."""

import pytest

from lambdas.purchases import NotVisibleYetError, start_or_adopt
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.story import MODEL, Story, job_properties, name_of, wanted

NAME = name_of(job_properties())


def start(story: Story) -> object:
    """Start the wanted job."""
    return start_or_adopt(story.registry, story.jobs, MODEL, "output", story.clock.epoch)


def a_lost_job(**fakes: object) -> Story:
    """A job that was started, whose reply was lost, and that does not show for a minute."""
    story = Story()
    story.jobs.lost_replies, story.jobs.lag_seconds = 1, 60
    for name, value in fakes.items():
        setattr(story.jobs, name, value)
    with pytest.raises(ConnectionError):
        story.stack.update(wanted())
    return story


def test_job_whose_reply_was_lost_is_asked_for_again_under_the_same_token() -> None:
    """Bedrock answers with the job that it has started."""
    story = a_lost_job()
    start(story)
    assert list(story.jobs.jobs) == [NAME]
    current = story.record.training.current
    assert current is not None
    assert current.job_arn == story.jobs.jobs[NAME].arn


def test_name_taken_by_a_job_that_may_be_ours_is_waited_for() -> None:
    """The next attempt's name would buy a second one."""
    story = a_lost_job(forgets_tokens=True)
    with pytest.raises(NotVisibleYetError, match=f"customization job {NAME} does not show yet"):
        start(story)
    assert list(story.jobs.jobs) == [NAME]
    current = story.record.training.current
    assert current is not None
    assert (current.attempt, current.intended) == (1, True)


def test_create_is_answered_while_the_job_does_not_show() -> None:
    """The driver goes on with it, and adopts it as soon as it shows."""
    story = a_lost_job(forgets_tokens=True)
    story.stack.deploy(wanted())
    story.machine.run()
    assert (story.clock.now, list(story.jobs.jobs), len(story.machine.parked)) == (60, [NAME], 1)
    story.train()
    assert (story.record.settled, story.record.problem, len(story.throughput.bought)) == (True, "", 1)


def test_name_that_is_taken_for_good_is_passed_by_after_the_settle_time() -> None:
    """A job that has not shown for three minutes is somebody else's, or was refused."""
    story = a_lost_job(forgets_tokens=True, lag_seconds=1e9)
    story.clock.sleep(179)
    with pytest.raises(NotVisibleYetError):
        start(story)
    story.clock.sleep(1)
    start(story)
    assert list(story.jobs.jobs) == [NAME, name_of(job_properties(), attempt=2)]


def test_time_of_the_intent_is_that_of_the_last_try_that_may_have_taken_effect() -> None:
    """A refusal proves that this try did not; the one before is still open."""
    story = a_lost_job(forgets_tokens=True, lag_seconds=1e9)
    story.clock.sleep(100)
    with pytest.raises(NotVisibleYetError):
        start(story)
    current = story.record.training.current
    assert current is not None
    assert current.intended_at == EPOCH


def test_job_that_is_known_and_does_not_show_is_waited_for() -> None:
    """Its ARN is noted, so it was started: it is never bought again."""
    story = Story()
    story.jobs.lag_seconds = 1e9
    story.stack.deploy(wanted())
    story.clock.sleep(1e6)
    step = story.driver.step("Decide", MODEL, story.record.in_charge)
    assert (step["next"], step["wait_seconds"]) == ("AwaitChange", 60)
    start(story)
    assert list(story.jobs.jobs) == [NAME]


def test_removal_before_a_lost_job_shows_stops_it_when_it_does() -> None:
    """It is not forgotten before it can come no more (fault A21)."""
    story = a_lost_job(forgets_tokens=True)
    story.stack.delete("Job", "", job_properties())
    story.stack.delete("Endpoint", "", {"Model": MODEL})
    story.machine.run()
    assert (story.jobs.stopped, story.jobs.running, story.record.settled) == ([NAME], [], True)
    assert story.clock.now >= 60


def test_removal_forgets_a_job_that_never_shows_after_three_minutes() -> None:
    """The guard is not kept for ever."""
    story = a_lost_job(lag_seconds=1e9)
    story.stack.delete("Job", "", job_properties())
    story.machine.run()
    assert story.record.settled
    assert 180 <= story.clock.now < 300


@pytest.mark.parametrize("forgets", [False, True])
def test_endpoint_whose_reply_was_lost_and_that_does_not_show_is_bought_once(forgets: bool) -> None:
    """It is paid for by the hour."""
    story = Story()
    story.throughput.lost_replies, story.throughput.lag_seconds = 1, 60
    story.throughput.forgets_tokens = forgets
    story.serve()
    assert (len(story.throughput.bought), len(story.throughput.alive)) == (1, 1)
    assert (story.record.settled, story.record.problem) == (True, "")


def test_refusal_after_the_settle_time_is_a_refusal() -> None:
    """Then nobody of ours has the name."""
    story = Story()
    story.throughput.lost_replies, story.throughput.lag_seconds = 1, 1e9
    story.throughput.forgets_tokens = True
    story.serve()
    [name] = story.throughput.bought
    assert story.record.problem == f"endpoint {name} was refused: the name is in use"


def test_endpoint_that_is_known_and_does_not_show_is_waited_for_and_then_told() -> None:
    """Its ARN is noted: after three minutes somebody has deleted it, and it is not bought again."""
    story = Story()
    story.throughput.lag_seconds = 1e9
    story.serve()
    [name] = story.throughput.bought
    assert story.record.settled
    assert story.record.problem == f"endpoint {name} was deleted outside this stack; it is not bought again by itself"


def test_endpoint_that_shows_late_is_served_from() -> None:
    """The driver waits meanwhile."""
    story = Story()
    story.throughput.lag_seconds = 120
    story.serve()
    assert (story.record.problem, len(story.throughput.bought)) == ("", 1)
    assert len(story.pointer.parameters) == 1
