"""The simulated Step Functions: the driver's real definition under failures, timeouts, tokens and quotas."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulation.aws.account import Account
from tests.simulation.aws.execution import MAX_HISTORY_EVENTS, NAME_TAKEN_SECONDS
from tests.simulation.aws.variants import Variants
from tests.simulation.aws_script import Script, run
from tests.simulation.kernel import World


def test_execution_follows_what_its_function_says() -> None:
    """Decide, act, wait, decide."""
    script, execution, _ = run("CreateEndpoint", "AwaitChange", "Settled")
    assert script.called == ["Decide", "CreateEndpoint", "Decide"]
    assert (execution.status, execution.error) == ("SUCCEEDED", "")
    assert execution.ended == pytest.approx(63.0, abs=0.1)
    assert all(payload["execution"] == "faq-1" for payload in script.payloads)


def test_state_that_does_not_exist_is_recorded_as_a_failure() -> None:
    """The definition's own way out."""
    script, execution, _ = run("Nonsense", "whatever")
    assert script.called == ["Decide", "RecordFailure"]
    assert script.payloads[-1]["error"] == {"Error": "UnknownStep", "Cause": "there is no state Nonsense"}
    assert (execution.status, execution.error) == ("FAILED", "NotSettled")


def test_function_that_fails_is_tried_again() -> None:
    """Three times, with growing pauses; then the failure is recorded."""
    script, execution, _ = run(ValueError("a"), ValueError("b"), "Settled")
    assert (script.called, execution.status) == (["Decide"] * 3, "SUCCEEDED")
    assert execution.ended == pytest.approx(5 + 10 + 1, abs=0.1)
    script, execution, _ = run(*[ValueError("broken")] * 4, "recorded")
    assert (script.called, execution.status) == (["Decide"] * 4 + ["RecordFailure"], "FAILED")
    error = script.payloads[-1]["error"]
    assert error["Error"] == "ValueError"
    assert error["Cause"] == '{"errorType": "ValueError", "errorMessage": "broken"}'


def test_function_that_hangs_is_killed_and_tried_again() -> None:
    """After its timeout of two minutes."""
    script, execution, _ = run("hang", "Settled")
    assert (script.called, execution.status) == (["Decide"] * 2, "SUCCEEDED")
    assert execution.ended == pytest.approx(120 + 5 + 1, abs=0.1)


def test_history_has_a_limit() -> None:
    """A poll each minute for weeks exceeds it; it ends the execution, and nothing catches it (fault D07)."""
    _, execution, account = run("AwaitChange", until=60 * 86_400.0)
    assert execution.status == "FAILED"
    assert execution.events > MAX_HISTORY_EVENTS
    assert account.driver().status("faq-1") == "FAILED"


def test_aborted_execution_stops_and_its_function_does_not() -> None:
    """What the function does after it still takes effect."""
    world = World(1)
    account = Account(world)
    effects: list[str] = []

    def invoke(payload: dict[str, Any]) -> Mapping[str, Any]:
        world.sleep(30.0)
        world.call("service.effect", lambda: effects.append("done"))
        return {"next": "Settled", "wait_seconds": 0, "model": "faq", "execution": "faq-1"}

    account.states.invoke = invoke
    account.driver().start("faq", "faq-1")
    world.run(until=5.0)
    account.states.abort("faq-1")
    account.states.abort("faq-1")
    world.run(until=100.0)
    execution = account.states.executions["faq-1"]
    assert (execution.status, execution.path, effects) == ("ABORTED", ["Decide"], ["done"])
    assert account.states.running == []


def test_name_is_taken_for_ninety_days_after_the_end() -> None:
    """Then it is forgotten, and free."""
    _, first, account = run("Settled", until=10.0)
    account.driver().start("faq", "faq-1")
    assert account.states.executions["faq-1"] is first
    account.world.run(until=NAME_TAKEN_SECONDS + 20)
    assert account.driver().status("faq-1") is None
    account.driver().start("faq", "faq-1")
    assert account.states.executions["faq-1"] is not first


def test_other_input_under_a_running_name_is_refused() -> None:
    """The gateway takes it for one that has run."""
    _, first, account = run("AwaitChange", until=10.0)
    account.driver().start("other", "faq-1")
    assert account.states.executions["faq-1"] is first
    assert first.data["model"] == "faq"


def test_status_lags_behind_start_and_end() -> None:
    """DescribeExecution is eventually consistent (Step Functions API reference)."""
    seen = set()
    for seed in range(20):
        world = World(seed)
        account = Account(world, variants=Variants(lag_seconds=20.0))
        account.states.invoke = Script(world, ["Settled"]).run
        account.driver().start("faq", "faq-1")
        statuses = []
        for second in range(50):
            world.run(until=float(second))
            statuses.append(account.driver().status("faq-1"))
        seen.add(tuple(dict.fromkeys(statuses)))
        assert statuses[-1] == "SUCCEEDED"
    assert (None, "RUNNING", "SUCCEEDED") in seen
