"""Every call of one operation, struck in every way; `make simulate` does all operations."""

import pytest

from tests.simulation.scenarios import crash_points
from tests.simulation.scenarios.operations import OPERATIONS
from tests.simulation.scenarios.running import run_all

OPERATION = "delete"


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_succeeds_without_a_fault(name: str) -> None:
    run = crash_points.without_faults(name)
    assert run.violations == ()
    assert len(run.calls) > 50


@pytest.mark.parametrize("kind", crash_points.KINDS)
def test_every_point_of_an_operation_ends_as_without_a_fault(kind: str) -> None:
    parts = list(crash_points.parts((OPERATION,), (kind,)))
    counts = run_all(crash_points.play_point, parts, processes=1)
    assert counts.failing == []


def test_every_call_is_struck_and_only_reads_in_fewer_ways() -> None:
    points = list(crash_points.parts((OPERATION,)))
    for number, asked in enumerate(crash_points.without_faults(OPERATION).asked):
        ways = {which.partition(" ")[2] for _, which in points if which.partition(" ")[0] == str(number)}
        left_out = crash_points.SAME_FOR_A_READ if crash_points.is_read(asked) else frozenset()
        assert ways == set(crash_points.KINDS) - left_out


def test_crash_of_a_reader_is_the_same_before_and_after_its_read() -> None:
    expected = crash_points.without_faults(OPERATION)
    number = next(number for number, asked in enumerate(expected.asked) if crash_points.is_read(asked))
    before, after = (
        crash_points.run(OPERATION, (expected.calls.start + number, kind)) for kind in ("crash before", "crash after")
    )
    assert _without_ways(before) == _without_ways(after)


def _without_ways(run: crash_points.Run) -> list[tuple[float, str, str]]:
    return [(at, who, what.partition(" [")[0]) for at, who, what in run.trace]


def test_another_end_is_a_difference() -> None:
    create, delete = crash_points.without_faults("create"), crash_points.without_faults("delete")
    assert list(crash_points.differences(create, delete))
