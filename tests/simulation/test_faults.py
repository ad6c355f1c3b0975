"""Where faults strike: by chance, at one call, at the nth call of an operation; and how failing plans shrink."""

from dataclasses import replace

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.simulation.faults import KINDS, PUT_ANSWER, AllFaults, FaultAt, FaultOn, RandomFaults, chance
from tests.simulation.kernel import Call
from tests.simulation.plans import FAULT_KINDS, Plan, Step, draw
from tests.simulation.running import Result
from tests.simulation.shrinking import shrink
from tests.simulation.view import Violation
from tests.simulation.wanted import Wanted


def calls(count: int, operation: str = "bedrock.create") -> list[Call]:
    """So many calls of one process."""
    return [Call(number, "process#1", operation) for number in range(count)]


def test_every_kind_is_drawn() -> None:
    assert set(FAULT_KINDS) == set(KINDS)


def test_chance_strikes_as_often_as_it_says() -> None:
    faults = RandomFaults(chance(1), {"lost": 0.1, "crash after": 0.2})
    for call in calls(2000):
        faults.strike(call)
    kinds = [struck.kind for struck in faults.struck]
    assert 150 < kinds.count("lost") < 250
    assert 320 < kinds.count("crash after") < 480


def test_one_call_is_struck() -> None:
    faults = FaultAt({3: "lost"})
    assert [call.number for call in calls(6) if faults.strike(call)] == [3]


def test_the_nth_call_of_an_operation_is_struck() -> None:
    faults = FaultOn("bedrock.", 2, "reply lost", process="process")
    both = [*calls(1, "dynamodb.get_item"), *calls(3)]
    assert [index for index, call in enumerate(both) if faults.strike(call)] == [2]


def test_several_faults_at_once() -> None:
    faults = AllFaults([FaultAt({1: "lost"}), FaultOn("bedrock.", 3, "slow")])
    assert [call.number for call in calls(5) if faults.strike(call)] == [1, 2]


@pytest.mark.parametrize("kind", ["refused", "lost", "reply lost", "late"])
def test_errors_are_those_of_the_sender(kind: str) -> None:
    for number in (0, 1):
        error = KINDS[kind](Call(number, "p", "bedrock.create")).error
        assert isinstance(error, ClientError | BotoCoreError)
        assert isinstance(KINDS[kind](Call(number, "p", PUT_ANSWER)).error, OSError)


def test_a_failing_plan_shrinks() -> None:
    """One step and one struck call are all that this world needs to fail."""
    steps = tuple(Step(what, 1.0, wanted=Wanted()) for what in ("deploy", "cancel", "deploy", "destroy"))
    plan = replace(draw(3), steps=steps)

    def live(plan: Plan) -> Result:
        struck = tuple((dict.fromkeys(range(40), "lost") if plan.struck is None else plan.struck).items())
        fails = any(step.what == "cancel" for step in plan.steps) and 17 in dict(struck)
        return Result(plan, (Violation("I1", "x"),) if fails else (), (), (), struck, 1, 1.0)

    small = shrink(live(plan), live=live).plan
    assert [step.what for step in small.steps] == ["cancel"]
    assert small.struck == {17: "lost"}
    assert not any(small.bus.values())
