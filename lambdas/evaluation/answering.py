"""`Answer`: asks one subject the records of one batch that it has not answered yet."""

from collections.abc import Callable
from typing import Any, cast

from finetuning import invocation
from finetuning.base_model import InvocationFormat
from finetuning.evaluation.answers import ANSWERS, SavedAnswer
from finetuning.evaluation.plan import Plan, Subject
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


class Answering:
    """Answers batches; whatever ends it, what was answered is saved.

    Answers are kept under the model's identity, and asked of an endpoint: once the verdict is in, or another model is
    wanted, the driver may swap what the endpoint serves. What was answered since the last look is then dropped, because
    it may be another model's.
    """

    def __init__(
        self, *, registry: Registry, store: Store, pace: Pace, time_left: TimeLeft, clock: Callable[[], float]
    ) -> None:
        self._registry, self._store, self._pace = registry, store, pace
        self._time_left, self._clock = time_left, clock

    def answer(self, model: str, generation: str, evaluation: str, subject: str, batch: int) -> dict[str, Any]:
        """Ask what is missing, and return how many answers and failures the batch has.

        Raises:
            NotWantedError: nobody awaits the verdict any more.
            OutOfTimeError: the function ends soon; asked again, it goes on.
            EvaluationOverdueError: the evaluation has taken too long.
            TransientError: the model cannot be asked now.
        """
        plan = read_plan(self._store.read, model, generation, evaluation)
        whom = plan.subject(subject)

        def check() -> None:
            require_under_way(self._registry.read(model), generation, evaluation, plan.attempt)

        check()
        with Saving(self._store, plan.answers_key(whom, batch), ANSWERS, self._clock, check) as saving:
            for record in batch_of(read_records(self._store.read, plan), batch):
                if record.id not in saving.lines:
                    saving.add(self._answer(plan, whom, record))
        failed = sum(1 for answer in saving.lines.values() if answer.failure)
        log.info("batch answered", model=model, subject=subject, batch=batch, lines=len(saving.lines), failed=failed)
        return {"answered": len(saving.lines) - failed, "failed": failed}

    def _answer(self, plan: Plan, subject: Subject, record: TestRecord) -> SavedAnswer:
        """One answer; a failure of the model is one too, and never a gap."""
        question = Question(
            model_id=subject.model_id,
            invocation_format=cast(InvocationFormat, subject.invocation_format) if subject.invocation_format else None,
            turns=record.turns,
            system=record.system or None,
            sampling=invocation.greedy(plan.max_tokens),
        )
        try:
            answer, milliseconds = self._pace.ask(
                question, lambda seconds: self._time_left.require(plan.deadline, seconds)
            )
        except UnansweredError as error:
            return SavedAnswer(record.id, "", 0, 0, 0.0, "", failure=str(error))
        return SavedAnswer(
            id=record.id,
            text=answer.text,
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            seconds=round(milliseconds / 1000, 3),
            stop_reason=answer.stop_reason,
        )
