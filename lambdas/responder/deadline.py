"""Breaks work off while there is still time to answer: Lambda ends a function without a word (fault A03)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: What is kept of a function's time to keep the answer and to deliver it, five tries and their pauses included.
MARGIN_SECONDS = 35.0


class OutOfTime(BaseException):
    """The work takes too long. Not an Exception: AWS's library takes those for a failed call and tries again."""


def time_to_work(context: Any) -> float | None:
    """How many seconds a function may work before it must answer; None without a context, that is, without an end."""
    if context is None:
        return None
    return float(context.get_remaining_time_in_millis()) / 1000 - MARGIN_SECONDS


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Raise OutOfTime in the block when it takes longer than this; None sets no limit.

    The interval timer interrupts also a call that hangs. Signals belong to the main thread, in which Lambda runs
    handlers; in another one there is no limit.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def strike(number: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
