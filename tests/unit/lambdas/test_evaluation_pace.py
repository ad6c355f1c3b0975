"""How fast questions follow each other: who is refused waits longer each time, up to a bound, and then gives up."""

from collections.abc import Sequence

import pytest

from finetuning.invocation import Answer, greedy
from lambdas.evaluation.pace import Pace
from lambdas.gateways.asking import ANSWER_SECONDS, Question, TooManyRequestsError

QUESTION = Question("model", None, [("user", "?")], None, greedy(10))


class Asking:
    """A model that refuses as often as `refusals` says, question by question."""

    def __init__(self, refusals: Sequence[int]) -> None:
        self.replies = [reply for count in refusals for reply in [False] * count + [True]]
        self.tries = 0
        self.slept: list[float] = []
        self.checks: list[float] = []
        self.pace = Pace(self._answer, self.slept.append)

    def ask(self) -> None:
        """Ask once, with a check that counts."""
        self.pace.ask(QUESTION, self._check)

    def _answer(self, question: Question) -> tuple[Answer, float]:
        self.tries += 1
        if not self.replies.pop(0):
            raise TooManyRequestsError("slow down")
        return Answer("yes", 1, 1, "end_turn"), 1.0

    def _check(self, seconds: float) -> None:
        self.checks.append(seconds)


def test_question_is_tried_six_times_with_pauses_that_double() -> None:
    """Half a minute; whoever asked tries again later, and is not paid for waiting."""
    asking = Asking([99])
    with pytest.raises(TooManyRequestsError):
        asking.ask()
    assert (asking.tries, asking.slept) == (6, [1, 2, 4, 8, 16])


def test_no_pause_is_longer_than_twenty_seconds() -> None:
    """The next question begins with the pause that the one before ended with."""
    asking = Asking([5, 2])
    asking.ask()
    asking.slept.clear()
    asking.ask()
    assert asking.slept == [8, 16, 20]


def test_pause_shrinks_with_each_answer_until_there_is_none() -> None:
    """Half as long each time."""
    asking = Asking([2, 0, 0, 0])
    for _ in range(4):
        asking.ask()
    assert asking.slept == [1, 2, 1]


def test_time_is_checked_before_each_try() -> None:
    """For the longest answer and the pause before it, and again when the pause is over."""
    asking = Asking([2])
    asking.ask()
    longest = ANSWER_SECONDS
    assert asking.checks == [longest, longest + 1, longest, longest + 2, longest]
    assert asking.tries == 3
