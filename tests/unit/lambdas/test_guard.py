"""The guard: keeps the Control stack until nothing bought is left, and says what keeps it."""

from dataclasses import replace

import pytest

from lambdas.guard.resource import LifecycleGuard, StillAliveError
from tests.fakes.cloudformation import a_request
from tests.unit.lambdas.story import Story, job_properties, name_of

REQUEST = a_request("Delete", properties={}, logical_id="Guard", physical_id="Guard-1")


def a_guard(story: Story) -> LifecycleGuard:
    """A guard that waits up to ten minutes on the story's clock."""
    return LifecycleGuard(registry=story.registry, wait_seconds=600, pause=story.clock.sleep, clock=story.clock.time)


def test_nothing_bought_lets_the_stack_go_at_once() -> None:
    """An environment without models is gone without a wait."""
    story = Story()
    a_guard(story).delete(REQUEST)
    assert story.clock.now == 0


def test_guard_waits_for_the_driver_to_finish() -> None:
    """`cdk destroy --all` removes the model stacks seconds earlier; the driver needs a moment."""
    story = Story()
    story.serve()
    story.stack.destroy()
    asleep = story.clock.now

    def pause(seconds: float) -> None:
        story.clock.sleep(seconds)
        if story.clock.now >= asleep + 10:
            story.machine.run()

    LifecycleGuard(registry=story.registry, wait_seconds=600, pause=pause, clock=story.clock.time).delete(REQUEST)
    assert story.alive == ([], [], [])
    assert story.clock.now - asleep == 10


def test_guard_refuses_at_once_what_nobody_is_about_to_delete() -> None:
    """Who deletes the Control stack first must not be left with a bill; nor wait, when the driver has nothing to do."""
    story = Story()
    story.serve()
    started = story.clock.now
    with pytest.raises(StillAliveError) as refusal:
        a_guard(story).delete(REQUEST)
    assert str(refusal.value) == (
        "still there, and the driver has nothing left to do: endpoint finetuning-dev-faq-86cf0fc6-1 (provisioned) of "
        f"model faq; custom model or job {name_of(job_properties())} of model faq; destroy the Model stacks first, "
        "wait until 'python -m ops status' shows nothing, then destroy this stack again; a custom model that another "
        "environment holds goes when that one lets go of it: 'held' in the status names it"
    )
    assert story.clock.now == started


def test_guard_refuses_when_the_driver_does_not_finish_in_time() -> None:
    """What is still being deleted after ten minutes keeps the stack, and is told as such."""
    story = Story()
    story.serve()
    story.stack.destroy()
    started = story.clock.now
    with pytest.raises(StillAliveError, match=r"^still there after 600 s, and the driver is still at it: endpoint "):
        a_guard(story).delete(REQUEST)
    assert 600 <= story.clock.now - started < 610


def test_dead_driver_with_nothing_bought_does_not_keep_the_stack() -> None:
    """What is unsettled but costs nothing is waited for, not refused."""
    story = Story()
    story.registry.update("faq", lambda record: replace(record, settled=False))
    a_guard(story).delete(REQUEST)
    assert 600 <= story.clock.now < 610


def test_create_and_update_keep_the_physical_id() -> None:
    """The guard has no state of its own."""
    guard = a_guard(Story())
    created = guard.apply(a_request(properties={}, logical_id="Guard"))
    updated = guard.apply(
        a_request("Update", properties={"New": "1"}, logical_id="Guard", physical_id=created.physical_id)
    )
    assert updated == created
