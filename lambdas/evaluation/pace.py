"""How fast questions follow each other: as fast as they are answered, until somebody says that it is too fast."""

from collections.abc import Callable

from finetuning.invocation import Answer
from lambdas.gateways.asking import ANSWER_SECONDS, Question, TooManyRequestsError

#: A refusal doubles the pause and an answer halves it, so that several functions at work share what there is. Both ends
#: are chosen: an account's quotas are counted by the minute, and nobody waits for most of one.
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 20.0
#: Together a minute and more; the state machine tries again later.
MOST_REFUSALS = 6

Ask = Callable[[Question], tuple[Answer, float]]


class Pace:
    """Asks question after question, and slows down when it is refused."""

    def __init__(self, ask: Ask, sleep: Callable[[float], None]) -> None:
        self._ask, self._sleep = ask, sleep
        self._pause = 0.0

    def ask(self, question: Question, check: Callable[[float], None]) -> tuple[Answer, float]:
        """The answer and how many milliseconds it took.

        Args:
            question: to ask.
            check: called before each pause and each try with the seconds that may pass until the next; raises when
                they are not left.

        Raises:
            TooManyRequestsError: it was refused too often.
        """
        for refusal in range(1, MOST_REFUSALS + 1):
            if self._pause:
                # Nobody pauses for a question that then cannot be asked.
                check(self._pause + ANSWER_SECONDS)
                self._sleep(self._pause)
            check(ANSWER_SECONDS)
            try:
                answered = self._ask(question)
            except TooManyRequestsError:
                if refusal == MOST_REFUSALS:
                    raise
                self._pause = min(max(2 * self._pause, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            else:
                self._pause = self._pause / 2 if self._pause > SHORTEST_PAUSE_SECONDS else 0.0
                return answered
        raise AssertionError("unreachable: the last try returns or raises")
