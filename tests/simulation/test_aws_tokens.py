"""The simulated Step Functions: executions that park on a task token."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulation.aws.account import Account
from tests.simulation.aws.client import Client
from tests.simulation.aws.execution import Execution
from tests.simulation.aws.variants import Variants
from tests.simulation.aws_script import Script, run
from tests.simulation.kernel import World


def parked(**variants: Any) -> tuple[Script, Execution, Account]:
    """An execution that waits for its token."""
    return run("AwaitCustomizationJob", "ignored", "Settled", until=10.0, wait_seconds=3600, **variants)


def test_parked_execution_waits_for_its_token() -> None:
    """Its function has long ended."""
    script, execution, account = parked()
    assert execution.is_parked
    account.parked().wake(script.payloads[-1]["token"])
    account.world.run(until=20.0)
    assert (execution.status, script.called) == ("SUCCEEDED", ["Decide", "AwaitCustomizationJob", "Decide"])


def test_wait_for_a_token_times_out() -> None:
    """And the token is worth nothing then."""
    script, execution, account = parked()
    account.world.run(until=3590.0)
    assert execution.is_parked
    account.world.run(until=3700.0)
    assert execution.status == "SUCCEEDED"
    account.parked().wake(script.payloads[1]["token"])


@pytest.mark.parametrize("at_once", [True, False])
def test_token_may_come_back_while_the_function_still_runs(at_once: bool) -> None:
    """The job may end just then; whether the execution goes on at once is not documented."""
    world = World(1)
    account = Account(world, variants=Variants(token_answered_at_once=at_once))
    seen: list[tuple[str, float]] = []

    def invoke(payload: dict[str, Any]) -> Mapping[str, Any]:
        step, count = payload["step"], len(seen)
        seen.append((step, world.now))
        if step == "AwaitCustomizationJob":
            account.parked().wake(payload["token"])
            world.sleep(50.0)
        following = "Settled" if count else "AwaitCustomizationJob"
        return {"next": following, "wait_seconds": 3600, "model": "faq", "execution": "faq-1"}

    account.states.invoke = invoke
    account.driver().start("faq", "faq-1")
    world.run(until=100.0)
    assert [step for step, _ in seen] == ["Decide", "AwaitCustomizationJob", "Decide"]
    assert (seen[2][1] > 50.0) is not at_once
    assert account.states.executions["faq-1"].status == "SUCCEEDED"


def test_function_that_parks_and_fails_is_tried_with_another_token() -> None:
    """The first token is worth nothing then."""
    script, execution, account = run("AwaitCustomizationJob", ValueError("x"), "ignored", "Settled", until=30.0)
    tokens = [payload["token"] for payload in script.payloads if "token" in payload]
    assert len(set(tokens)) == 2
    account.parked().wake(tokens[0])
    account.world.run(until=31.0)
    assert execution.is_parked
    account.parked().wake(tokens[1])
    account.world.run(until=60.0)
    assert execution.status == "SUCCEEDED"


def test_token_serves_once() -> None:
    """Also within the instant before the execution goes on."""
    script, _, account = parked()
    states: Any = Client(account.world, "states", account.states.operations())
    answer = {"taskToken": script.payloads[-1]["token"], "output": "{}"}
    states.send_task_success(**answer)
    with pytest.raises(ClientError, match="TaskTimedOut"):
        states.send_task_success(**answer)
    with pytest.raises(ClientError, match="InvalidToken"):
        states.send_task_success(taskToken="nobody's", output="{}")


def test_function_that_ends_after_its_task_timed_out_is_not_heard() -> None:
    """The execution is elsewhere by then."""
    script, execution, _ = run("AwaitCustomizationJob", "hang", "AwaitChange", "Settled", wait_seconds=90)
    assert script.called == ["Decide", "AwaitCustomizationJob", "Decide", "Decide"]
    assert execution.path.count("AwaitChange") == 1
    assert execution.status == "SUCCEEDED"


@pytest.mark.parametrize("seconds", [0, -1, 1.5, "60", None, True])
def test_wait_that_is_no_positive_whole_number_ends_the_execution(seconds: object) -> None:
    """Nothing catches it; the sweep must notice."""
    _, execution, _ = run("AwaitCustomizationJob", wait_seconds=seconds)
    assert execution.status == "FAILED"
    assert execution.error.startswith("States.Runtime: TimeoutSecondsPath must give a whole number")
