"""Workflow files as data. A key that is not known here is refused: what is not understood must not look tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.expressions import ExpressionError

_WORKFLOW = {"name", "run-name", "on", "permissions", "concurrency", "defaults", "env", "jobs"}
_JOB = {
    "name", "needs", "if", "runs-on", "timeout-minutes", "environment", "concurrency", "permissions", "outputs",
    "strategy", "env", "steps",
}  # fmt: skip
_STEP = {"name", "id", "if", "uses", "with", "run", "env"}
_STRATEGY = {"fail-fast", "max-parallel", "matrix"}


class WorkflowError(ExpressionError):
    """A workflow uses something that the runner does not know."""


@dataclass(frozen=True)
class Step:
    """One step: either `run` or `uses` is set."""

    name: str
    id: str
    condition: str
    uses: str
    given: Mapping[str, Any]
    run: str
    env: Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """One job; expressions are as they were written."""

    id: str
    needs: tuple[str, ...]
    condition: str
    environment: str
    permissions: Mapping[str, str]
    outputs: Mapping[str, str]
    matrix: Mapping[str, Any]
    env: Mapping[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Workflow:
    """One workflow file."""

    name: str
    triggers: Mapping[str, Any]
    env: Mapping[str, Any]
    jobs: Mapping[str, Job] = field(default_factory=dict)


def load(path: Path) -> Workflow:
    """Read a workflow.

    Raises:
        WorkflowError: it uses something that is not known here.
    """
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    # YAML 1.1, which PyYAML reads, takes the word `on` for true.
    document = {("on" if key is True else key): value for key, value in document.items()}
    _require(document, _WORKFLOW, path.name)
    if document.get("defaults") != {"run": {"shell": "bash"}}:
        raise WorkflowError(f"{path.name}: defaults must set the shell to bash, and nothing else")
    jobs = {name: _job(name, raw) for name, raw in document["jobs"].items()}
    if not isinstance(document["on"], dict):
        raise WorkflowError(f"{path.name}: `on` must be a mapping")
    return Workflow(str(document["name"]), document["on"], document.get("env", {}), jobs)


def _job(name: str, raw: Mapping[str, Any]) -> Job:
    _require(raw, _JOB, name)
    strategy = raw.get("strategy", {})
    _require(strategy, _STRATEGY, f"{name}.strategy")
    needs = raw.get("needs", [])
    return Job(
        id=name,
        needs=(needs,) if isinstance(needs, str) else tuple(needs),
        condition=str(raw.get("if", "success()")),
        environment=str(raw.get("environment", "")),
        permissions=raw.get("permissions", {}),
        outputs=raw.get("outputs", {}),
        matrix=strategy.get("matrix", {}),
        env=raw.get("env", {}),
        steps=tuple(_step(name, step) for step in raw["steps"]),
    )


def _step(job: str, raw: Mapping[str, Any]) -> Step:
    name = str(raw.get("name", ""))
    _require(raw, _STEP, f"{job}: {name}")
    if ("run" in raw) == ("uses" in raw):
        raise WorkflowError(f"{job}: {name}: a step has either `run` or `uses`")
    return Step(
        name=name,
        id=str(raw.get("id", "")),
        condition=str(raw.get("if", "success()")),
        uses=str(raw.get("uses", "")),
        given=raw.get("with", {}),
        run=str(raw.get("run", "")),
        env=raw.get("env", {}),
    )


def _require(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(raw) - known):
        raise WorkflowError(f"{where}: {', '.join(unknown)} not known to the runner; teach it, or leave it out")
