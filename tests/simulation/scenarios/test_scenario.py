"""A scenario fails if its story expects what is not so, if it raises, or if an invariant is violated."""

from tests.simulation.scenarios.life import Life
from tests.simulation.scenarios.running import run_all
from tests.simulation.scenarios.scenario import Scenario, play


def _disappointed(life: Life) -> None:
    life.deploy()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")


def _raising(life: Life) -> None:
    raise LookupError("there is nothing")


def _leaking(life: Life) -> None:
    """Somebody takes the registry away: what was bought has no owner any more."""
    life.serve()
    life.environment.account.table.items.clear()


def _plain(life: Life) -> None:
    life.serve()


def test_plain_story_violates_nothing() -> None:
    played = play(Scenario("plain", "", _plain), 1)
    assert played.violations == ()
    assert played.trace == ()
    assert played.calls > 100


def test_story_that_expects_something_else_fails() -> None:
    played = play(Scenario("disappointed", "", _disappointed), 1)
    assert [str(v) for v in played.violations] == [
        "expected: the stack is 'CREATE_COMPLETE', expected 'DELETE_COMPLETE'"
    ]
    assert played.trace


def test_story_that_raises_fails() -> None:
    played = play(Scenario("raising", "", _raising), 1)
    assert [v.invariant for v in played.violations] == ["I8"]


def test_story_that_leaks_fails() -> None:
    played = play(Scenario("leaking", "", _leaking), 1)
    assert "I1" in {v.invariant for v in played.violations}


def test_scenario_is_played_again_exactly() -> None:
    first, second = (play(Scenario("plain", "", _plain), 7) for _ in range(2))
    assert first == second


def test_failing_lives_are_counted_by_name() -> None:
    counts = run_all(
        lambda name, which: play(Scenario(name, "", _raising), int(which)), [("x", "1"), ("x", "2")], processes=1
    )
    assert counts.lives == {"x": 2}
    assert [(life.name, life.which) for life in counts.failing] == [("x", "1"), ("x", "2")]
