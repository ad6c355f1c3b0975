"""Who drives: events are hints, the sweep is the backstop, and only one execution acts."""

from finetuning.lifecycle.claims import hand_over
from tests.unit.lambdas.story import MODEL, Story, endpoint_properties, job_properties, name_of


def test_lost_event_is_made_up_for_by_the_sweep() -> None:
    """Drop every event and the model is in service after one sweep (fault D01)."""
    story = Story()
    story.deploy()
    model_arn = story.jobs.end(name_of(job_properties()))
    assert story.sweep.run() == {MODEL: "woken"}
    story.machine.run()
    [endpoint] = story.throughput.alive.values()
    assert endpoint.model_arn == model_arn


def test_sweep_of_a_running_job_waits() -> None:
    """While the job runs and its driver is parked, there is nothing to do."""
    story = Story()
    story.deploy()
    assert story.sweep.run() == {MODEL: "waiting"}
    assert story.machine.woken == []


def test_sweep_leaves_settled_models_alone() -> None:
    """A settled model costs the sweep one read."""
    story = Story()
    story.serve()
    assert story.sweep.run() == {}


def test_wait_that_times_out_looks_by_itself() -> None:
    """Even without event and sweep a day's timeout turns into a look."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    story.machine.time_out()
    story.machine.run()
    assert story.record.settled
    assert len(story.throughput.alive) == 1


def test_dead_execution_is_restarted_under_the_next_name() -> None:
    """The name of an execution that ended is spent (fault D07)."""
    story = Story()
    story.deploy()
    dead = story.record.in_charge
    story.machine.abort(dead)
    assert story.sweep.run() == {MODEL: "restarted"}
    assert story.record.in_charge == dead.removesuffix("1") + "2"
    story.machine.run()
    story.train()
    assert story.record.settled


def test_execution_that_was_never_started_is_started_by_the_sweep() -> None:
    """A resource that died before it could start the driver left the record unsettled."""
    story = Story()
    story.stack.update({"Job": job_properties()})
    story.machine.executions.clear()
    assert story.sweep.run() == {MODEL: "started"}
    assert list(story.machine.executions) == [story.record.in_charge]


def test_older_execution_ends_without_acting() -> None:
    """When another one took charge, the one before finds out at its next step (fault D08)."""
    story = Story()
    story.deploy()
    older = story.record.in_charge
    story.jobs.end(name_of(job_properties()))
    record = story.registry.update(MODEL, hand_over)
    step = story.driver.step("CreateEndpoint", MODEL, older)
    assert (step["next"], story.throughput.bought) == ("Settled", [])
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    assert [e.status for e in story.machine.executions.values()] == ["SUCCEEDED", "SUCCEEDED"]
    assert "CreateEndpoint" not in story.machine.executions[older].path
    assert len(story.throughput.bought) == 1


def test_event_of_a_foreign_job_wakes_nobody() -> None:
    """The rule's pattern matches a prefix; only the registry knows whose job it is (fault D04)."""
    story = Story()
    story.deploy()
    for name in ("another-job", "finetuning-dev-faq-0123456789-1", "finetuning-dev-other-0123456789-1", ""):
        story.events.handle(name, "Completed")
    assert story.machine.woken == []
    assert len(story.machine.parked) == 1


def test_repeated_and_late_events_change_nothing() -> None:
    """Events wake; they decide nothing (faults D02, D03)."""
    story = Story()
    story.serve()
    before = story.record
    story.events.handle(name_of(job_properties()), "Completed")
    story.events.handle(name_of(job_properties()), "InProgress")
    story.machine.run()
    assert (story.record, len(story.throughput.bought)) == (before, 1)


def test_job_that_ends_before_its_execution_parks_is_noticed() -> None:
    """Between the decision to wait and the token there is a gap; the parking step looks again."""
    story = Story()
    story.deploy()
    story.machine.time_out()
    step = story.driver.step("Decide", MODEL, story.record.in_charge)
    assert step["next"] == "AwaitCustomizationJob"
    story.jobs.end(name_of(job_properties()))
    story.driver.step("AwaitCustomizationJob", MODEL, story.record.in_charge, token="late")
    assert story.machine.woken == ["token-1", "late"]


def test_resource_that_changes_while_the_driver_settles_is_not_forgotten() -> None:
    """SETTLED is only written over a record of which it is still true."""
    story = Story()
    story.stack.deploy({"Job": job_properties()})
    story.machine.run()
    unparked, learned = _nothing, _nothing
    story.table.interruptions = [unparked, learned, lambda: story.stack.update({"Endpoint": endpoint_properties()})]
    story.train()
    [execution] = story.machine.executions.values()
    assert (execution.status, len(story.throughput.alive)) == ("SUCCEEDED", 1)
    assert story.record.settled


def _nothing() -> None:
    """Let the write pass."""


def test_older_execution_that_comes_to_park_goes_on_and_ends() -> None:
    """Its token is stored nowhere, so unless it is woken at once it would hang until its timeout of a day."""
    story = Story()
    story.deploy()
    older = story.record.in_charge
    parked_token = story.record.parked_token
    story.registry.update(MODEL, hand_over)
    before = len(story.machine.woken)
    story.driver.step("AwaitCustomizationJob", MODEL, older, token="token-of-the-older")
    assert story.machine.woken[before:] == ["token-of-the-older"]
    assert story.record.parked_token == parked_token
