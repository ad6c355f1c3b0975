"""`Grade`: lets the judge model grade one subject's answers to one batch, record by record."""

from collections.abc import Callable
from typing import Any

from finetuning import invocation
from finetuning.evaluation import grading
from finetuning.evaluation.answers import ANSWERS, GRADES, SavedAnswer, SavedGrade
from finetuning.evaluation.plan import JudgePlan, Plan
from finetuning.evaluation.records import TestRecord
from finetuning.evaluation.saved import batch_of, read_plan, read_records
from lambdas import log
from lambdas.evaluation.pace import Pace
from lambdas.evaluation.planning import require_under_way
from lambdas.evaluation.saving import Saving
from lambdas.evaluation.store import Store
from lambdas.evaluation.time_left import TimeLeft
from lambdas.gateways.asking import Question, UnansweredError
from lambdas.registry import Registry


class Grading:
    """Grades batches; whatever ends it, what was graded is saved."""

    def __init__(
        self, *, registry: Registry, store: Store, pace: Pace, time_left: TimeLeft, clock: Callable[[], float]
    ) -> None:
        self._registry, self._store, self._pace = registry, store, pace
        self._time_left, self._clock = time_left, clock

    def grade(self, model: str, generation: str, evaluation: str, subject: str, batch: int) -> dict[str, Any]:
        """Ask for what is missing, and return how many grades and failures the batch has.

        Raises:
            NotWantedError: nobody awaits the verdict any more; the judge is billed by the question.
            OutOfTimeError: the function ends soon; asked again, it goes on.
            EvaluationOverdueError: the evaluation has taken too long.
            TransientError: the judge cannot be asked now.
        """
        plan = read_plan(self._store.read, model, generation, evaluation)
        require_under_way(self._registry.read(model), generation, evaluation, plan.attempt)
        whose = plan.subject(subject)
        judge = plan.grader()
        answers = ANSWERS.decode(self._store.read(plan.answers_key(whose, batch)) or b"")
        with Saving(self._store, plan.grades_key(whose, batch), GRADES, self._clock) as saving:
            for record in batch_of(read_records(self._store.read, plan), batch):
                answer = answers.get(record.id)
                if answer is not None and record.id not in saving.lines:
                    saving.add(self._grade(plan, judge, record, answer))
        failed = sum(1 for grade in saving.lines.values() if grade.failure)
        log.info("batch graded", model=model, subject=subject, batch=batch, lines=len(saving.lines), failed=failed)
        return {"graded": len(saving.lines) - failed, "failed": failed}

    def _grade(self, plan: Plan, judge: JudgePlan, record: TestRecord, answer: SavedAnswer) -> SavedGrade:
        if answer.failure:
            return grading.ungraded(record.id, "there is no answer to grade")
        asked = Question(
            model_id=judge.model,
            invocation_format=None,
            turns=[("user", grading.question(record, answer))],
            system=grading.system_prompt(judge.rubric),
            sampling=invocation.greedy(grading.MOST_REPLY_TOKENS),
        )
        try:
            reply, _ = self._pace.ask(asked, lambda seconds: self._time_left.require(plan.deadline, seconds))
        except UnansweredError as error:
            return grading.ungraded(record.id, str(error))
        return grading.read_grade(record.id, reply.text)
