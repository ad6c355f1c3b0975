"""How long a step may go on: until its function ends, and until its evaluation is given up."""

from collections.abc import Callable

from finetuning.errors import FineTuningError, TransientError

#: What a step needs, besides an answer, to connect, to save what it has and to say that it goes on later.
MARGIN_SECONDS = 20.0


class OutOfTimeError(TransientError):
    """The function ends soon; the step goes on where it was when it is tried again."""


class EvaluationOverdueError(FineTuningError):
    """The evaluation has taken longer than it may."""


class TimeLeft:
    """Checked before each question."""

    def __init__(self, remaining: Callable[[], float], clock: Callable[[], float]) -> None:
        """Keep both: seconds until the function ends, and epoch seconds."""
        self._remaining, self._clock = remaining, clock

    def require(self, deadline: float, seconds: float = 0.0) -> None:
        """Refuse to go on when time is over.

        Args:
            deadline: in epoch seconds.
            seconds: that what comes next may take; the function must not end meanwhile.

        Raises:
            OutOfTimeError: the function ends soon.
            EvaluationOverdueError: the deadline is over.
        """
        if self._clock() >= deadline:
            raise EvaluationOverdueError("it took longer than evaluation.hours allows")
        if self._remaining() < seconds + MARGIN_SECONDS:
            raise OutOfTimeError("the function ends soon")
