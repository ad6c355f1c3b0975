"""Two executions at once: whoever has acted sees to what it did, and an old look teaches nothing (faults A21, D08)."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.outcome import bought
from tests.unit.lambdas.story import MODEL, Story, endpoint_properties, job_properties, name_of, wanted


def about_to_buy() -> tuple[Story, str]:
    """A story whose execution decides to buy the endpoint next, and that execution."""
    story = Story()
    story.deploy()
    execution = story.record.in_charge
    story.jobs.end(name_of(job_properties()))
    return story, execution


def test_execution_that_bought_after_another_took_charge_sees_to_it() -> None:
    """The other one may have looked before the purchase showed."""
    story, execution = about_to_buy()
    story.throughput.in_flight = lambda: story.registry.update(MODEL, hand_over)
    step = story.driver.step("CreateEndpoint", MODEL, execution)
    assert (story.record.in_charge, story.record.settled) == (execution, False)
    assert step["next"] == "AwaitChange"


def test_execution_that_bought_after_another_had_settled_unsettles_the_record() -> None:
    """Nobody else would look at what was bought."""
    story, execution = about_to_buy()

    def settle() -> None:
        story.registry.update(MODEL, lambda record: replace(hand_over(record), settled=True))

    story.throughput.in_flight = settle
    story.driver.step("CreateEndpoint", MODEL, execution)
    assert (story.record.in_charge, story.record.settled) == (execution, False)


def test_execution_that_bought_after_its_own_step_was_run_twice_unsettles_the_record() -> None:
    """Step Functions may have tried the step again, and that one have settled."""
    story, execution = about_to_buy()
    story.throughput.in_flight = lambda: story.registry.update(MODEL, lambda record: replace(record, settled=True))
    story.driver.step("CreateEndpoint", MODEL, execution)
    assert (story.record.in_charge, story.record.settled) == (execution, False)


def test_execution_that_acts_undisturbed_stays_in_charge_without_a_write() -> None:
    """Charge is taken only from somebody."""
    story, execution = about_to_buy()
    story.driver.step("CreateEndpoint", MODEL, execution)
    assert (story.record.in_charge, story.record.driver_attempt) == (execution, 1)


def test_execution_that_lost_charge_while_it_looked_ends() -> None:
    """Its look may be older than what the other one did."""
    story, execution = about_to_buy()
    story.table.interruptions = [_nothing, lambda: story.registry.update(MODEL, hand_over)]
    step = story.driver.step("CreateEndpoint", MODEL, execution)
    assert (step["next"], story.throughput.bought) == ("Settled", [])
    assert story.record.in_charge != execution
    assert not story.record.settled


def test_look_that_is_older_than_the_last_one_is_repeated() -> None:
    """What it saw may be gone by now."""
    story = Story()
    story.serve()
    looks: list[float] = []
    find = story.jobs.find

    def slowly(job_name: str) -> Any:
        looks.append(story.clock.now)
        if len(looks) == 1:
            story.clock.sleep(50)
            story.registry.update(MODEL, lambda record: replace(record, looked_at=story.clock.epoch()))
        return find(job_name)

    story.clock.sleep(10_000)
    record = story.registry.update(MODEL, hand_over)
    story.jobs.find = slowly  # type: ignore[method-assign]  # this instance only
    story.driver.step("Decide", MODEL, record.in_charge)
    assert len(looks) == 2
    assert story.record.looked_at == story.clock.epoch()


def test_failure_is_written_down_only_by_the_execution_in_charge() -> None:
    """Another one may have mended it."""
    story = Story()
    story.deploy()
    assert story.driver.record_failure(MODEL, "older", {"Error": "E", "Cause": "c"})["next"] == "Settled"
    assert story.record.problem == ""
    story.driver.record_failure(MODEL, story.record.in_charge, {"Error": "E", "Cause": "c"})
    assert story.record.problem == "E: c"


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ({"Error": "KeyError", "Cause": json.dumps({"errorMessage": "'x'"})}, "KeyError: 'x'"),
        ({"Error": "KeyError", "Cause": json.dumps({"other": 1})}, 'KeyError: {"other": 1}'),
        ({"Error": "KeyError", "Cause": "[1]"}, "KeyError: [1]"),
        ({"Error": "States.Timeout", "Cause": "not JSON"}, "States.Timeout: not JSON"),
        ({"Error": "States.Timeout"}, "States.Timeout: "),
        ({}, "error: "),
        ({"Error": "E", "Cause": "x" * 600}, "E: " + "x" * 497),
    ],
)
def test_problem_is_the_error_in_a_sentence(error: dict[str, Any], problem: str) -> None:
    """Step Functions wraps a Lambda error as JSON in `Cause`."""
    story = Story()
    story.deploy()
    story.driver.record_failure(MODEL, story.record.in_charge, error)
    assert story.record.problem == problem


def test_step_says_what_comes_next_as_the_machines_data() -> None:
    """All of it, and nothing else."""
    story = Story()
    story.deploy()
    execution = story.record.in_charge
    assert story.driver.step("Decide", MODEL, execution) == {
        "next": "AwaitCustomizationJob",
        "wait_seconds": 86_400,
        "model": MODEL,
        "execution": execution,
    }
    assert story.driver.step("Decide", MODEL, "older") == {
        "next": "Settled",
        "wait_seconds": 0,
        "model": MODEL,
        "execution": "older",
    }


def parked() -> tuple[Story, str]:
    """A story whose execution is about to park."""
    story = Story()
    story.stack.deploy(wanted())
    return story, story.record.in_charge


def test_execution_parks_with_its_token_and_is_not_woken() -> None:
    """While the job runs there is nothing to look at."""
    story, execution = parked()
    step = story.driver.step("AwaitCustomizationJob", MODEL, execution, token="mine")
    assert (story.record.parked_token, story.machine.woken) == ("mine", [])
    assert step["next"] == "AwaitCustomizationJob"


def test_execution_that_has_something_to_do_while_the_job_runs_is_woken_at_once() -> None:
    """An endpoint that failed is billed until it is deleted (fault C02)."""
    story = Story()
    story.serve("2")
    story.stack.deploy(wanted("3"))
    [endpoint] = story.throughput.alive.values()
    endpoint.changing, story.throughput.fails = "Creating", "no capacity"
    before = len(story.machine.woken)
    step = story.driver.step("AwaitCustomizationJob", MODEL, story.record.in_charge, token="mine")
    assert (step["next"], story.machine.woken[before:]) == ("DeleteEndpoint", ["mine"])


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(lambda story: story.registry.update(MODEL, hand_over), id="another is in charge"),
        pytest.param(lambda story: story.jobs.end(name_of(job_properties()), "Failed"), id="the job ended"),
        pytest.param(lambda story: story.stack.destroy(), id="removed"),
    ],
)
def test_execution_that_has_nothing_to_wait_for_is_woken_at_once(meanwhile: Callable[[Story], object]) -> None:
    """Its token might be known to nobody."""
    story, execution = parked()
    story.table.interruptions = [lambda: meanwhile(story)]
    story.driver.step("AwaitCustomizationJob", MODEL, execution, token="mine")
    assert story.machine.woken == ["mine"]


def test_token_of_an_execution_that_goes_on_is_forgotten_and_woken() -> None:
    """Its wait timed out, or another one took its place: the one that is parked has to end."""
    story, execution = parked()
    story.driver.step("AwaitCustomizationJob", MODEL, execution, token="mine")
    story.driver.step("Decide", MODEL, execution)
    assert (story.record.parked_token, story.machine.woken) == ("", ["mine"])


def test_token_that_is_replaced_meanwhile_is_kept() -> None:
    """It belongs to the execution that parked since."""
    story, execution = parked()
    story.driver.step("AwaitCustomizationJob", MODEL, execution, token="mine")
    story.table.interruptions = [
        lambda: story.registry.update(MODEL, lambda record: replace(record, parked_token="newer"))
    ]
    story.driver.step("Decide", MODEL, execution)
    assert (story.record.parked_token, story.machine.woken) == ("newer", ["mine"])


def test_action_that_does_not_show_is_not_repeated_at_once() -> None:
    """Bedrock may not show what it accepted: look later instead of stopping in a loop."""
    story, execution = parked()
    story.stack.deploy(wanted("3"))
    job = story.jobs.jobs[name_of(job_properties("2"))]
    execution = story.record.in_charge
    job.status, job.stops_at = "InProgress", 1e9
    story.jobs.stop = lambda job_name: None  # type: ignore[method-assign]  # this instance only
    step = story.driver.step("StopCustomizationJob", MODEL, execution)
    assert (step["next"], step["wait_seconds"]) == ("AwaitChange", 60)


def test_waiting_and_settling_need_nothing_done() -> None:
    """An action that is none does nothing."""
    story = Story()
    story.serve()
    record = story.record
    looking, actions = story.driver._looking, story.driver._actions
    seen = looking.look(record)
    for action in (Action.AWAIT_CHANGE, Action.AWAIT_JOB, Action.SETTLED):
        assert actions.act(record, seen, Decision(action, record.training.current_id)) is None
    assert story.record == record


def test_removal_in_the_middle_of_a_purchase_leaves_nothing() -> None:
    """Whichever of the two executions comes first."""
    story, execution = about_to_buy()
    story.throughput.in_flight = story.stack.destroy
    story.driver.step("CreateEndpoint", MODEL, execution)
    story.machine.time_out()
    story.machine.run()
    story.sweep.run()
    story.machine.run()
    assert (story.alive, bought(story.record), story.record.settled) == (([], [], []), (), True)


def test_changed_units_while_the_endpoint_is_bought_buy_the_other_next() -> None:
    """The decision was for the one before."""
    story, execution = about_to_buy()
    story.table.interruptions = [
        _nothing,
        _nothing,
        lambda: story.stack.update({"Endpoint": endpoint_properties("2")}),
    ]
    story.driver.step("CreateEndpoint", MODEL, execution)
    story.machine.time_out()
    story.machine.run()
    assert [name[-2:] for name in story.throughput.alive] == ["-1"]
    [endpoint] = story.throughput.alive.values()
    assert endpoint.order.endpoint.model_units == 2


def _nothing() -> None:
    """Let the write pass."""
