"""Records that are there twice, questions with two answers, and questions that two splits share."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.identity import digests
from finetuning.dataset.limits import most_records


@dataclass
class _Seen:
    """What one split holds: digest of a question → its first line and answer; digest of a record → its first line."""

    questions: dict[int, tuple[int, int]] = field(default_factory=dict)
    records: dict[tuple[int, int], int] = field(default_factory=dict)


class Duplicates:
    """DS601, DS603 and DS604, by digests of questions and answers.

    A question that was trained on is leakage whatever answer the other split has for it: the model has seen it. Of each
    split as many records are remembered as the base model takes in all, so memory is bounded; a dataset with more fails
    by DS502 or DS503, and of a longer test dataset the rest is still compared with what is remembered.
    """

    def __init__(self, base_model: BaseModel) -> None:
        self._format = base_model.data_format
        self._limit = most_records(base_model)
        self._splits: dict[str, _Seen] = {}

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Yield whether a record, or its question, is one that was seen before."""
        question, answer = digests(record, self._format)
        own = self._splits.setdefault(split, _Seen())
        yield from _repeated(own, question, answer)
        for name, other in self._splits.items():
            if name != split and question in other.questions:
                yield _leaked(name, other, question, answer)
        if len(own.records) < self._limit:
            own.questions.setdefault(question, (line, answer))
            own.records.setdefault((question, answer), line)

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield nothing: every flaw is known when its record is seen."""
        yield from ()


def _repeated(own: _Seen, question: int, answer: int) -> Iterator[Flaw]:
    if (question, answer) in own.records:
        yield Flaw("DS601", "", f"the same record as line {own.records[question, answer]}")
    elif question in own.questions:
        yield Flaw("DS603", "", f"the same question as line {own.questions[question][0]}, with another answer")


def _leaked(split: str, other: _Seen, question: int, answer: int) -> Flaw:
    same = other.records.get((question, answer))
    if same is not None:
        return Flaw("DS604", "", f"the same question and answer as {split} line {same}")
    return Flaw("DS604", "", f"the same question as {split} line {other.questions[question][0]}, with another answer")
