"""The command on an environment of fakes in which the base configuration serves."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ops import project
from ops.__main__ import main
from tests.unit.ops.plan.edits import Changes, base, edited
from tests.unit.ops.plan.rehearsed import Rehearsed

Plan = Callable[..., int]


@pytest.fixture
def world() -> Rehearsed:
    """An environment in which the base was deployed and serves."""
    world = Rehearsed()
    world.deploy_from(base())
    return world


@pytest.fixture
def objections() -> dict[str, tuple[str, ...]]:
    """What the account has against a deployment; tests add to it."""
    return {}


@pytest.fixture
def plan(
    world: Rehearsed, objections: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Plan:
    """Write changes of the base to a `cdk.json`, run the command in production, and return its exit code."""

    def run(changes: Changes, *arguments: str) -> int:
        file = tmp_path / "cdk.json"
        context = edited(base(), changes)
        del context["env"]
        file.write_text(json.dumps({"context": context}), encoding="utf-8")
        monkeypatch.setattr(project, "FILE", file)
        monkeypatch.setattr("ops.commands.plan.session_of", lambda selection: None)
        monkeypatch.setattr("ops.commands.plan.site_of", lambda session, now: world)
        monkeypatch.setattr("ops.commands.plan.objections", lambda session, selection, now: objections)
        return main(["plan", "--env", "prod", *arguments])

    return run


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was printed since, as it was, without trailing blanks and the driver's log."""

    def read() -> str:
        lines = (line.rstrip() for line in capsys.readouterr().out.splitlines())
        return "\n".join(line for line in lines if not line.startswith('{"level"'))

    return read


@pytest.fixture
def read(said: Callable[[], str]) -> Callable[[], str]:
    """What was printed since, with one blank between words."""
    return lambda: " ".join(said().split())
