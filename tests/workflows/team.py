"""A team at work: what its persons do, and what its workflows do then, all on one embedded AWS."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.workflows import promoted_project
from tests.workflows.actions import Accounts
from tests.workflows.promoted_project import ACCOUNT, MODEL, REGION
from tests.workflows.repository import Merge, Repository
from tests.workflows.runner import Event, Run, Runner


class Team:
    """Persons and workflows of a repository.

    Args:
        folder: for the repository and the runs.
        variables: the environment of every step, without credentials.
        accounts: hand out credentials to workflows.
        say: is told of each job and step.
    """

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str],
        accounts: Accounts,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder, self.repository = folder, Repository(folder)
        self.approvals = {"dev", "staging", "prod"}
        self._runner = Runner(
            self.repository, folder, variables, accounts, approved=self.approvals.__contains__, say=say
        )

    def begin(self) -> None:
        """Somebody sets the repository up."""
        self.repository.create(promoted_project.configure)

    def prepare(self, administrator: Mapping[str, str]) -> None:
        """An administrator prepares the account, once: the CDK, and the roles of the workflows.

        Args:
            administrator: the environment of their shell, with credentials.
        """
        clone = self.folder / "administrator"
        self.repository.clone(clone)
        beside = self.folder / "beside"
        beside.mkdir()
        # Beside a cdk.json the CDK would synthesize the app first.
        _run(["cdk", "bootstrap", f"aws://{ACCOUNT}/{REGION}", "--no-notices"], beside, administrator)
        deploy = ["cdk", "deploy", "--app", "python delivery.py", "--require-approval", "never", "--no-notices"]
        _run(deploy, clone, administrator)

    def push(self, change: Callable[[dict[str, Any]], None], message: str) -> Merge:
        """Somebody changes `cdk.json` on `main`."""
        return self.repository.change(lambda clone: promoted_project.edit(clone, change), message)

    def train(self) -> Run:
        """What a push of another configuration starts."""
        return self._runner.run("train.yml", Event("push"))

    def branch(self, environment: str) -> str:
        """The branch on which a model is proposed for an environment."""
        return f"promote/{environment}-{MODEL}"

    def approve(self, environment: str, who: str = "alice") -> None:
        """Somebody writes on the branch that they approve, which is what the pull request asks for."""

        def change(clone: Path) -> None:
            path = clone / "environments" / f"{environment}.{MODEL}.json"
            pin = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps({**pin, "approved_by": who}, indent=2) + "\n", encoding="utf-8")

        self.repository.change(change, f"Approve {MODEL} for {environment}", self.branch(environment))

    def merge(self, environment: str) -> Run:
        """Somebody merges the pull request of a promotion, and the workflow begins."""
        merge = self.repository.merge(self.branch(environment))
        return self.promote(merge)

    def promote(self, merge: Merge) -> Run:
        """What the push of a pin starts."""
        return self._runner.run("promote.yml", Event("push", {"before": merge.before}, commit=merge.after))

    def dispatch(self, environment: str) -> Run:
        """Somebody starts the promotion by hand."""
        inputs = {"environment": environment, "model": MODEL}
        return self._runner.run("promote.yml", Event("workflow_dispatch", inputs=inputs))

    def roll_back(self, environment: str) -> Run:
        """Somebody starts the rollback by hand."""
        inputs = {"environment": environment, "model": MODEL}
        return self._runner.run("rollback.yml", Event("workflow_dispatch", inputs=inputs))

    def look(self, environment: str) -> Run:
        """What runs at night, for one environment."""
        return self._runner.run("drift.yml", Event("schedule"), only=("targets", f"look ({environment})"))

    def review(self, branch: str, environment: str, number: int = 1) -> Run:
        """What a pull request starts, as far as it needs AWS, for one environment."""
        head = {"repo": {"full_name": self.repository.name}, "sha": self.repository.head(branch)}
        payload = {"pull_request": {"number": number, "head": head}}
        event = Event("pull_request", payload, ref=f"refs/pull/{number}/merge", commit=self.repository.head(branch))
        return self._runner.run("ci.yml", event, only=("targets", f"plan ({environment})", "comment"))


def _run(command: list[str], folder: Path, variables: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}"
