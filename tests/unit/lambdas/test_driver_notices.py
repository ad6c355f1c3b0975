"""People are told of each trouble once, and again when it comes back."""

import json
from dataclasses import replace

import pytest

from finetuning.lifecycle.retrying import retry
from tests.unit.lambdas.story import MODEL, Story, job_properties, name_of

DAY = 86_400


def subjects(story: Story) -> list[str]:
    """What was told, without what all have in common."""
    return [subject.removeprefix("finetuning dev faq: ") for subject, _ in story.notices.published]


def sweeps(story: Story, *, days: float = 1, times: int = 1) -> None:
    """Let time pass; the sweep looks, and the drivers that it starts run."""
    for _ in range(times):
        story.clock.sleep(days * DAY)
        story.sweep.run()
        story.machine.run()


def failed() -> Story:
    """A model whose job failed."""
    story = Story()
    story.deploy()
    story.train(status="Failed", failure="bad data")
    return story


def test_model_that_serves_is_no_news() -> None:
    """Nobody is told that all is well."""
    story = Story()
    story.serve()
    sweeps(story, times=3)
    assert story.notices.published == []


def test_failure_is_told_once() -> None:
    """However often it is looked at."""
    story = failed()
    sweeps(story, times=3)
    assert subjects(story) == ["failed"]
    [(_, text)] = story.notices.published
    assert f"customization job {name_of(job_properties())} failed: bad data" in text
    [key] = story.record.notified
    assert key.startswith("failed:")


def test_trouble_that_is_over_is_forgotten_and_told_again_when_it_comes_back() -> None:
    """The next attempt fails too."""
    story = failed()
    record = story.registry.update(MODEL, retry)
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    assert story.record.notified == ()
    story.train(status="Failed", failure="bad data")
    assert subjects(story) == ["failed", "failed"]


def test_endpoint_deleted_by_hand_is_noticed_within_a_day_and_told() -> None:
    """Drift is told, never mended with money (fault C12)."""
    story = Story()
    story.serve()
    story.throughput.alive.clear()
    sweeps(story)
    assert subjects(story) == ["drifted"]
    assert len(story.throughput.bought) == 1


def test_model_deleted_by_hand_is_told() -> None:
    """Likewise; it is not trained again."""
    story = Story()
    story.serve()
    story.jobs.models.clear()
    sweeps(story)
    assert subjects(story) == ["drifted"]
    assert len(story.jobs.jobs) == 1


def test_unknown_status_is_told_while_it_is_waited_for() -> None:
    """Parked or not (fault B15)."""
    story = Story()
    story.serve()
    [model_arn] = story.jobs.models
    story.jobs.models[model_arn] = "Archived"
    story.clock.sleep(DAY)
    assert story.sweep.run() == {MODEL: "started"}
    step = story.driver.step("Decide", MODEL, story.record.in_charge)
    assert step["next"] == "AwaitChange"
    story.driver.step("Decide", MODEL, story.record.in_charge)
    assert subjects(story) == ["unknown"]
    story.jobs.models[model_arn] = "Active"
    story.machine.run()
    assert (story.record.notified, story.record.settled) == ((), True)


def test_job_that_runs_for_days_is_told_by_the_sweep() -> None:
    """Its driver is parked and does not know."""
    story = Story()
    story.deploy()
    sweeps(story, days=4)
    assert subjects(story) == []
    sweeps(story, days=1.1, times=2)
    assert subjects(story) == ["stuck"]
    story.train()
    assert (subjects(story), story.record.notified) == (["stuck"], ())


def test_driver_that_fails_again_and_again_is_told_by_the_sweep_with_its_problem() -> None:
    """It never comes as far as telling by itself."""
    story = Story()
    story.deploy()
    story.throughput.down = True
    story.train()
    sweeps(story, days=0.3, times=2)
    assert subjects(story) == ["stuck"]
    assert "Its last problem: ConnectionError: bedrock is down" in story.notices.published[0][1]


def test_stuck_driver_is_told_of_by_itself_when_it_runs() -> None:
    """One that waits for a change is awake now and then."""
    story = Story()
    story.serve()
    [endpoint] = story.throughput.alive.values()
    endpoint.ready_at, endpoint.changing = story.clock.now + 10 * DAY, "Updating"
    story.clock.sleep(DAY)
    story.sweep.run()
    story.driver.step("Decide", MODEL, story.record.in_charge)
    assert subjects(story) == []
    story.clock.sleep(7 * 3600)
    story.driver.step("Decide", MODEL, story.record.in_charge)
    assert subjects(story) == ["stuck"]


def test_since_when_the_driver_does_something_is_noted_once() -> None:
    """A look at the same thing does not begin anew."""
    story = Story()
    story.deploy()
    record = story.record
    assert record.doing == f"AwaitCustomizationJob:{record.training.current_id}"
    story.clock.sleep(50)
    story.driver.step("Decide", MODEL, record.in_charge)
    assert story.record.progress_at == record.progress_at
    story.train()
    assert story.record.doing == "Settled:"
    assert story.record.progress_at > record.progress_at


def test_notice_that_cannot_be_published_is_tried_again() -> None:
    """It does not count as told."""
    story = Story()
    story.deploy()

    def fail(subject: str, text: str) -> None:
        raise ConnectionError("sns is down")

    publish = story.notices.publish
    story.notices.publish = fail  # type: ignore[method-assign]  # this instance only
    story.train(status="Failed")
    assert story.record.notified == ()
    story.notices.publish = publish  # type: ignore[method-assign]
    sweeps(story)
    assert subjects(story) == ["failed"]


def test_orphans_that_the_sweep_has_told_of_are_left_to_it() -> None:
    """The driver does not see them, so it does not know when they are over."""
    story = failed()
    told = "orphaned:arn:x"
    story.registry.update(MODEL, lambda r: replace(r, notified=(*r.notified, told), settled=False))
    story.driver.step("Decide", MODEL, story.record.in_charge)
    assert set(story.record.notified) == {told, next(k for k in story.record.notified if k.startswith("failed:"))}
    record = story.registry.update(MODEL, retry)
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    assert story.record.notified == (told,)


def test_troubles_are_counted_for_the_alarms(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that there are; the alarms take silence for none (stacks/constructs/alarms.py)."""
    story = failed()
    capsys.readouterr()
    story.sweep.run()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["Kind"]: line["Troubles"] for line in lines if "_aws" in line} == {"failed": 1}
    assert {(line["Project"], line["Environment"]) for line in lines if "_aws" in line} == {("finetuning", "dev")}
