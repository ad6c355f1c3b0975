"""Faults: what strikes a call before, after, late, and what its sender and the service each see of it."""

import pytest

from tests.simulation.kernel import Call, Fault, KilledError, World
from tests.simulation.kernel_service import Service, Strikes, a_world, buying


@pytest.mark.parametrize(
    ("fault", "effects"),
    [
        (Fault.before(ValueError("no")), []),
        (Fault.after(ValueError("no")), [("a", "buy")]),
        (Fault.late(60.0, ValueError("no")), [("a", "buy")]),
    ],
)
def test_error_strikes_before_or_after_the_effect(fault: Fault, effects: list[tuple[str, str]]) -> None:
    """The sender cannot tell them apart."""
    world, service, outcomes = a_world(fault)
    world.spawn("a", buying(service), ended=outcomes.append)
    world.run()
    assert [type(outcome) for outcome in outcomes] == [ValueError]
    assert service.effects == effects


@pytest.mark.parametrize(
    ("fault", "effects"),
    [(Fault.before(), []), (Fault.after(), [("a", "buy")]), (Fault.late(60.0), [("a", "buy")])],
)
def test_crash_strikes_before_or_after_the_effect(fault: Fault, effects: list[tuple[str, str]]) -> None:
    """What was under way still arrives, on behalf of the dead sender."""
    world, service, outcomes = a_world(fault)
    world.spawn("a", buying(service), ended=outcomes.append)
    world.run()
    assert [type(outcome) for outcome in outcomes] == [KilledError]
    assert service.effects == effects


def test_late_request_outlives_its_sender() -> None:
    """The sender goes on at once; the effect comes when it comes."""
    world, service, outcomes = a_world(Fault.late(60.0, TimeoutError()))

    def code() -> None:
        with pytest.raises(TimeoutError):
            service.call("buy")
        outcomes.append(world.now)
        service.call("look")

    world.spawn("a", code)
    world.run()
    assert isinstance(outcomes[0], float)
    assert outcomes[0] < 1.0
    assert [what for _, what in service.effects] == ["look", "buy"]
    assert world.now > 60.0


def test_slow_request_is_answered() -> None:
    """It holds its sender up, who may be killed meanwhile: then nothing arrives."""
    world, service, outcomes = a_world(Fault.slow(60.0))
    world.spawn("a", lambda: service.call("buy"), ended=outcomes.append)
    world.run()
    assert (outcomes, world.now > 60.0) == (["did buy"], True)


def test_effect_that_fails_raises_in_its_caller() -> None:
    """A refusal is an answer like any other, and lost like any other."""

    def refuse() -> None:
        raise PermissionError("no")

    for fault, expected in ((None, PermissionError), (Fault.after(ValueError("lost")), ValueError)):
        world, _, outcomes = a_world(fault)
        world.spawn("a", lambda world=world: world.call("service.buy", refuse), ended=outcomes.append)  # type: ignore[misc]
        world.run()
        assert [type(outcome) for outcome in outcomes] == [expected]


def test_faults_see_every_call_of_a_process_in_order() -> None:
    """Numbers find the same call in a replay."""
    strikes = Strikes()
    world = World(3, faults=strikes)
    world.spawn("a", buying(Service(world)))
    world.run()
    assert strikes.seen == [Call(0, "a", "service.buy"), Call(1, "a", "service.note")]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.before(ValueError("at 0x7f")), "before: ValueError"),
        (Fault.after(), "after: killed"),
        (Fault.late(2.0), "late by 2.0 s: killed"),
        (Fault.slow(2.0), "slow by 2.0 s"),
    ],
)
def test_fault_in_a_trace_says_the_same_in_every_run(fault: Fault, text: str) -> None:
    """No message, which may hold an address or a secret."""
    assert str(fault) == text
