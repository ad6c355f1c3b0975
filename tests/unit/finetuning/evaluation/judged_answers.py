"""Records and answers for tests, by a word each."""

from finetuning.evaluation.answers import SavedAnswer
from finetuning.evaluation.metric import Case
from finetuning.evaluation.records import TestRecord


def record(reference, number=0):
    """Return a record with a reference answer."""
    return TestRecord(f"{number:016x}", "", (("user", f"Question {number}"),), reference)


def answer(text, number=0, *, failure="", seconds=0.5, tokens=(100, 10)):
    """Return an answer to the record of that number."""
    read, written = tokens
    return SavedAnswer(f"{number:016x}", text, read, written, seconds, "end_turn", failure)


def case(text, reference, **more):
    """Return an answer to a record with a reference answer."""
    return Case(record(reference), answer(text, **more))


def answers(texts, **more):
    """Return answers by record, the first to the first; None is one that failed."""
    saved = [
        answer(text or "", number, failure="" if text is not None else "ThrottlingException", **more)
        for number, text in enumerate(texts)
    ]
    return {found.id: found for found in saved}


def records(references):
    """Return records with these reference answers."""
    return [record(reference, number) for number, reference in enumerate(references)]
