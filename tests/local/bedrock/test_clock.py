"""The compressed clock."""

import contextvars
import threading
from datetime import timedelta

from local.bedrock.clock import CompressedClock

PLACE: contextvars.ContextVar[str] = contextvars.ContextVar("place", default="nowhere")


def test_simulated_minute_passes_in_a_fraction_of_a_second() -> None:
    """At speed 600 ten minutes take a second."""
    clock = CompressedClock(600)

    assert clock.moment_after(timedelta(minutes=10)) - clock.now() < timedelta(seconds=1.1)
    assert clock.since(clock.now() - timedelta(seconds=1)) >= timedelta(minutes=10)


def test_action_runs_later_in_the_context_of_the_request() -> None:
    """Account and Region are context variables: a timer's thread would not have them by itself."""
    seen: list[str] = []
    done = threading.Event()

    def action() -> None:
        seen.append(PLACE.get())
        done.set()

    token = PLACE.set("here")
    CompressedClock(1000).after(timedelta(seconds=10), action)
    PLACE.reset(token)

    assert seen == []
    assert done.wait(5)
    assert seen == ["here"]


def test_failing_action_does_not_end_the_clock() -> None:
    """Its error is logged; later actions still run."""
    clock, done = CompressedClock(1000), threading.Event()

    clock.after(timedelta(), _fail)
    clock.after(timedelta(seconds=1), done.set)

    assert done.wait(5)


def _fail() -> None:
    raise ValueError("no")
