"""The kernel: interleaving, faults, kills and replays."""

import pytest

from tests.simulation.kernel import Fault, KilledError, StuckError
from tests.simulation.kernel_service import a_world, buying


def test_processes_are_interleaved_at_every_call() -> None:
    """Between two calls of one, another may make its own; the seed decides."""
    orders = set()
    for seed in range(20):
        world, service, _ = a_world(seed=seed)
        world.spawn("a", buying(service))
        world.spawn("b", buying(service))
        world.run()
        orders.add(tuple(service.effects))
    assert len(orders) > 4
    assert (("a", "buy"), ("b", "buy"), ("a", "note"), ("b", "note")) in orders


def test_same_seed_gives_the_same_trace() -> None:
    """Times included; another seed gives another."""

    def trace(seed: int) -> list[tuple[float, str, str]]:
        world, service, outcomes = a_world(Fault.late(5.0), seed=seed)
        for name in "abc":
            world.spawn(name, buying(service), timeout=0.3, ended=outcomes.append)
        world.run()
        return world.trace

    assert trace(7) == trace(7)
    assert trace(7) != trace(8)


def test_process_is_killed_at_its_timeout_wherever_it_is() -> None:
    """Neither `except` nor `finally` gets it any further."""
    world, service, outcomes = a_world()

    def code() -> str:
        try:
            world.sleep(100.0)
        except BaseException:
            service.call("clean up")
        return "swallowed"

    world.spawn("a", code, timeout=5.0, ended=outcomes.append)
    world.run()
    assert [type(outcome) for outcome in outcomes] == [KilledError]
    assert service.effects == []


def test_killed_process_that_swallows_everything_has_no_answer() -> None:
    """What it returned is lost with its sandbox."""
    world, _, outcomes = a_world()

    def code() -> str:
        try:
            world.sleep(100.0)
        except BaseException:
            return "swallowed"
        return "slept"

    process = world.spawn("a", code, ended=outcomes.append)
    world.run(until=1.0)
    world.kill(process)
    world.kill(process)
    assert [type(outcome) for outcome in outcomes] == [KilledError]


def test_process_knows_how_long_it_has() -> None:
    """As a Lambda context does."""
    world, _, outcomes = a_world()

    def code() -> tuple[float, float]:
        before = world.remaining
        world.sleep(20.0)
        return before, world.remaining

    world.spawn("a", code, timeout=60.0, ended=outcomes.append)
    world.spawn("b", lambda: world.remaining, ended=outcomes.append)
    world.run(until=50.0)
    assert outcomes == [float("inf"), (60.0, 40.0)]


def test_process_may_begin_another_which_outlives_it() -> None:
    """One that ends returns to the world, not to who began it."""
    world, service, outcomes = a_world()

    def parent(pause: float) -> str:
        world.call("service.start", lambda: world.spawn("child", buying(service), ended=outcomes.append))
        world.sleep(pause)
        return f"parent at {world.now:.0f}"

    world.spawn("parent", lambda: parent(0.0), ended=outcomes.append)
    world.run()
    assert outcomes == ["parent at 0", "did note"]
    world.spawn("parent", lambda: parent(50.0), ended=outcomes.append)
    world.run()
    assert outcomes[2:] == ["did note", f"parent at {world.now:.0f}"]
    assert world.now > 50.0
    del service.effects[2:]
    assert service.effects == [("child", "buy"), ("child", "note")]


def test_process_that_has_not_begun_can_be_killed() -> None:
    """Its code never runs."""
    world, service, outcomes = a_world()
    world.kill(world.spawn("a", buying(service), ended=outcomes.append))
    world.run()
    assert [type(outcome) for outcome in outcomes] == [KilledError]
    assert service.effects == []


def test_world_itself_calls_without_delay_and_without_faults() -> None:
    """The oracle must see what is."""
    world, service, _ = a_world(Fault.before(ValueError("no")))
    assert service.call("look") == "did look"
    assert (service.effects, world.now, world.calls) == ([("world", "look")], 0.0, 0)


def test_run_stops_at_a_time_and_goes_on() -> None:
    """The clock is then exactly there."""
    world, service, _ = a_world()
    world.after(10.0, lambda: service.effects.append(("world", "ten")))
    world.run(until=5.0)
    assert (world.now, service.effects, world.next_at) == (5.0, [], 10.0)
    world.run()
    assert (world.now, service.effects, world.next_at) == (10.0, [("world", "ten")], None)


def test_world_without_rest_is_found() -> None:
    """A loop without end is a violation, not a hang (invariant I8)."""
    world, _, _ = a_world()

    def again() -> None:
        world.after(1.0, again)

    again()
    with pytest.raises(StuckError, match="not at rest after 50 happenings"):
        world.run(most=50)


def test_closed_world_leaves_nothing_running() -> None:
    """Suspended code is dropped, whatever its `finally` blocks want."""
    world, service, outcomes = a_world()

    def code() -> None:
        try:
            world.sleep(100.0)
        finally:
            service.call("clean up")

    world.spawn("a", code, ended=outcomes.append)
    world.run(until=1.0)
    world.close()
    world.run()
    assert (service.effects, outcomes) == ([], [])
