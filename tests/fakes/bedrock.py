"""Customization jobs and custom models: names are taken for ever, a token that was seen starts nothing new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from finetuning.fingerprint import request_token
from finetuning.lifecycle import JobObservation
from lambdas.gateways.jobs import JobQuotaError, ModelInUseError, NameTakenError, RoleNotAssumableError
from tests.fakes.clock import FakeClock
from tests.fakes.copies import FakeCopies

ARN = "arn:aws:bedrock:us-west-2:111122223333"

STOP_SECONDS = 120


@dataclass
class FakeJob:
    """A customization job."""

    arn: str
    request: Mapping[str, Any]
    status: str = "InProgress"
    failure: str = ""
    model_arn: str = ""
    stops_at: float = 0
    shows_at: float = 0


@dataclass
class FakeJobs:
    """Has the methods of `JobsGateway`.

    Attributes:
        quota: how many jobs may be in progress.
        role_refusals: how many creations still fail because the role cannot be assumed.
        lost_replies: how many creations still take effect without an answer.
        taken_models: names of custom models that exist without a job.
        lag_seconds: how long a new job does not show.
        forgets_tokens: a request that was sent before is refused for its name instead of answered as before.
        in_use: models that cannot be deleted.
        in_flight: runs once while the next creation is under way, before it takes effect.
    """

    clock: FakeClock
    quota: int = 2
    role_refusals: int = 0
    lost_replies: int = 0
    jobs: dict[str, FakeJob] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    lag_seconds: float = 0
    forgets_tokens: bool = False
    in_use: set[str] = field(default_factory=set)
    in_flight: Callable[[], object] | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    taken_models: set[str] = field(default_factory=set)
    stopped: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    tagged: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.copies = FakeCopies(self.models)

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name."""
        job = self.jobs.get(job_name)
        if job is None or self.clock.now < job.shows_at:
            return None
        if job.status == "Stopping" and self.clock.now >= job.stops_at:
            job.status = "Stopped"
        return JobObservation(job.arn, job.status, job.failure, job.model_arn, self.models.get(job.model_arn))

    def create(self, request: Mapping[str, Any]) -> str:
        """Start a job."""
        token, name = request_token(request), request["jobName"]
        interrupt, self.in_flight = self.in_flight, None
        if interrupt:
            interrupt()
        if self.role_refusals:
            self.role_refusals -= 1
            raise RoleNotAssumableError("Could not assume provided IAM role")
        if token in self.tokens and not self.forgets_tokens:
            return self.tokens[token]
        if name in self.jobs or request["customModelName"] in self.taken_models:
            raise NameTakenError("The provided job name is currently in use.")
        if sum(job.status in {"InProgress", "Stopping"} for job in self.jobs.values()) >= self.quota:
            raise JobQuotaError("too many customization jobs in progress")
        arn = f"{ARN}:model-customization-job/base/{len(self.jobs) + 1:012d}"
        self.jobs[name] = FakeJob(arn, request, shows_at=self.clock.now + self.lag_seconds)
        self.tokens[token] = arn
        self.tagged[arn] = {tag["key"]: tag["value"] for tag in request["jobTags"]}
        if self.lost_replies:
            self.lost_replies -= 1
            raise ConnectionError("reply lost")
        return arn

    def stop(self, job_name: str) -> None:
        """Ask a job to stop."""
        job = self.jobs.get(job_name)
        if job is not None and job.status == "InProgress":
            job.status, job.stops_at = "Stopping", self.clock.now + STOP_SECONDS
            self.stopped.append(job_name)

    def delete_model(self, model_arn: str) -> None:
        """Delete a custom model."""
        if model_arn in self.in_use:
            raise ModelInUseError("it is in use")
        if self.models.pop(model_arn, None) is not None:
            self.deleted.append(model_arn)

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a job or a model: those that the job was started with, as changed since."""
        return self.tagged.get(arn, {})

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change tags."""
        kept = {key: value for key, value in self.tags(arn).items() if key not in remove}
        self.tagged[arn] = {**kept, **add}

    def end(self, job_name: str, status: str = "Completed", failure: str = "", model_status: str = "Active") -> str:
        """Let a job end; return the ARN of its custom model, or "" if it made none."""
        job = self.jobs[job_name]
        job.status, job.failure = status, failure
        if status == "Completed":
            job.model_arn = model_arn(job_name)
            self.models[job.model_arn] = model_status
            self.tagged[job.model_arn] = {tag["key"]: tag["value"] for tag in job.request["customModelTags"]}
        return job.model_arn

    @property
    def running(self) -> list[str]:
        """Names of the jobs that are not at rest."""
        return [name for name, job in self.jobs.items() if job.status in {"InProgress", "Stopping"}]


def model_arn(job_name: str) -> str:
    """The ARN of the custom model that a job of this name makes."""
    return f"{ARN}:custom-model/base/{job_name}"
