"""What an evaluation left behind, from which its gate can be decided again without asking anybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from finetuning import object_keys
from finetuning.errors import FineTuningError
from finetuning.evaluation.answers import ANSWERS, GRADES, SavedAnswer, SavedGrade
from finetuning.evaluation.plan import BATCH_RECORDS, Plan, Subject, decode_plan, decode_records
from finetuning.evaluation.records import TestRecord

PLAN = "plan.json"
RECORDS = "records.jsonl"
DOCUMENT = "evaluation.json"
REPORT = "report.html"

#: The content of a key, or None if there is nothing.
Read = Callable[[str], bytes | None]


class NoSavedEvaluationError(FineTuningError):
    """An evaluation of which nothing was saved."""


@dataclass(frozen=True)
class SavedEvaluation:
    """A plan, the records it asks, and what came of them so far, by subject and record."""

    plan: Plan
    records: tuple[TestRecord, ...]
    answers: Mapping[str, Mapping[str, SavedAnswer]]
    grades: Mapping[str, Mapping[str, SavedGrade]]


def read_plan(read: Read, model: str, generation: str, evaluation: str) -> Plan:
    """Return the plan of an evaluation.

    Raises:
        NoSavedEvaluationError: it was never begun, or its files are gone.
        DamagedPlanError: the plan cannot be read.
    """
    return decode_plan(_content(read, object_keys.evaluation(model, generation, evaluation, PLAN)))


def read_records(read: Read, plan: Plan) -> tuple[TestRecord, ...]:
    """Return the records that the evaluation asks, in the order of its batches.

    Raises:
        NoSavedEvaluationError: they are gone.
    """
    return decode_records(_content(read, plan.key(RECORDS)))


def batch_of(records: tuple[TestRecord, ...], number: int) -> tuple[TestRecord, ...]:
    """Return one batch of the records."""
    return records[number * BATCH_RECORDS : (number + 1) * BATCH_RECORDS]


def read_saved(read: Read, plan: Plan) -> SavedEvaluation:
    """Return everything that was saved for a plan; a record without a line is not in the result.

    Raises:
        NoSavedEvaluationError: the records are gone.
        SavedAnswersError: a file is damaged.
    """
    records = read_records(read, plan)
    asked = {record.id for record in records}
    answers = {subject.name: _answers(read, plan, subject, asked) for subject in plan.subjects}
    graded = plan.subjects if plan.judge else ()
    grades = {subject.name: _grades(read, plan, subject, asked) for subject in graded}
    return SavedEvaluation(plan, records, answers, grades)


def _answers(read: Read, plan: Plan, subject: Subject, asked: set[str]) -> dict[str, SavedAnswer]:
    found: dict[str, SavedAnswer] = {}
    for batch in range(plan.batches):
        found |= ANSWERS.decode(read(plan.answers_key(subject, batch)) or b"")
    return {id_: answer for id_, answer in found.items() if id_ in asked}


def _grades(read: Read, plan: Plan, subject: Subject, asked: set[str]) -> dict[str, SavedGrade]:
    found: dict[str, SavedGrade] = {}
    for batch in range(plan.batches):
        found |= GRADES.decode(read(plan.grades_key(subject, batch)) or b"")
    return {id_: grade for id_, grade in found.items() if id_ in asked}


def _content(read: Read, key: str) -> bytes:
    content = read(key)
    if content is None:
        raise NoSavedEvaluationError(f"{key} is not there: the evaluation was never begun, or its files were removed")
    return content
