"""In which order deliveries go out."""

from local.faults.deliveries import Deliveries
from local.faults.rules import Rule
from tests.local.account import eventually


def delivered(what: str, seconds: float = 5.0, count: int = 3) -> list[int]:
    """The order in which deliveries go out, of which the first is struck."""
    out: list[int] = []
    deliveries = Deliveries()
    for number in range(count):
        rule = Rule("events:delivery", what, seconds=seconds) if number == 0 else None
        deliveries.pass_on(rule, lambda number=number: out.append(number), lambda: out.append(-1))  # type: ignore[misc]
    return out


def test_usual_order() -> None:
    """A dropped one is told so, a duplicate follows at once, and a reordered one is overtaken by one."""
    assert delivered("drop") == [-1, 1, 2]
    assert delivered("duplicate") == [0, 0, 1, 2]
    assert delivered("reorder") == [1, 0, 2]


def test_late_ones_come_after_their_seconds() -> None:
    """Delayed, or reordered with nothing behind it."""
    late = delivered("delay", 0.1)
    assert late == [1, 2]
    alone = delivered("reorder", 0.1, count=1)
    assert alone == []
    assert eventually(lambda: late == [1, 2, 0] and alone == [0])
