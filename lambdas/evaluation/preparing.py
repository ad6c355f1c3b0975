"""`Prepare`: reads what is wanted and the test dataset, and writes down who is asked what."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol, TypeVar

from finetuning.evaluation.answers import ANSWERS, GRADES, LineCodec, SavedAnswer, SavedGrade
from finetuning.evaluation.plan import Plan, encode_plan, encode_records
from finetuning.evaluation.records import TestRecord, choose, read_records
from finetuning.evaluation.saved import PLAN, RECORDS
from lambdas import log
from lambdas.evaluation.planning import NothingToAskError, outline, plan_of, wanted_of
from lambdas.evaluation.store import Store
from lambdas.registry import Registry

_JSON, _JSON_LINES = "application/json", "application/jsonl"

Line = TypeVar("Line", SavedAnswer, SavedGrade)


class Source(Protocol):
    """An object that is being read."""

    @property
    def stream(self) -> BinaryIO:
        """Its bytes."""


class Datasets(Protocol):
    """Reads test datasets."""

    def open(self, uri: str) -> Source:
        """The object of this URI."""


class FoundationModels(Protocol):
    """Knows base models."""

    def is_on_demand(self, model_id: str) -> bool:
        """Whether it can be asked without an endpoint of its own."""


class Preparing:
    """Plans evaluations."""

    def __init__(
        self,
        *,
        registry: Registry,
        store: Store,
        datasets: Datasets,
        models: FoundationModels,
        clock: Callable[[], float],
    ) -> None:
        """Keep what is worked with; the clock gives epoch seconds."""
        self._registry, self._store, self._datasets, self._models = registry, store, datasets, models
        self._clock = clock

    def prepare(self, model: str, generation_id: str, evaluation: str, attempt: int) -> dict[str, Any]:
        """Write the plan and the records, and return what the state machine has to know of them.

        Raises:
            NotWantedError: the record wants no such evaluation (any more).
            NothingToAskError: there is no test dataset, or nothing in it.
            JudgeIsBaseModelError: the judge would grade its own answers.
            NotServedError: the candidate cannot be asked.
        """
        record = self._registry.read(model)
        wanted = wanted_of(record, generation_id, evaluation, attempt)
        records = self._records(wanted.test_uri)
        plan = plan_of(record, evaluation, wanted, records, on_demand=self._models.is_on_demand, now=self._clock())
        content = encode_plan(plan)
        # Planned before, this very evaluation may have asked already: what failed then is its answer.
        if self._store.read(plan.key(PLAN)) != content:
            self._forget_failures(plan)
        self._store.write(plan.key(RECORDS), encode_records(choose(records, plan.asked)), _JSON_LINES)
        self._store.write(plan.key(PLAN), content, _JSON)
        log.info("evaluation planned", model=model, evaluation=evaluation, records=plan.asked, batches=plan.batches)
        return outline(plan)

    def _records(self, uri: str) -> tuple[TestRecord, ...]:
        with self._datasets.open(uri).stream as stream:
            records = read_records(_lines(stream))
        if not records:
            raise NothingToAskError(f"{uri} has no records")
        return records

    def _forget_failures(self, plan: Plan) -> None:
        """What failed before is asked again: it may have been a bad minute. Good answers stay.

        They are kept by model, so the failures may be those of a base model in another training's evaluation.
        """
        for subject in plan.subjects:
            for batch in range(plan.batches):
                if subject.model_id:
                    self._without_failures(plan.answers_key(subject, batch), ANSWERS)
                if plan.judge:
                    self._without_failures(plan.grades_key(subject, batch), GRADES)

    def _without_failures(self, key: str, codec: LineCodec[Line]) -> None:
        lines = codec.decode(self._store.read(key) or b"")
        good = [line for line in lines.values() if not line.failure]
        if len(good) < len(lines):
            self._store.write(key, codec.encode(good), _JSON_LINES)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines that hold anything."""
    return (line for line in stream if line.strip())
