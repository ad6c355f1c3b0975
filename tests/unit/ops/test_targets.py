"""`ops targets`: what a CI learns from cdk.json and git before it has any credentials."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ops import project, targets
from ops.__main__ import main

ACCOUNT = "111122223333"
PROMOTED = {"promotion": {"source": "dev"}}


def environment(models: dict[str, Any], account: str = ACCOUNT) -> dict[str, Any]:
    """An environment of a real account."""
    return {"account": account, "region": "us-east-1", "removal_policy": "destroy", "models": models}


@pytest.fixture(autouse=True)
def cdk_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of five environments, one of which has no account yet."""
    environments = {
        "local": environment({"faq": {}}, "000000000000"),
        "dev": environment({"faq": {}, "tools": {}}),
        "trial": environment({"faq": PROMOTED}, "<account>"),
        "staging": environment({"faq": PROMOTED}),
        "prod": environment({"faq": PROMOTED, "tools": PROMOTED}),
    }
    file = tmp_path / "cdk.json"
    file.write_text(json.dumps({"context": {"project": "finetuning", "environments": environments}}))
    monkeypatch.setattr(project, "FILE", file)
    monkeypatch.setattr(project.load, "__defaults__", (file,))
    return file


def outputs(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """What a step of a CI would get."""
    assert main(["targets", *arguments, "--outputs"]) == 0
    return dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())


def test_environments_with_an_account_are_targets(capsys: pytest.CaptureFixture[str]) -> None:
    """`local` is nobody's, and one without an account cannot be deployed."""
    found = json.loads(outputs(capsys)["targets"])
    assert [target["environment"] for target in found] == ["dev", "staging", "prod"]
    assert found[0] == {
        "environment": "dev",
        "account": ACCOUNT,
        "region": "us-east-1",
        "role": f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-dev-ci",
        "plan_role": f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-plan",
        "models": ["faq", "tools"],
    }


def test_one_environment_is_told_value_by_value(capsys: pytest.CaptureFixture[str]) -> None:
    found = outputs(capsys, "--env", "dev")
    assert (found["region"], json.loads(found["models"])) == ("us-east-1", ["faq", "tools"])


@pytest.mark.parametrize(
    ("env", "model", "following"),
    [("dev", "faq", "staging"), ("staging", "faq", "prod"), ("dev", "tools", "prod"), ("prod", "faq", "")],
)
def test_next_is_the_next_one_that_takes_the_model_by_promotion(
    capsys: pytest.CaptureFixture[str], env: str, model: str, following: str
) -> None:
    """One without an account is passed over."""
    found = outputs(capsys, "--env", env, "--model", model)
    assert (found["next"], json.loads(found["models"])) == (following, [model])
    assert json.loads(found["pins"]) == [{"environment": env, "model": model}]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--env", "production"], "unknown environment 'production'"),
        (["--env", "dev", "--model", "fax"], "unknown model 'fax'"),
        (["--env", "trial"], "has no account or region yet"),
        (["--model", "faq"], "--env"),
        (["--pinned-since", "x", "--env", "dev"], "leave out --env"),
    ],
)
def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str], arguments: list[str], why: str) -> None:
    """A CI passes on what a person typed into a form."""
    assert main(["targets", *arguments]) == 2
    assert why in capsys.readouterr().err


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular."""
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_pins_that_changed_are_found(tmp_path: Path) -> None:
    """Those of known models that were added or changed, or whose manifest was; what is gone brings nothing anywhere."""
    folder = tmp_path / "clone"
    pins = folder / targets.PINS
    (pins / "manifests").mkdir(parents=True)
    git(folder, "init", "--quiet")
    for name in ("staging.faq", "prod.tools"):
        (pins / f"{name}.json").write_text("{}")
    (pins / "dev.tools.json").write_text('{"manifest": "4567"}')
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    (pins / "staging.faq.json").write_text("{} ")
    (pins / "prod.tools.json").unlink()
    for name in ("prod.faq.json", "prod.unknown.json", "manifests/0123.json", "manifests/4567.json"):
        (pins / name).write_text("{}")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "two")
    found = targets.pinned_since(project.load(), "HEAD~1", folder)
    assert [(pin.environment, pin.model) for pin in found] == [
        ("dev", "tools"),
        ("staging", "faq"),
        ("prod", "faq"),
    ]


def test_unknown_commit_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """The first push of a branch comes after forty zeros; and a shallow clone knows one commit only."""
    assert main(["targets", "--pinned-since", "0" * 40]) == 1
    assert "fetch-depth: 0" in capsys.readouterr().err


def test_people_get_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "--env", "staging", "--model", "faq"]) == 0
    assert "  next     prod\n" in capsys.readouterr().out
