"""Runs the steps of one job, each with the files and variables that GitHub gives it."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.workflows.actions import Accounts, ActionFailedError, Place, carry_out
from tests.workflows.expressions import Scope, as_text, condition, interpolate
from tests.workflows.repository import Repository
from tests.workflows.workflow import Job, Step

#: How GitHub starts a step whose shell is `bash`. Source: GitHub Docs, "Workflow syntax", `steps[*].shell`.
_SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
_STEP_SECONDS = 600.0
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][\w-]*)=(?P<value>.*)")


@dataclass(frozen=True)
class StepRun:
    """What one step came to: "success", "failure" or "skipped"."""

    name: str
    result: str
    log: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class JobRun:
    """What one job came to."""

    id: str
    name: str
    result: str
    steps: tuple[StepRun, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""

    def step(self, name: str) -> StepRun:
        """The one step of that name."""
        (found,) = (step for step in self.steps if step.name == name)
        return found


@dataclass(frozen=True)
class Machine:
    """What all jobs of a run share."""

    repository: Repository
    folder: Path
    artifacts: Path
    variables: Mapping[str, str]
    accounts: Accounts
    say: Callable[[str], None]


class JobRunner:
    """One job in a workspace of its own."""

    def __init__(
        self, machine: Machine, job: Job, name: str, scope: Scope, subject: str, env: Mapping[str, Any]
    ) -> None:
        self._machine, self._job, self._name, self._scope = machine, job, name, scope
        self._folder = machine.folder / re.sub(r"\W+", "-", name)
        self._workspace = self._folder / "workspace"
        self._folder.mkdir()
        self._workspace.mkdir()
        github = scope.contexts["github"]
        self._place = Place(
            machine.repository, self._workspace, github["sha"], subject, job.permissions, machine.artifacts,
            machine.accounts,
        )  # fmt: skip
        written = {**interpolate(dict(env), scope), **interpolate(dict(job.env), scope)}
        self._env: dict[str, str] = {name: as_text(value) for name, value in written.items()}
        self._path: list[str] = [str(machine.repository.binaries)]
        self._steps: dict[str, dict[str, Any]] = {}
        self._failed = False

    def run(self) -> JobRun:
        """Run all steps; after one that failed, those whose condition says so."""
        done = tuple(self._run(number, step) for number, step in enumerate(self._job.steps, 1))
        summary = self._folder / "summary.md"
        return JobRun(
            id=self._job.id,
            name=self._name,
            result="failure" if self._failed else "success",
            steps=done,
            outputs={name: as_text(value) for name, value in interpolate(dict(self._job.outputs), self._now()).items()},
            summary=summary.read_text(encoding="utf-8") if summary.exists() else "",
        )

    def _run(self, number: int, step: Step) -> StepRun:
        scope = self._now()
        if not condition(step.condition, scope):
            return StepRun(step.name, "skipped")
        begun = time.monotonic()
        outputs = self._folder / f"outputs-{number}"
        outputs.touch()
        succeeded, log = self._action(step, scope) if step.uses else self._command(step, scope, outputs)
        seconds = time.monotonic() - begun
        self._failed = self._failed or not succeeded
        result = "success" if succeeded else "failure"
        self._steps |= {step.id: {"outputs": dict(_assignments(outputs)), "outcome": result}} if step.id else {}
        self._machine.say(f"  {'✔' if succeeded else '✘'} {seconds:5.1f} s  {step.name}")
        return StepRun(step.name, result, log, seconds)

    def _action(self, step: Step, scope: Scope) -> tuple[bool, str]:
        try:
            set_by_it = carry_out(step.uses, self._place, interpolate(dict(step.given), scope))
        except ActionFailedError as error:
            return False, str(error)
        self._env |= set_by_it
        return True, ""

    def _command(self, step: Step, scope: Scope, outputs: Path) -> tuple[bool, str]:
        files = {name: self._folder / name for name in ("path", "env", "summary.md", "step.sh")}
        files["step.sh"].write_text(step.run, encoding="utf-8")
        own = {name: as_text(value) for name, value in interpolate(dict(step.env), scope).items()}
        done = subprocess.run(
            [*_SHELL, str(files["step.sh"])],
            cwd=self._workspace,
            env=self._variables(files, outputs) | own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_STEP_SECONDS,
            check=False,
        )
        self._path = [*reversed(_lines(files["path"])), *self._path]
        self._env |= dict(_assignments(files["env"]))
        for name in ("path", "env"):
            files[name].unlink(missing_ok=True)
        return done.returncode == 0, done.stdout

    def _variables(self, files: Mapping[str, Path], outputs: Path) -> dict[str, str]:
        github = self._scope.contexts["github"]
        given = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_SHA": github["sha"],
            "GITHUB_RUN_ID": github["run_id"],
            "GITHUB_WORKSPACE": str(self._workspace),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_PATH": str(files["path"]),
            "GITHUB_ENV": str(files["env"]),
            "GITHUB_STEP_SUMMARY": str(files["summary.md"]),
            "GITHUB_STATE": str(self._machine.repository.state),
            "GITHUB_ARTIFACTS": str(self._machine.artifacts),
        }
        path = ":".join([*self._path, self._machine.variables["PATH"]])
        return {**self._machine.variables, **given, **self._env, "PATH": path}

    def _now(self) -> Scope:
        functions = {**self._scope.functions, "success": lambda: not self._failed, "failure": lambda: self._failed}
        contexts = {**self._scope.contexts, "env": self._env, "steps": self._steps}
        return replace(self._scope, contexts=contexts, functions=functions)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _assignments(path: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(path):
        match = _ASSIGNMENT.fullmatch(line)
        assert match, f"not a line `name=value`: {line!r}"
        yield match["name"], match["value"]
