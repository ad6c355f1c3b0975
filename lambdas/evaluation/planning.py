"""The plan of an evaluation, from what is wanted and the test dataset: decisions only, nothing is read or written."""

from dataclasses import dataclass
from typing import Any

from finetuning import catalog, invocation
from finetuning.errors import FineTuningError
from finetuning.evaluation import settings as evaluation_settings
from finetuning.evaluation.plan import JudgePlan, Plan
from finetuning.evaluation.presets import PRESETS
from finetuning.evaluation.records import TestRecord, records_digest
from finetuning.evaluation.settings import EvaluationSettings
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.candidate import evaluating_since
from finetuning.lifecycle.evaluating import is_under_way
from lambdas.evaluation import subjects
from lambdas.evaluation.subjects import OnDemand


class NotWantedError(FineTuningError):
    """The evaluation is not wanted (any more)."""


class NothingToAskError(FineTuningError):
    """There is no test dataset, or nothing in it."""


class JudgeIsBaseModelError(FineTuningError):
    """The model that grades is the one whose answers, or whose offspring's, it would grade."""


@dataclass(frozen=True)
class Wanted:
    """What the record wants of an evaluation.

    Attributes:
        generation: the training whose model is judged.
        settings: of the evaluation.
        base_model: identifier of the base model.
        test_uri: of the test dataset.
        seconds: that it may take.
    """

    generation: TrainingGeneration
    settings: EvaluationSettings
    base_model: str
    test_uri: str
    seconds: int


def wanted_of(record: ModelRecord, generation_id: str, evaluation: str, attempt: int) -> Wanted:
    """Return what a record wants of an evaluation whose verdict it awaits.

    Raises:
        NotWantedError: it wants no such evaluation (any more).
        NothingToAskError: it names no test dataset.
        SettingsError: the settings are not those of this release.
    """
    generation = record.training.find(generation_id)
    require_under_way(record, generation_id, evaluation, attempt)
    assert generation is not None  # noqa: S101 - it is what is under way
    assert generation.evaluation is not None  # noqa: S101
    settings = evaluation_settings.read(generation.evaluation.settings)
    if settings.evaluation is None or not settings.test_uri:
        raise NothingToAskError(
            f"model {record.model} has no test dataset; name one as training.dataset.test, or let a share of the "
            f"training dataset become one"
        )
    seconds = generation.evaluation.seconds
    return Wanted(generation, settings.evaluation, settings.base_model, settings.test_uri, seconds)


def require_under_way(record: ModelRecord, generation_id: str, evaluation: str, attempt: int) -> None:
    """Refuse to go on with an evaluation whose verdict nobody awaits (any more).

    Raises:
        NotWantedError: it is in, the evaluation was begun anew, or another model is wanted.
    """
    if not is_under_way(record, generation_id, evaluation, attempt):
        raise NotWantedError(
            f"model {record.model} does not await evaluation {evaluation} of {generation_id}, attempt {attempt}"
        )


def plan_of(
    record: ModelRecord,
    evaluation: str,
    wanted: Wanted,
    records: tuple[TestRecord, ...],
    *,
    on_demand: OnDemand,
    now: float,
) -> Plan:
    """Return the plan.

    Args:
        record: of the model.
        evaluation: its id.
        wanted: what the record wants of it.
        records: of the test dataset.
        on_demand: whether a base model can be asked without an endpoint of its own.
        now: in epoch seconds.

    Raises:
        NotServedError: the candidate cannot be asked.
        JudgeIsBaseModelError: the judge would grade its own answers.
    """
    generation, settings = wanted.generation, wanted.settings
    sampling = invocation.greedy(settings.max_answer_tokens)
    compared = subjects.of(record, generation, wanted.base_model, settings, sampling, on_demand)
    return Plan(
        model=record.model,
        generation=generation.id,
        evaluation=evaluation,
        test_uri=wanted.test_uri,
        test_digest=records_digest(records),
        records=len(records),
        asked=min(len(records), settings.max_records),
        max_tokens=settings.max_answer_tokens,
        concurrency=settings.concurrency,
        deadline=(evaluating_since(generation) or now) + wanted.seconds,
        subjects=compared.subjects,
        notes=compared.notes,
        judge=_judge(settings, wanted.base_model),
        attempt=generation.evaluation_attempt,
    )


def outline(plan: Plan) -> dict[str, Any]:
    """Return what the state machine has to know of a plan: each subject's batches, and whether they are graded.

    The candidate's come first, because its endpoint has a time to live.
    """
    asked = [subject.name for subject in plan.subjects if subject.model_id]
    graded = [subject.name for subject in plan.subjects] if plan.judge else []
    numbers = range(plan.batches)
    return {
        "concurrency": plan.concurrency,
        "items": [{"subject": name, "batch": number} for name in asked for number in numbers],
        "grading": plan.judge.runs_as if plan.judge else "none",
        "graded": [{"subject": name, "batch": number} for name in graded for number in numbers],
    }


def _judge(settings: EvaluationSettings, base_model: str) -> JudgePlan | None:
    judge = settings.judge
    if judge is None:
        return None
    if _canonical(judge.model) == _canonical(base_model):
        raise JudgeIsBaseModelError(
            f"evaluation.judge.model {judge.model} is the base model; a model favours answers like its own, so name "
            f"another, larger one"
        )
    return JudgePlan(judge.model, judge.runs_as, judge.instructions or PRESETS[settings.preset].rubric)


def _canonical(model: str) -> str:
    """One name for all of a model's; most larger models cannot be customized, and the catalog does not know them."""
    try:
        return catalog.find(model).customization_id
    except catalog.UnknownBaseModelError:
        return model
