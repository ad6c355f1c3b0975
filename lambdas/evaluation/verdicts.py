"""`Score` and `GiveUp`: the verdict, into the registry and in the hands of a driver that acts on it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from finetuning import metrics, run_report
from finetuning.evaluation import outcome
from finetuning.evaluation import settings as evaluation_settings
from finetuning.evaluation.outcome import Outcome
from finetuning.evaluation.plan import Plan
from finetuning.evaluation.saved import DOCUMENT, REPORT, read_plan, read_saved
from finetuning.lifecycle.evaluating import is_under_way, judged
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from finetuning.metrics import MetricRow, MetricsFormatError
from lambdas import caught, log
from lambdas.evaluation.planning import NotWantedError
from lambdas.evaluation.store import Store
from lambdas.registry import Registry


class Driver(Protocol):
    """Starts driver executions."""

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""


class Evidence(Protocol):
    """Reads what a job left behind."""

    def metrics_files(self, model: str, generation: str) -> Mapping[str, tuple[str, bytes]]:
        """URI and content of a job's metrics files, by their name."""


class Verdicts:
    """Gives verdicts; given twice, the second changes nothing."""

    def __init__(
        self,
        *,
        registry: Registry,
        store: Store,
        driver: Driver,
        evidence: Evidence,
        code_version: str,
        clock: Callable[[], float],
    ) -> None:
        """Keep what is worked with; the clock gives epoch seconds."""
        self._registry, self._store, self._driver, self._evidence = registry, store, driver, evidence
        self._code_version, self._clock = code_version, clock

    def score(self, model: str, generation: str, evaluation: str, attempt: int) -> dict[str, Any]:
        """Write the evaluation document, record the verdict, then write the report, which nobody waits for.

        Raises:
            NotWantedError: the record wants no such evaluation (any more).
        """
        plan = read_plan(self._store.read, model, generation, evaluation)
        wanted = self._wanted(model, generation, evaluation, attempt)
        if wanted is None or plan.attempt != attempt:
            raise NotWantedError(f"model {model} does not want evaluation {evaluation} of {generation}")
        found = outcome.of(evaluation_settings.read(wanted.settings), read_saved(self._store.read, plan))
        log.info("evaluated", model=model, generation=generation, evaluation=evaluation, passed=found.passed)
        # What a verdict was recorded by stays as it is: its digest is in the record, and in the manifest.
        if is_under_way(self._registry.read(model), generation, evaluation, attempt):
            self._judge(plan, wanted, found)
        self._report(plan, found)
        return {"passed": found.passed}

    def _judge(self, plan: Plan, wanted: EvaluationWanted, found: Outcome) -> None:
        key = plan.key(DOCUMENT)
        self._store.write(key, found.content, "application/json")
        verdict = Verdict(
            id=plan.evaluation,
            passed=found.passed,
            mode=wanted.mode,
            reasons=found.reasons,
            uri=self._store.uri(key),
            digest=found.digest,
            at=self._clock(),
            attempt=plan.attempt,
        )
        self._record(plan.model, plan.generation, verdict)

    def give_up(
        self, model: str, generation: str, evaluation: str, attempt: int, error: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Record that there is no verdict for the candidate: the gate fails closed."""
        reason = f"evaluation did not finish: {caught.in_words(error)}"
        log.error("evaluation given up", model=model, generation=generation, evaluation=evaluation, reason=reason)
        wanted = self._wanted(model, generation, evaluation, attempt)
        if wanted is not None:
            verdict = Verdict(evaluation, False, wanted.mode, (reason,), at=self._clock(), attempt=attempt)
            self._record(model, generation, verdict)
        return {"passed": False}

    def _wanted(self, model: str, generation_id: str, evaluation: str, attempt: int) -> EvaluationWanted | None:
        generation = self._registry.read(model).training.find(generation_id)
        if generation is None or generation.evaluation is None or generation.evaluation_attempt != attempt:
            return None
        return generation.evaluation if generation.evaluation.id == evaluation else None

    def _record(self, model: str, generation: str, verdict: Verdict) -> None:
        record = self._registry.update(model, lambda r: judged(r, generation, verdict))
        if not record.settled:
            self._driver.start(model, record.in_charge)

    def _report(self, plan: Plan, found: Outcome) -> None:
        files = self._evidence.metrics_files(plan.model, plan.generation)
        report = run_report.assemble(
            self._registry.read(plan.model),
            plan.generation,
            evaluation=found.document,
            training=_rows(files, metrics.TRAINING_FILE, metrics.parse_training),
            validation=_rows(files, metrics.VALIDATION_FILE, metrics.parse_validation),
            code_version=self._code_version,
        )
        page = run_report.render(report).encode("utf-8")
        self._store.write(plan.key(REPORT), page, "text/html; charset=utf-8")


def _rows(
    files: Mapping[str, tuple[str, bytes]], name: str, parse: Callable[[str], tuple[MetricRow, ...]]
) -> tuple[MetricRow, ...]:
    """What a metrics file says; one that cannot be read was the curve gate's to judge, and is none here."""
    if name not in files:
        return ()
    try:
        return parse(files[name][1].decode("utf-8", "replace"))
    except MetricsFormatError:
        return ()
