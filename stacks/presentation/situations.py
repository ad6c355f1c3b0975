"""Situations of one model, what is wanted, how its job is, how its endpoint is; `decide` is asked in each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from finetuning.lifecycle import (
    Action,
    Decision,
    EndpointGeneration,
    EndpointObservation,
    EndpointSlot,
    JobObservation,
    ModelRecord,
    Observed,
    TrainingGeneration,
    TrainingSlot,
    decide,
)
from finetuning.lifecycle.learning import learn

WANTED = ("deployed", "stopped", "removed")

_NOW = 1_000_000.0
_ID = "0123456789-1"
_MODEL, _OTHER, _ENDPOINT = "model", "another model", "endpoint"


def _job(status: str, model_status: str | None = None) -> JobObservation:
    return JobObservation("job", status, "", _MODEL if status == "Completed" else "", model_status)


def _endpoint(status: str, model: str = _MODEL, committed_until: float = 0.0) -> EndpointObservation:
    return EndpointObservation(_ENDPOINT, status, model, committed_until=committed_until)


ACTIVE, PUBLISHED = "Completed, model Active", "InService, published"
UNPUBLISHED, ANOTHER = "InService, not published", "InService with another model"
MODEL_GONE, REFUSED, COMMITTED = "Completed, model deleted", "failed or refused, and gone", "InService, committed"
LATE = "Completed, no model yet"
AWAITING, REJECTED = "Completed, model awaits approval", "Completed, model rejected"
SWAPPED, USELESS = "InService with the new model", "InService, bought for the rejected model"

JOBS: Mapping[str, JobObservation | None] = MappingProxyType(
    {
        "none": None,
        "InProgress": _job("InProgress"),
        "Stopping": _job("Stopping"),
        "Stopped": _job("Stopped"),
        "Failed": _job("Failed"),
        LATE: _job("Completed"),
        ACTIVE: _job("Completed", "Active"),
        AWAITING: _job("Completed", "Active"),
        REJECTED: _job("Completed", "Active"),
        "Completed, model Failed": _job("Completed", "Failed"),
        MODEL_GONE: _job("Completed"),
        "a status of tomorrow": _job("Tomorrow"),
    }
)
ENDPOINTS: Mapping[str, EndpointObservation | None] = MappingProxyType(
    {
        "none": None,
        "Creating": _endpoint("Creating"),
        UNPUBLISHED: _endpoint("InService"),
        PUBLISHED: _endpoint("InService"),
        ANOTHER: _endpoint("InService", _OTHER),
        SWAPPED: _endpoint("InService"),
        "Updating": _endpoint("Updating"),
        COMMITTED: _endpoint("InService", committed_until=_NOW + 1),
        "Failed": _endpoint("Failed"),
        REFUSED: None,
        "deleted by hand": None,
        "a status of tomorrow": _endpoint("Tomorrow"),
    }
)


@dataclass(frozen=True)
class Situation:
    """A model: one of `WANTED`, a key of `JOBS`, a key of `ENDPOINTS` or `USELESS`, which a rejected model leads to."""

    wanted: str
    job: str
    endpoint: str

    def decision(self) -> Decision:
        """What the driver does next."""
        seen = self._seen()
        return decide(learn(self._record(), seen), seen)

    def _seen(self) -> Observed:
        jobs = {} if self.job == "none" else {_ID: JOBS[self.job]}
        there = self.endpoint not in {"none", REFUSED}
        found = ENDPOINTS[UNPUBLISHED if self.endpoint == USELESS else self.endpoint] if there else None
        return Observed(jobs=jobs, endpoints={_ID: found} if there else {}, now=_NOW)

    def _record(self) -> ModelRecord:
        removed = self.wanted == "removed"
        job = self._job()
        training = TrainingSlot(removed=removed, current_id=_ID, generations=(replace(job, released=removed),))
        published = self.endpoint in {PUBLISHED, ANOTHER, COMMITTED, SWAPPED, "Updating", "deleted by hand"}
        before = self.endpoint in {ANOTHER, SWAPPED, "Updating"}
        bought = replace(self._endpoint(), released=removed)
        # The throughput of a rejected first model is let go of; the next one waits for a model.
        attempts = (bought,) if self.endpoint != USELESS else (replace(bought, released=True), _next(bought))
        endpoint = EndpointSlot(
            removed=removed,
            stopped=self.wanted == "stopped",
            current_id=attempts[-1].id,
            generations=attempts,
            published_arn=_ENDPOINT if published else "",
            published_model_arn=(_OTHER if before else _MODEL) if published else "",
        )
        return ModelRecord("project", "dev", "faq", training=training, endpoint=endpoint)

    def _job(self) -> TrainingGeneration:
        bought = self.job != "none"
        return TrainingGeneration(
            _ID, "", 1, "job", "Job-1", {}, {}, intended=bought, job_arn="job" if bought else "",
            model_seen=self.job in {ACTIVE, AWAITING, REJECTED, MODEL_GONE},
            rejected="it did not answer" if self.job == REJECTED else "",
            model_arn=_MODEL if self.job == REJECTED else "",
            condemned=self.wanted == "removed" and self.job == MODEL_GONE,
        )  # fmt: skip

    def _endpoint(self) -> EndpointGeneration:
        there = self.endpoint not in {"none", REFUSED}
        return EndpointGeneration(
            _ID, "", 1, "endpoint", "Endpoint-1", "provisioned", 1, "none", {}, intended=there,
            arn=_ENDPOINT if there else "", status="InService" if there else "",
            failure="refused" if self.endpoint == REFUSED else "", seen_in_service=self.endpoint == "deleted by hand",
            gone=self.endpoint == REFUSED, needs_approval=self.job == AWAITING,
        )  # fmt: skip


def _next(endpoint: EndpointGeneration) -> EndpointGeneration:
    return EndpointGeneration("0123456789-2", "", 2, "endpoint-2", "Endpoint-1", endpoint.serving, 1, "none", {})


def following(here: Situation) -> Iterator[tuple[str, Situation]]:
    """What happens next, and where that leads: the driver's action or, while it waits, Bedrock's news."""
    action = here.decision().action
    effects = {
        Action.START_JOB: replace(here, job="InProgress"),
        Action.STOP_JOB: replace(here, job="Stopping"),
        Action.DELETE_MODEL: replace(here, job=MODEL_GONE),
        Action.CREATE_ENDPOINT: replace(here, endpoint="Creating"),
        Action.SWAP_MODEL: replace(here, endpoint="Updating"),
        Action.DELETE_ENDPOINT: replace(here, endpoint=REFUSED if here.endpoint == "Failed" else "none"),
        Action.PUBLISH_POINTER: replace(here, endpoint="none"),
    }
    if here.job == AWAITING and action == Action.SETTLED:
        yield "ops approve", replace(here, job=ACTIVE)
    elif action == Action.PUBLISH_POINTER and here.endpoint in {UNPUBLISHED, SWAPPED} and here.job == ACTIVE:
        yield f"{action}, it answers", replace(here, endpoint=PUBLISHED)
        rejected = USELESS if here.endpoint == UNPUBLISHED else SWAPPED
        yield f"{action}, it does not answer", replace(here, job=REJECTED, endpoint=rejected)
    elif action in effects:
        yield str(action), effects[action]
    elif action in {Action.AWAIT_JOB, Action.AWAIT_CHANGE}:
        yield from _news(here)


def _news(here: Situation) -> Iterator[tuple[str, Situation]]:
    """What Bedrock does by itself while the driver waits."""
    jobs = {"InProgress": ("Failed", LATE), "Stopping": ("Stopped", LATE), LATE: (ACTIVE,)}
    endpoints = {
        "Creating": (UNPUBLISHED, "Failed"),
        "Updating": (SWAPPED if here.job == ACTIVE else ANOTHER,),
    }
    for job in jobs.get(here.job, ()):
        yield f"Bedrock says {job}", replace(here, job=job)
    for endpoint in endpoints.get(here.endpoint, ()):
        yield f"Bedrock says {endpoint.split(',')[0]}", replace(here, endpoint=endpoint)
