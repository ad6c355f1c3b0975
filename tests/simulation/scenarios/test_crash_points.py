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
    assert len(parts) == len(crash_points.without_faults(OPERATION).calls)
    counts = run_all(crash_points.play_point, parts, processes=1)
    assert counts.failing == []


def test_another_end_is_a_difference() -> None:
    create, delete = crash_points.without_faults("create"), crash_points.without_faults("delete")
    assert list(crash_points.differences(create, delete))
