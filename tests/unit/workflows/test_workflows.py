"""The workflows as they are written: linted, pinned, least in rights, and of commands that exist."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from ops.__main__ import app
from tests.workflows.workflow import Job, Step, Workflow, load

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {path.stem: load(path) for path in FILES}
JOBS = [(name, job) for name, workflow in WORKFLOWS.items() for job in workflow.jobs.values()]
STEPS = [(name, job, step) for name, job in JOBS for step in job.steps]
BINARIES = Path(sys.executable).parent
#: Where each action's commits and tags are: github.com/<action>. The comment is the tag of the commit.
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def test_there_are_those_that_the_documentation_names() -> None:
    assert sorted(WORKFLOWS) == ["ci", "drift", "promote", "rollback", "train"]


def test_zizmor_finds_nothing() -> None:
    """The security linter of workflows, at its strictest, without the network."""
    command = [str(BINARIES / "zizmor"), "--offline", "--no-progress", "--persona", "pedantic", str(ROOT / ".github")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", FILES), ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"])],
    ids=["workflows", "dependabot"],
)
def test_files_fit_their_schema(schema: str, files: list[Path]) -> None:
    """The schemas of schemastore.org, as check-jsonschema ships them."""
    command = [str(BINARIES / "check-jsonschema"), "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_say_their_version(path: Path) -> None:
    used = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_an_action_has_one_version() -> None:
    """Everywhere the same."""
    used = {step.uses for _, _, step in STEPS if step.uses}
    assert len(used) == len({action.partition("@")[0] for action in used})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_permitted_but_what_a_job_asks_for(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document["permissions"] == {}
    assert [name for name, job in document["jobs"].items() if "permissions" not in job] == []
    assert [name for name, job in document["jobs"].items() if "timeout-minutes" not in job] == []


def test_scripts_hold_no_expressions() -> None:
    """What comes from outside reaches a shell as a variable, never as part of its text."""
    assert [(name, step.name) for name, _, step in STEPS if "${{" in step.run] == []


def test_reviewed_deployments_wait_for_each_other_and_none_is_dropped() -> None:
    """GitHub keeps one that waits, and cancels it for the next, unless it is told to queue them."""
    promote = yaml.safe_load((ROOT / ".github" / "workflows" / "promote.yml").read_text(encoding="utf-8"))
    train = yaml.safe_load((ROOT / ".github" / "workflows" / "train.yml").read_text(encoding="utf-8"))
    groups = [job["concurrency"] for job in promote["jobs"].values()] + [train["concurrency"]]
    deploying = [group for group in groups if group["group"].startswith("deploy-")]
    assert len(deploying) == 2
    assert all(group["queue"] == "max" and group["cancel-in-progress"] is False for group in deploying)


def rights(job: Job, kind: str) -> bool:
    """Whether a job may write something."""
    return job.permissions.get(kind) == "write"


def test_pull_requests_run_nothing_with_rights_to_write() -> None:
    """Their code is not reviewed yet: it gets a role that only looks; the comment is written where none of it runs."""
    for job in WORKFLOWS["ci"].jobs.values():
        writes = {name for name, right in job.permissions.items() if right == "write"}
        is_checked_out = any(step.uses.startswith("actions/checkout") for step in job.steps)
        assert writes <= ({"id-token"} if is_checked_out else {"pull-requests"})
        assert job.environment == ""


def test_forks_get_no_role() -> None:
    condition = WORKFLOWS["ci"].jobs["targets"].condition
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition
    assert WORKFLOWS["ci"].jobs["plan"].needs == ("targets",)


def test_who_deploys_is_in_the_environment_that_it_deploys() -> None:
    """The role trusts that environment alone, and GitHub asks its reviewers first."""
    deploys = [
        (name, job) for name, job in JOBS if any("cdk deploy" in s.run or "ops rollback" in s.run for s in job.steps)
    ]
    assert [(name, job.environment) for name, job in deploys] == [
        ("promote", "${{ matrix.pin.environment }}"),
        ("rollback", "${{ inputs.environment }}"),
        ("train", "dev"),
    ]


def test_deployments_to_an_environment_wait_for_each_other() -> None:
    """And none is ended half way; a rollback waits for no promotion."""
    groups: dict[str, list[str]] = {}
    for path in FILES:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for scope in (document, *document["jobs"].values()):
            if "concurrency" in scope and path.stem != "ci":
                assert scope["concurrency"]["cancel-in-progress"] is False
                groups.setdefault(path.stem, []).append(scope["concurrency"]["group"])
    assert groups["train"] == ["deploy-dev"]
    assert groups["promote"][-1] == "deploy-${{ matrix.pin.environment }}"
    assert groups["rollback"] == ["rollback-${{ inputs.environment }}"]


def commands(tool: str) -> Iterator[tuple[str, str]]:
    """The workflow and the words of each command of a tool."""
    for name, _, step in STEPS:
        for match in re.finditer(rf"(?:^|[|;&{{(])\s*{tool} ([^|>&;\n}}]*)", step.run, re.MULTILINE):
            yield name, match[1].strip()


@pytest.mark.parametrize(("workflow", "words"), sorted(set(commands("python -m ops"))))
def test_commands_of_ops_exist_with_their_options(workflow: str, words: str) -> None:
    found: Any = typer.main.get_command(app)
    rest = shlex.split(words)
    while rest and hasattr(found, "commands"):
        if rest[0] not in found.commands and hasattr(found, "default"):
            found = found.commands[found.default]
            break
        assert rest[0] in found.commands, f"there is no command {rest[0]!r}"
        found, rest = found.commands[rest[0]], rest[1:]
    known = {name for parameter in found.params for name in parameter.opts}
    assert [word for word in rest if word.startswith("-") and word not in known] == []


def test_targets_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {words.split()[0] for _, words in commands("make") if not words.startswith(('"', "-p"))}
    tasks = set(WORKFLOWS["ci"].jobs["verify"].matrix["task"])
    assert [target for target in named | tasks if f"\n{target}: " not in makefile] == []


def test_commands_of_cdk_are_those_that_are_tested() -> None:
    """Its command and options; `tests/integration` runs the same."""
    known = {"--all", "--fail", "-c", "--method", "--no-notices", "--no-color", "--require-approval"}
    for _, words in commands("cdk"):
        command, *rest = shlex.split(words.partition(" 2")[0])
        assert command in {"deploy", "diff"}
        assert [word for word in rest if word.startswith("-") and word not in known] == []


def test_scripts_of_ci_exist_and_are_executable() -> None:
    named = {match for _, _, step in STEPS for match in re.findall(r"\.ci/[\w-]+", step.run)}
    assert named
    assert [script for script in named if not (ROOT / script).stat().st_mode & 0o111] == []


def step(workflow: Workflow, name: str) -> Step:
    """The step of that name."""
    (found,) = (step for job in workflow.jobs.values() for step in job.steps if step.name == name)
    return found


def test_answers_are_not_logged() -> None:
    """A log is no place for completions."""
    for name in ("promote", "rollback"):
        assert step(WORKFLOWS[name], "Ask it once").run.endswith("> /dev/null\n") or step(
            WORKFLOWS[name], "Ask it once"
        ).run.endswith("> /dev/null")


def test_a_verdict_is_waited_for_no_longer_than_a_job_may_take() -> None:
    """Six hours on GitHub's runners; the session of the role lasts as long."""
    for name, job in JOBS:
        minutes = [float(m) for s in job.steps for m in re.findall(r"--minutes (\d+)", s.run)]
        assert sum(minutes) <= 350, f"{name}: {job.id}"


def test_dispatches_say_what_they_want() -> None:
    """Whoever starts one by hand is asked for the environment and the model."""
    for name in ("promote", "rollback"):
        inputs = WORKFLOWS[name].triggers["workflow_dispatch"]["inputs"]
        assert {key: value["required"] for key, value in inputs.items()} == {"environment": True, "model": True}
