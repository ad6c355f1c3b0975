"""Reports of a training that was evaluated, with the losses of a real job."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from finetuning import metrics
from finetuning.lifecycle.record import EndpointGeneration, EndpointSlot, ModelRecord, TrainingGeneration, TrainingSlot
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from finetuning.run_report import RunReport, assemble

GENERATION = "0123456789-1"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
REASON = "token_f1: +0.02 (95 % interval from -0.01) over base is less than the 0.05 that is required"

_DATA = Path(__file__).parents[1] / "data" / "haiku-bedrock-faq"
_DIGESTS = {"training": "ab" * 32, "validation": "cd" * 32, "test": "ef" * 32}


def training_rows() -> tuple[metrics.MetricRow, ...]:
    """The training losses of a real job, which early stopping ended after epoch 7; the best is epoch 6."""
    return metrics.parse_training((_DATA / metrics.TRAINING_FILE).read_text())


def validation_rows() -> tuple[metrics.MetricRow, ...]:
    """Its validation losses."""
    return metrics.parse_validation((_DATA / metrics.VALIDATION_FILE).read_text())


def uri(split: str) -> str:
    """Where a file of the dataset was staged."""
    return f"s3://data/datasets/faq/{_DIGESTS[split]}/{split}.jsonl"


def trained(**changes: Any) -> TrainingGeneration:
    """A training whose job is completed."""
    generation = TrainingGeneration(
        id=GENERATION,
        fingerprint="0123456789" * 6,
        attempt=1,
        job_name=f"finetuning-dev-faq-{GENERATION}",
        physical_id="Job-1",
        settings={
            "baseModelIdentifier": HAIKU,
            "customizationType": "FINE_TUNING",
            "hyperParameters": {"epochCount": "10"},
            "trainingDataConfig": {"s3Uri": uri("training")},
            "validationDataConfig": {"validators": [{"s3Uri": uri("validation")}]},
        },
        tags={},
        estimated_usd=3.5,
        intended=True,
        status="Completed",
        job_arn="arn:aws:bedrock:us-west-2:111122223333:model-customization-job/haiku/abc",
        model_arn="arn:aws:bedrock:us-west-2:111122223333:custom-model/haiku/abc",
    )
    return replace(generation, **changes)


def wanted(mode: str = "enabled") -> EvaluationWanted:
    """An evaluation on a test dataset."""
    return EvaluationWanted(
        "e" * 16, mode, {"evaluation": {"preset": "knowledge"}, "test_uri": uri("test")}, 3600, False
    )


def record(generation: TrainingGeneration, **endpoint: Any) -> ModelRecord:
    """The record of a model with one training and one endpoint."""
    serving = EndpointGeneration(
        **{
            "id": "fedcba9876-1",
            "fingerprint": "fedcba9876" * 6,
            "attempt": 1,
            "name": "finetuning-dev-faq-fedcba98-1",
            "physical_id": "Endpoint-1",
            "serving": "provisioned",
            "model_units": 1,
            "commitment": "none",
            "tags": {},
            "hourly_usd": 20.5,
            **endpoint,
        }
    )
    return ModelRecord(
        "finetuning",
        "dev",
        "faq",
        training=TrainingSlot(removed=False, current_id=generation.id, generations=(generation,)),
        endpoint=EndpointSlot(removed=False, current_id=serving.id, generations=(serving,)),
    )


def document(*, passed: bool = True, mode: str = "enabled") -> dict[str, Any]:
    """An evaluation document of three subjects."""
    gains = {"base": (0.41, 0.35, 0.47), "champion": (0.021, -0.012 if not passed else 0.004, 0.05)}
    return {
        "schema": 1,
        "id": "e" * 16,
        "preset": "knowledge",
        "test": {"digest": _DIGESTS["test"], "uri": uri("test"), "records": 48, "asked": 48},
        "metrics": [
            _metric("token_f1", "share", primary=True),
            _metric("rouge_l", "share"),
            _metric("exact_match", "share"),
            _metric("latency_p50", "seconds", better="less"),
            _metric("latency_p95", "seconds", better="less"),
            _metric("output_tokens", "tokens", better="less"),
            _metric("usd_per_1k_requests", "usd", better="less"),
        ],
        "subjects": {
            "candidate": _subject("arn:aws:bedrock:us-west-2:111122223333:custom-model/haiku/abc", 0.612, 0.8, 0.25),
            "base": _subject("anthropic.claude-3-haiku-20240307-v1:0", 0.202, 1.1, None),
            "champion": _subject("arn:aws:bedrock:us-west-2:111122223333:custom-model/haiku/old", 0.591, 0.82, 0.26),
        },
        "differences": [
            {"metric": name, "against": against, "value": value, "low": low, "high": high, "records": 48}
            for name in ("token_f1", "rouge_l")
            for against, (value, low, high) in gains.items()
        ],
        "checks": [
            _check("min_records", "", "", 30, 48, None, True, "48 records were answered by both"),
            _check("min", "token_f1", "", 0.4, 0.612, None, True, "token_f1 is 0.612"),
            _check(
                "min_gain_over_base",
                "token_f1",
                "base",
                0.05,
                0.41,
                [0.35, 0.47],
                True,
                "the interval begins at +0.350",
            ),
            _check("no_regression", "rouge_l", "champion", 0, 0.021, list(gains["champion"][1:]), passed, REASON),
        ],
        "confidence": 0.95,
        "verdict": {"passed": passed, "mode": mode, "reasons": [] if passed else [REASON], "notes": []},
        "samples": [_sample(number) for number in range(5)],
        "worst": [_sample(number) for number in (7, 9)],
    }


def report(document: Mapping[str, Any] | None = None, /, **changes: Any) -> RunReport:
    """The report of a training; without an evaluation document, of one that was not evaluated."""
    judged = {"evaluation": wanted()} if document is not None else {}
    generation = trained(**{**judged, **changes})
    files = [
        {"split": "training", "sha256": _DIGESTS["training"], "records": 85, "estimated_tokens": 9332},
        {"split": "validation", "sha256": _DIGESTS["validation"], "records": 32, "estimated_tokens": 3512},
    ]
    return assemble(
        record(generation),
        GENERATION,
        evaluation=document,
        training=training_rows(),
        validation=validation_rows(),
        dataset={"report_uri": "s3://data/reports/faq/abcdef0123456789/report.html", "files": files},
        region="us-west-2",
        code_version="1a2b3c4",
    )


def verdict(*, passed: bool, mode: str = "enabled") -> Verdict:
    """What the gate said."""
    return Verdict("e" * 16, passed, mode, () if passed else (REASON,))


def _metric(name: str, unit: str, *, better: str = "more", primary: bool = False) -> dict[str, Any]:
    return {"name": name, "title": name, "better": better, "unit": unit, "primary": primary, "column": True}


def _subject(identity: str, score: float, seconds: float, usd: float | None) -> dict[str, Any]:
    values = {
        "token_f1": score,
        "rouge_l": score - 0.04,
        "exact_match": score / 3,
        "latency_p50": seconds,
        "latency_p95": 2 * seconds,
        "output_tokens": 40.5,
        "usd_per_1k_requests": usd,
    }
    metrics = {name: {"value": value, "records": 48} for name, value in values.items()}
    return {"identity": identity, "answered": 48, "failed": 0, "metrics": metrics}


def _check(
    kind: str,
    metric: str,
    against: str,
    required: float,
    observed: float | None,
    interval: list[float] | None,
    passed: bool,
    reason: str,
) -> dict[str, Any]:
    keys = ("kind", "metric", "against", "required", "observed", "interval", "passed", "reason")
    return dict(zip(keys, (kind, metric, against, required, observed, interval, passed, reason), strict=True))


def _sample(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:016x}",
        "prompt": "What is a model unit in Amazon Bedrock, and how many of them do I need?",
        "reference": "A model unit delivers a specific throughput level for the specified model.",
        "answers": {
            "candidate": "A model unit delivers a specific throughput level.",
            "base": None if number == 9 else "I do not know what you mean.\n\nCould you say more?",
            "champion": "It is a measure.",
        },
        "scores": {"candidate": 0.8 - number / 20, "base": 0.1, "champion": 0.3},
    }
