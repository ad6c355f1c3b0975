"""What the driver does about the quality gate: it asks for judgements and acts on them; each may be done twice."""

from collections.abc import Callable, Mapping
from typing import Protocol

from finetuning import metrics, names, training_curve
from finetuning.lifecycle import Decision, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.candidate import evaluation_endpoint, gate_refusal
from finetuning.lifecycle.evaluating import begun, curve_judged, judged, open_evaluation
from finetuning.lifecycle.judging import rejected
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from lambdas import log
from lambdas.registry import Registry


class Evidence(Protocol):
    """Reads what a job left behind."""

    def metrics_files(self, model: str, generation: str) -> Mapping[str, tuple[str, bytes]]:
        """URI and content of a job's metrics files, by their name."""


class Evaluations(Protocol):
    """Runs evaluations."""

    def start(self, execution: str, event: Mapping[str, str]) -> None:
        """Start the execution, unless one of that name runs or has run."""


class JudgingActions:
    """Judges losses, has candidates evaluated, and takes out of service what did not pass."""

    def __init__(
        self, *, registry: Registry, evidence: Evidence, evaluations: Evaluations, clock: Callable[[], float]
    ) -> None:
        """Keep what the actions work with; the clock gives epoch seconds."""
        self._registry, self._evidence = registry, evidence
        self._evaluations, self._clock = evaluations, clock

    def judge_training(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Let the gate look at the losses, before anything is bought by the hour."""
        generation = record.training.find(decision.generation_id)
        wanted = generation.evaluation if generation else None
        if generation is None or wanted is None:
            return
        reasons = self._objections(record.model, generation, wanted)
        verdict = Verdict(wanted.id, not reasons, wanted.mode, reasons, at=self._clock())
        log.info("losses judged", model=record.model, generation=generation.id, passed=verdict.passed)
        self._registry.update(record.model, lambda r: curve_judged(r, generation.id, verdict))

    def open_evaluation(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Want an endpoint at which the candidate is asked; the next decision buys it."""
        now = self._clock()
        self._registry.update(record.model, lambda r: open_evaluation(r, decision.generation_id, now))

    def evaluate(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Start the evaluation, then note it: started twice, it is one execution."""
        generation = record.training.find(decision.generation_id)
        wanted = generation.evaluation if generation else None
        if generation is None or wanted is None:
            return
        attempt = generation.evaluation_attempt
        execution = names.evaluation_execution(record.model, generation.id, wanted.id, attempt)
        event = {"model": record.model, "generation": generation.id, "evaluation": wanted.id, "attempt": str(attempt)}
        self._evaluations.start(execution, event)
        log.info("evaluation started", execution=execution, **event)
        now = self._clock()
        self._registry.update(record.model, lambda r: begun(r, generation.id, wanted.id, now, attempt))

    def give_up_evaluation(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """A verdict that does not come is one: the gate fails closed."""
        generation = record.training.find(decision.generation_id)
        wanted = generation.evaluation if generation else None
        if generation is None or wanted is None:
            return
        reason = _why_given_up(record, generation, wanted)
        log.error("evaluation given up", model=record.model, generation=generation.id, reason=reason)
        verdict = Verdict(
            wanted.id, False, wanted.mode, (reason,), at=self._clock(), attempt=generation.evaluation_attempt
        )
        self._registry.update(record.model, lambda r: judged(r, generation.id, verdict))

    def reject_model(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        """Keep the model out of service: what the gate said of it, or an alarm after it went into service."""
        generation = record.training.find(decision.generation_id)
        if generation is None or generation.rejected:
            return
        alarms, refusal = ", ".join(seen.alarms), gate_refusal(generation)
        reason = refusal or f"alarm {alarms} went off after it went into service"
        log.error("model rejected", model=record.model, model_arn=generation.model_arn, reason=reason)

        def change(record: ModelRecord) -> ModelRecord:
            newest = record.training.find(generation.id)
            if refusal and (newest is None or gate_refusal(newest) != refusal):
                return record  # another gate was deployed since the look, and judges it anew
            return rejected(record, seen, generation.model_arn, reason)

        self._registry.update(record.model, change)

    def _objections(self, model: str, generation: TrainingGeneration, wanted: EvaluationWanted) -> tuple[str, ...]:
        """What the losses have against it; files that are missing or unreadable do not speak for it."""
        files = self._evidence.metrics_files(model, generation.id)
        texts = {name: content.decode("utf-8", "replace") for name, (_, content) in files.items()}
        has_validation = "validationDataConfig" in generation.settings
        try:
            training = _rows(texts, metrics.TRAINING_FILE, metrics.parse_training)
            validation = _rows(texts, metrics.VALIDATION_FILE, metrics.parse_validation) if has_validation else ()
        except metrics.MetricsFormatError as error:
            return (str(error),)
        curve = wanted.settings["gate"]["curve"]
        return training_curve.judge(
            training,
            validation,
            max_overfit=curve["max_overfit"],
            require_improvement=curve["require_improvement"],
        )


def _rows(
    texts: Mapping[str, str], file: str, parse: Callable[[str], tuple[metrics.MetricRow, ...]]
) -> tuple[metrics.MetricRow, ...] | None:
    return parse(texts[file]) if file in texts else None


def _why_given_up(record: ModelRecord, generation: TrainingGeneration, wanted: EvaluationWanted) -> str:
    endpoint = evaluation_endpoint(record, generation)
    if endpoint is not None and endpoint.failure:
        return f"the candidate could not be asked: {endpoint.failure}"
    if endpoint is not None and not endpoint.status and endpoint.arn:
        return f"the candidate could not be asked: endpoint {endpoint.name} was deleted outside this stack"
    return (
        f"the evaluation did not end within {wanted.seconds // 3600} h; look at the executions of the evaluation state "
        "machine, then put the model to the test again with 'python -m ops resume'"
    )
