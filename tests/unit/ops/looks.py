"""Looks at a model at the stations of its life, to be judged and rendered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from finetuning import metrics
from finetuning.lifecycle import (
    EndpointGeneration,
    EndpointObservation,
    EndpointSlot,
    JobObservation,
    ModelRecord,
    Observed,
    TrainingGeneration,
    TrainingSlot,
)
from finetuning.lifecycle.learning import learn
from ops.status.look import JobDetails, Look
from ops.status.metrics import Losses

JOB = "finetuning-local-faq-0123456789-1"
GENERATION = "0123456789-1"
JOB_ARN = "arn:aws:bedrock:us-west-2:000000000000:model-customization-job/haiku/abc"
MODEL_ARN = "arn:aws:bedrock:us-west-2:000000000000:custom-model/haiku/abc"
ENDPOINT = "finetuning-local-faq-fedcba98-1"
ENDPOINT_GENERATION = "fedcba9876-1"
ENDPOINT_ARN = "arn:aws:bedrock:us-west-2:000000000000:provisioned-model/2b0b47f3ac7e"
STARTED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
NOW = STARTED + timedelta(minutes=3, seconds=20)

_DATA = Path(__file__).parents[2] / "data" / "haiku-bedrock-faq"


def haiku_losses() -> Losses:
    """The losses of a real job, which early stopping ended after epoch 7; the best is epoch 6."""
    training = metrics.parse_training((_DATA / metrics.TRAINING_FILE).read_text())
    validation = metrics.parse_validation((_DATA / metrics.VALIDATION_FILE).read_text())
    return Losses(metrics.summarize(training, validation))


def generation(number: int = 1) -> TrainingGeneration:
    """A training generation that was bought; 1 is the wanted one."""
    digits = "0123456789" if number == 1 else f"{number}" * 10
    return TrainingGeneration(
        id=f"{digits}-1",
        fingerprint=digits * 6,
        attempt=1,
        job_name=f"finetuning-local-faq-{digits}-1",
        physical_id="Job-1",
        settings={
            "baseModelIdentifier": "anthropic.claude-3-haiku-20240307-v1:0:200k",
            "hyperParameters": {"epochCount": "10"},
        },
        tags={},
        intended=True,
    )


def endpoint() -> EndpointGeneration:
    """A provisioned throughput that is wanted."""
    return EndpointGeneration(
        id=ENDPOINT_GENERATION,
        fingerprint="fedcba9876" * 6,
        attempt=1,
        name=ENDPOINT,
        physical_id="Endpoint-1",
        serving="provisioned",
        model_units=1,
        commitment="none",
        tags={},
    )


def record() -> ModelRecord:
    """A model of which both slots are wanted and the driver is at work."""
    return ModelRecord(
        project="finetuning",
        environment="local",
        model="faq",
        version=1,
        settled=False,
        in_charge="faq-0123456789-1-1",
        driver_attempt=1,
        training=TrainingSlot(
            owner="stack",
            physical_id="Job-1",
            removed=False,
            current_id=GENERATION,
            generations=(generation(),),
        ),
        endpoint=EndpointSlot(
            owner="stack",
            physical_id="Endpoint-1",
            removed=False,
            current_id=ENDPOINT_GENERATION,
            generations=(endpoint(),),
        ),
    )


def job(status: str, failure: str = "") -> JobObservation:
    """The wanted job; a completed one has a model."""
    made = status == "Completed"
    return JobObservation(JOB_ARN, status, failure, MODEL_ARN if made else "", "Active" if made else None)


def look(known: ModelRecord, seen: Observed, *, pointer: str | None = None, driver: str | None = "RUNNING") -> Look:
    """A look at a record, which has learnt what was seen, as the driver would have written it down."""
    return Look(
        record=learn(known, seen),
        seen=seen,
        job=JobDetails({"validation": "Completed", "data processing": "InProgress", "training": "NotStarted"}, STARTED),
        losses=Losses(),
        pointer=pointer,
        driver_status=driver,
        now=NOW,
    )


def training() -> Look:
    """The job runs."""
    return look(record(), Observed(jobs={GENERATION: job("InProgress")}))


def failed() -> Look:
    """The job failed, and the driver has settled."""
    seen = Observed(jobs={GENERATION: job("Failed", "record 7 exceeds limit [32000]")})
    return look(replace(record(), settled=True), seen, driver=None)


def serving() -> Look:
    """The model is in service."""
    known = record()
    slot = replace(
        known.endpoint,
        generations=(replace(endpoint(), intended=True, arn=ENDPOINT_ARN, seen_in_service=True),),
        published_arn=ENDPOINT_ARN,
        published_model_arn=MODEL_ARN,
    )
    seen = Observed(
        jobs={GENERATION: job("Completed")},
        endpoints={ENDPOINT_GENERATION: EndpointObservation(ENDPOINT_ARN, "InService", MODEL_ARN)},
    )
    settled = replace(known, settled=True, endpoint=slot)
    now = look(settled, seen, pointer=ENDPOINT_ARN, driver=None)
    return replace(now, losses=haiku_losses(), job=JobDetails({}, STARTED, STARTED + timedelta(seconds=8)))
