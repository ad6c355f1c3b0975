"""Runs the jobs of a workflow on this machine: their own `run:` steps, in order, with GitHub's files and contexts."""

import itertools
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.workflows.actions import Accounts
from tests.workflows.expressions import Scope, condition, interpolate
from tests.workflows.repository import Repository
from tests.workflows.steps import JobRun, JobRunner, Machine
from tests.workflows.workflow import Job, Workflow, load

FOLDER = ".github/workflows"


@dataclass(frozen=True)
class Event:
    """What started a run.

    Attributes:
        name: such as `push`.
        payload: what GitHub says of it, as far as workflows ask.
        inputs: of a dispatch.
        ref: for which it runs; `refs/pull/<number>/merge` for a pull request.
        commit: that is checked out; the last one of `main` without it.
    """

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    ref: str = "refs/heads/main"
    commit: str = ""


@dataclass(frozen=True)
class Run:
    """What a run came to; a job with a matrix is there several times."""

    jobs: tuple[JobRun, ...]
    artifacts: Path

    @property
    def succeeded(self) -> bool:
        """Whether no job failed."""
        return all(job.result in ("success", "skipped") for job in self.jobs)

    @property
    def log(self) -> str:
        """Everything that its steps said."""
        return "\n".join(f"{job.name}: {step.name}\n{step.log}" for job in self.jobs for step in job.steps)

    @property
    def summary(self) -> str:
        """The summaries of its jobs."""
        return "\n".join(job.summary for job in self.jobs)

    def job(self, identifier: str) -> JobRun:
        """The one job of that id."""
        (found,) = (job for job in self.jobs if job.id == identifier)
        return found


class Runner:
    """Runs workflows of a repository.

    Args:
        repository: whose workflows, and whose code.
        folder: for workspaces, artifacts and step files.
        variables: the environment of every step; it has no credentials.
        accounts: hand out credentials.
        approved: says whether somebody approves a job of an environment.
        say: is told of each job and step as it ends.
    """

    def __init__(
        self,
        repository: Repository,
        folder: Path,
        variables: Mapping[str, str],
        accounts: Accounts,
        *,
        approved: Callable[[str], bool] = lambda environment: True,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._repository, self._folder, self._variables, self._accounts = repository, folder, variables, accounts
        self._approved, self._say = approved, say
        self._runs = itertools.count(1)

    def run(self, file: str, event: Event, *, only: Collection[str] = ()) -> Run:
        """Run a workflow file, or only some of its jobs: by id, or by name as of a matrix (`plan (prod)`)."""
        number = next(self._runs)
        commit = event.commit or self._repository.head()
        place = self._folder / f"run-{number}"
        self._repository.clone(place / "definition", commit)
        workflow = load(place / "definition" / FOLDER / file)
        if event.name not in workflow.triggers:
            raise AssertionError(f"{file} does not run on {event.name}")
        artifacts = place / "artifacts"
        artifacts.mkdir()
        github = self._github(event, commit, number)
        machine = Machine(self._repository, place, artifacts, self._variables, self._accounts, self._say)
        running = _Running(workflow, event, github, machine, self._approved, frozenset(only))
        done = [job for each in _in_order(workflow) for job in running.run(each)]
        return Run(tuple(done), artifacts)

    def _github(self, event: Event, commit: str, number: int) -> dict[str, Any]:
        return {
            "event_name": event.name,
            "event": event.payload,
            "ref": event.ref,
            "ref_name": event.ref.removeprefix("refs/heads/"),
            "sha": commit,
            "run_id": str(number),
            "repository": self._repository.name,
            "server_url": "https://github.com",
            "actor": "person",
        }


class _Running:
    """One run, job after job."""

    def __init__(
        self,
        workflow: Workflow,
        event: Event,
        github: Mapping[str, Any],
        machine: Machine,
        approved: Callable[[str], bool],
        only: frozenset[str],
    ) -> None:
        self._workflow, self._event, self._github, self._machine = workflow, event, github, machine
        self._approved, self._only = approved, only
        self._needs: dict[str, dict[str, Any]] = {}

    def run(self, job: Job) -> Iterator[JobRun]:
        """Run each job of a matrix, or the one that there is."""
        done = list(self._matrix_runs(job))
        results = [each.result for each in done]
        result = "failure" if "failure" in results else "skipped" if set(results) <= {"skipped"} else "success"
        outputs = {name: value for each in done for name, value in each.outputs.items()}
        self._needs[job.id] = {"result": result, "outputs": outputs}
        yield from done

    def _matrix_runs(self, job: Job) -> Iterator[JobRun]:
        scope = self._scope(job, {})
        if not condition(job.condition, scope):
            yield JobRun(job.id, job.id, "skipped")
            return
        matrix = interpolate(job.matrix, scope)
        for values in itertools.product(*matrix.values()):
            combination = dict(zip(matrix, values, strict=True))
            name = f"{job.id} ({', '.join(map(_short, values))})" if values else job.id
            if not self._only or {job.id, name} & self._only:
                yield self._one(job, name, combination)

    def _one(self, job: Job, name: str, matrix: Mapping[str, Any]) -> JobRun:
        scope = self._scope(job, matrix)
        environment = interpolate(job.environment, scope)
        self._machine.say(f"{self._workflow.name}: {name}")
        if environment and not self._approved(environment):
            self._machine.say(f"  nobody approved a deployment to {environment}")
            return JobRun(job.id, name, "failure")
        subject = f"repo:{self._github['repository']}:" + (
            f"environment:{environment}" if environment else _subject(self._event)
        )
        return JobRunner(self._machine, job, name, scope, subject, self._workflow.env).run()

    def _scope(self, job: Job, matrix: Mapping[str, Any]) -> Scope:
        needs = {name: self._needs.get(name, {"result": "skipped", "outputs": {}}) for name in job.needs}
        results = [each["result"] for each in needs.values()]
        token = ",".join(f"{name}={right}" for name, right in job.permissions.items())
        contexts = {
            "github": {**self._github, "token": token},
            "inputs": self._event.inputs,
            "needs": needs,
            "matrix": matrix,
        }
        functions: Mapping[str, Callable[[], bool]] = {
            "success": lambda: all(result == "success" for result in results),
            "failure": lambda: "failure" in results,
            "always": lambda: True,
            "cancelled": lambda: False,
        }
        return Scope(contexts, functions)


def _in_order(workflow: Workflow) -> Iterator[Job]:
    """Jobs after those that they need."""
    left = dict(workflow.jobs)
    while left:
        ready = [job for job in left.values() if not set(job.needs) & set(left)]
        assert ready, f"jobs need each other: {', '.join(left)}"
        for job in ready:
            yield left.pop(job.id)


def _subject(event: Event) -> str:
    return "pull_request" if event.name == "pull_request" else f"ref:{event.ref}"


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(value[key]) for key in ("model", "environment") if key in value)
    return value if isinstance(value, str) else json.dumps(value)
