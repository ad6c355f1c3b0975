"""A clock that only moves when it is told to."""

#: When every test begins: the middle of 2026.
EPOCH = 1_780_000_000.0


class FakeClock:
    """Seconds since the beginning of the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def time(self) -> float:
        """The time now."""
        return self.now

    def epoch(self) -> float:
        """The time now, in epoch seconds."""
        return EPOCH + self.now
