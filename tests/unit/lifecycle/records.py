"""Records and observations for tests: everything has a value that works, and tests say what differs."""

from dataclasses import replace
from typing import Any

from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed, Signal
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.endpoint import EndpointWanted, want_endpoint
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.training import TrainingWanted, want_training

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/finetuning-dev-Model-faq/1"
BLANK = ModelRecord("finetuning", "dev", "faq")
A, B, C = (letter * 64 for letter in "abc")


def claim(number: int, replaces: int = 0, *, resource: str = "Job", stack: str = STACK) -> Claim:
    """The claim of the request with this number; an Update names the number of the id that it replaces."""
    return Claim(stack, resource, f"{resource}-{number}", replaces=f"{resource}-{replaces}" if replaces else "")


def training(fingerprint: str = A, keep_previous: int = 1, **changes: Any) -> TrainingWanted:
    """A wanted training."""
    settings = {"hyperParameters": {"epochCount": "2"}}
    return TrainingWanted(
        **{"fingerprint": fingerprint, "settings": settings, "tags": {}, "keep_previous": keep_previous, **changes}
    )


def endpoint(fingerprint: str = A, **changes: Any) -> EndpointWanted:
    """A wanted endpoint."""
    return EndpointWanted(
        **{
            "fingerprint": fingerprint,
            "serving": "provisioned",
            "model_units": 1,
            "commitment": "none",
            "tags": {},
            "signal": None,
            **changes,
        }
    )


def wanted(signal: Signal | None = None) -> ModelRecord:
    """A record that wants training A and endpoint A, both intended, nothing seen yet."""
    record = want_training(BLANK, claim(1), training())
    record = want_endpoint(record, claim(2, resource="Endpoint"), endpoint(signal=signal))
    return intended(record)


def intended(record: ModelRecord) -> ModelRecord:
    """The record with the intent to buy its current generations written down."""
    if record.training.current:
        record = record.with_training(replace(record.training.current, intended=True))
    if record.endpoint.current:
        record = record.with_endpoint(replace(record.endpoint.current, intended=True))
    return record


def a_job(status: str = "Completed", model: str = "model-a", model_status: str | None = "Active") -> JobObservation:
    """A job; only a completed one has a model."""
    if status != "Completed":
        return JobObservation("job-arn", status)
    return JobObservation("job-arn", status, "", model, model_status)


def an_endpoint(status: str = "InService", model: str = "model-a", arn: str = "endpoint-a") -> EndpointObservation:
    """An endpoint."""
    return EndpointObservation(arn, status, model)


def seen(job: JobObservation | None = None, found: EndpointObservation | None = None) -> Observed:
    """One look at what `wanted` may have bought."""
    return Observed(jobs={f"{A[:10]}-1": job}, endpoints={f"{A[:10]}-1": found})


def serving() -> tuple[ModelRecord, Observed]:
    """A record whose model serves and is published, and the look that says so."""
    look = seen(a_job(), an_endpoint())
    record = learn(wanted(), look)
    slot = replace(record.endpoint, published_arn="endpoint-a", published_model_arn="model-a")
    return replace(record, endpoint=slot), look
