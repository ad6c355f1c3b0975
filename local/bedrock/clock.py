"""The compressed clock: everything in Bedrock that finishes later finishes through here."""

import contextvars
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

_LOG = logging.getLogger(__name__)

Action = Callable[[], None]


class Clock(Protocol):
    """Time as the embedded Bedrock knows it: moments are real, durations are simulated."""

    def now(self) -> datetime:
        """The real moment, UTC. Timestamps in responses are real, so that callers can compare them with theirs."""

    def moment_after(self, duration: timedelta) -> datetime:
        """The real moment at which a simulated duration from now will have passed."""

    def since(self, moment: datetime) -> timedelta:
        """The simulated duration since a real moment."""

    def after(self, duration: timedelta, action: Action) -> None:
        """Run an action when a simulated duration has passed, with the account and Region of the running request."""


class CompressedClock:
    """A clock on which `speed` simulated seconds pass in one real second.

    Args:
        speed: Simulated seconds per real second; 600 lets ten minutes pass in a second.
    """

    def __init__(self, speed: float) -> None:
        """Set the speed."""
        self._speed = speed

    def now(self) -> datetime:
        """The real moment, UTC."""
        return datetime.now(UTC)

    def moment_after(self, duration: timedelta) -> datetime:
        """The real moment at which a simulated duration from now will have passed."""
        return self.now() + duration / self._speed

    def since(self, moment: datetime) -> timedelta:
        """The simulated duration since a real moment."""
        return (self.now() - moment) * self._speed

    def after(self, duration: timedelta, action: Action) -> None:
        """Run an action on a thread of its own when a simulated duration has passed.

        MiniStack keeps account and Region in context variables: the thread gets a copy of the running context.
        """
        seconds = max(0.0, duration.total_seconds() / self._speed)
        timer = threading.Timer(seconds, contextvars.copy_context().run, args=(_logged, action))
        timer.daemon = True
        timer.start()


def _logged(action: Action) -> None:
    try:
        action()
    except Exception:
        # A thread has no caller who would hear of it.
        _LOG.exception("a delayed step of Bedrock failed")
