"""Models that the quality gate judges, at each stage, and what is seen of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.evaluating import curve_judged, open_evaluation
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict
from tests.unit.lifecycle.records import BLANK, A, a_job, claim, endpoint, intended, training

ID, NEXT = "aaaaaaaaaa-1", "bbbbbbbbbb-1"
HOURS = 6 * 3600
NOW = 1_780_000_000.0
SETTINGS = {"evaluation": {"preset": "knowledge"}, "gate": {"curve": {}}}


def evaluation(mode: str = "enabled", *, own_endpoint: bool = True, id_: str = "e1") -> EvaluationWanted:
    """An evaluation that is wanted."""
    return EvaluationWanted(id_, mode, SETTINGS, HOURS, own_endpoint)


def verdict(*reasons: str, mode: str = "enabled", id_: str = "e1") -> Verdict:
    """What the gate says: passed without reasons."""
    return Verdict(id_, not reasons, mode, reasons, at=NOW)


def candidate(asked: EvaluationWanted | None, serving: str = "on_demand", **terms: Any) -> ModelRecord:
    """A first training whose job has completed."""
    record = want_training(BLANK, claim(1), training(evaluation=asked))
    record = want_endpoint(record, claim(2, resource="Endpoint"), endpoint(serving=serving, **terms))
    current = intended(record).training.current
    assert current is not None
    return learn(record.with_training(current), look())


def look(now: float = NOW, endpoints: Mapping[str, EndpointObservation | None] | None = None) -> Observed:
    """A look at the first training, and at endpoints."""
    return Observed({ID: a_job()}, endpoints or {}, now)


def with_endpoints(record: ModelRecord, now: float = NOW, **found: EndpointObservation | None) -> Observed:
    """A look at all endpoints of a record: `serving` and `evaluation` say how each is."""
    endpoints = {e.id: found[e.purpose] for e in record.endpoint.generations if e.intended and found.get(e.purpose)}
    return Observed({ID: a_job()}, endpoints, now)


def curved(record: ModelRecord, *reasons: str) -> ModelRecord:
    """The record after the gate looked at the losses."""
    return curve_judged(record, ID, verdict(*reasons))


def opened(record: ModelRecord) -> ModelRecord:
    """The record with an evaluation endpoint that was bought."""
    record = open_evaluation(curved(record), ID, NOW)
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    return record.with_endpoint(replace(found, intended=True, arn="evaluation", intended_at=NOW))


IN_SERVICE = EndpointObservation("evaluation", "InService", "model-a")
PROMOTED = Promoted(
    "swap", "model-p", "job-p", "finetuning-dev-faq-0123456789-1", "f" * 64, "ada", "https://example.com/1"
)
HELD = JobObservation("job-p", "Completed", "", "model-p", "Active")


def promoted(fingerprint: str = A, **terms: Any) -> ModelRecord:
    """A record that wants a model of another environment."""
    record = want_training(BLANK, claim(1), training(fingerprint, promoted=PROMOTED))
    return want_endpoint(record, claim(2, resource="Endpoint"), endpoint(serving="on_demand", **terms))
