"""One account behind an operator's session: what was bought, by its facts, and a registry. Gateways are fakes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from finetuning import names
from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord
from finetuning.lifecycle.facts import EndpointFacts, JobFacts
from finetuning.lifecycle.observation import JOB_AT_REST, OwnedThing
from lambdas.registry import Registry
from ops import project
from ops.session import Session
from tests.fakes.judging import FakeAlarms, FakeHolds
from tests.fakes.pointer import FakePointer
from tests.fakes.table import FakeTable

ENVIRONMENT = project.Environment("dev", "111122223333", "us-west-2", "destroy", {"faq": {}})


class Account(Session):
    """A session on things that are given by their facts; `removed` and `started` say what was done."""

    def __init__(self, *jobs: JobFacts, endpoints: Sequence[EndpointFacts] = (), held: Sequence[str] = ()) -> None:
        super().__init__("finetuning", ENVIRONMENT)
        self.known_jobs = {job.arn: job for job in jobs}
        self.known_endpoints = {endpoint.arn: endpoint for endpoint in endpoints}
        self.held = list(held)
        self.table, self.parameters = FakeTable(), FakePointer()
        self.removed: list[str] = []
        self.executions: dict[str, str] = {}
        self.created_at, self.others = 0.0, FakeHolds()

    def keep(self, record: ModelRecord) -> "Account":
        """Put a record into the registry."""
        self.registry().update(record.model, lambda _: replace(record, version=0))
        return self

    def record(self) -> ModelRecord:
        """The record of the one model."""
        return self.registry().read("faq")

    # What a session offers.

    def outputs(self, stack: str) -> Mapping[str, str]:
        """Of the stacks."""
        return {"OutputBucketName": "output", "RegistryTableName": "registry", "DriverArn": "driver"}

    def registry(self) -> Registry:
        """On a table that lives as long as the account."""
        return Registry(self.project, self.environment.name, self.table)

    def jobs(self) -> Any:
        """The gateway of jobs is the account itself."""
        return self

    def endpoints(self) -> Any:
        """So are those of the endpoints."""
        return {"provisioned": _Endpoints(self, "provisioned"), "on_demand": _Endpoints(self, "on_demand")}

    def details(self) -> Any:
        """Details are the facts."""
        return _Details(self)

    def holds(self) -> Any:
        """What is other environments'."""
        return self.others

    def alarms(self) -> Any:
        """None goes off."""
        return FakeAlarms()

    def pointer(self) -> Any:
        """The pointer parameters."""
        return self

    def driver(self) -> Any:
        """The driver's executions."""
        return self

    def owned(self) -> Iterator[OwnedThing]:
        """Everything alive that carries the owner tags."""
        owner = {names.PROJECT_TAG: self.project, names.ENVIRONMENT_TAG: self.environment.name}.items()
        for job in self.known_jobs.values():
            if owner <= job.tags.items() and job.status not in JOB_AT_REST:
                yield OwnedThing("job", job.arn, job.name, job.status, self.created_at, job.tags)
            if owner <= job.tags.items() and job.model_status is not None:
                yield OwnedThing("model", job.model_arn, job.name, job.model_status, self.created_at, job.tags)
        for found in self.known_endpoints.values():
            if owner <= found.tags.items():
                yield OwnedThing(found.kind, found.arn, found.name, found.status, self.created_at, found.tags)
        yield from self.others.held_by(self.project, self.environment.name)

    # What the gateways do.

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name."""
        job = next((job for job in self.known_jobs.values() if job.name == job_name), None)
        return None if job is None else JobObservation(job.arn, job.status, "", job.model_arn, job.model_status)

    def tags(self, arn: str) -> dict[str, str]:
        """Of a job or a model."""
        held = {f"{names.HOLD_TAG_PREFIX}{name}": "" for name in self.held}
        return held | next((dict(job.tags) for job in self.known_jobs.values() if arn in {job.arn, job.model_arn}), {})

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change the tags of a job or a model."""
        job = next(job for job in self.known_jobs.values() if arn in {job.arn, job.model_arn})
        self.known_jobs[job.arn] = replace(job, tags={**job.tags, **add})

    def stop(self, job_name: str) -> None:
        """Stop a job."""
        self.removed.append(job_name)

    def delete_model(self, model_arn: str) -> None:
        """Delete a model."""
        self.removed.append(model_arn)

    def read(self, name: str) -> str | None:
        """What the pointer says."""
        return self.parameters.parameters.get(name)

    def start(self, model: str, execution: str) -> None:
        """Start an execution."""
        self.executions[execution] = "RUNNING"

    def status(self, execution: str) -> str | None:
        """Of an execution."""
        return self.executions.get(execution)


class _Endpoints:
    """The gateway of one kind of endpoint."""

    def __init__(self, account: Account, kind: str) -> None:
        self._account = account
        self._found = [e for e in account.known_endpoints.values() if e.kind == kind]

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name."""
        found = next((e for e in self._found if e.name == name), None)
        if found is None:
            return None
        return EndpointObservation(found.arn, found.status, found.model_arn, committed_until=found.committed_until)

    def serving(self, model_arn: str) -> list[str]:
        """Who serves a model."""
        return [e.arn for e in self._found if e.model_arn == model_arn and e.arn not in self._account.removed]

    def tags(self, arn: str) -> dict[str, str]:
        """Of an endpoint."""
        return dict(self._account.known_endpoints[arn].tags)

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change the tags of an endpoint."""
        found = self._account.known_endpoints[arn]
        self._account.known_endpoints[arn] = replace(found, tags={**found.tags, **add})

    def delete(self, arn: str) -> None:
        """Delete an endpoint."""
        self._account.removed.append(arn)


class _Details:
    """The facts, as the details gateway gives them."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def job(self, identifier: str) -> JobFacts | None:
        """The job of this ARN."""
        return self._account.known_jobs.get(identifier)

    def job_of_model(self, model_arn: str) -> str:
        """The job that made a model."""
        return next((job.arn for job in self._account.known_jobs.values() if job.model_arn == model_arn), "")

    def endpoint(self, arn: str) -> EndpointFacts | None:
        """The endpoint of this ARN."""
        return self._account.known_endpoints.get(arn)

    def jobs(self) -> Iterator[JobFacts]:
        """All."""
        return iter(self._account.known_jobs.values())

    def endpoints(self) -> Iterator[EndpointFacts]:
        """All."""
        return iter(self._account.known_endpoints.values())
