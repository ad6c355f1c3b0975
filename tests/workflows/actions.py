"""What stands in for the actions that the workflows use; another one is refused."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.workflows.repository import Repository
from tests.workflows.workflow import WorkflowError


class ActionFailedError(Exception):
    """The step failed; the message says why."""


class Accounts(Protocol):
    """Hands out credentials, as AWS does for a token of GitHub's."""

    def assume(self, role: str, subject: str, region: str) -> Mapping[str, str]:
        """Return the environment variables of a session of the role.

        Args:
            role: ARN of the role.
            subject: of the token: for whom it was issued.
            region: of the session.

        Raises:
            ActionFailedError: the role does not trust that subject.
        """


@dataclass(frozen=True)
class Place:
    """Where a step is carried out.

    Attributes:
        workspace: folder of the job.
        commit: that the run is about.
        subject: for whom GitHub would issue a token.
        permissions: of the job.
        artifacts: folder of what the run keeps.
    """

    repository: Repository
    workspace: Path
    commit: str
    subject: str
    permissions: Mapping[str, str]
    artifacts: Path
    accounts: Accounts


Action = Callable[[Place, Mapping[str, Any]], Mapping[str, str]]


def carry_out(uses: str, place: Place, given: Mapping[str, Any]) -> Mapping[str, str]:
    """Carry out a step that uses an action, and return the environment variables that it sets for the steps after it.

    Raises:
        ActionFailedError: it failed.
        WorkflowError: there is no stand-in for it, or for one of its inputs.
    """
    name = uses.partition("@")[0]
    if name not in _ACTIONS:
        raise WorkflowError(f"{name} has no stand-in; write one into {Path(__file__).name}, or use a command instead")
    inputs, action = _ACTIONS[name]
    if unknown := sorted(set(given) - inputs):
        raise WorkflowError(f"{name}: {', '.join(unknown)} not known to its stand-in")
    return action(place, given)


def _check_out(place: Place, given: Mapping[str, Any]) -> Mapping[str, str]:
    if given.get("persist-credentials") is not False:
        raise ActionFailedError("persist-credentials must be false: every later step could use the token")
    if "contents" not in place.permissions:
        raise ActionFailedError("the job has no contents: read")
    place.repository.clone(place.workspace, place.commit)
    return {}


def _nothing(place: Place, given: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


def _upload(place: Place, given: Mapping[str, Any]) -> Mapping[str, str]:
    found = sorted(place.workspace.glob(str(given["path"]).rstrip("/")))
    target = place.artifacts / str(given["name"])
    if not found:
        raise ActionFailedError(f"{given['path']}: no files were found")
    target.mkdir(parents=True)
    for path in found:
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copy(path, target)
    return {}


def _credentials(place: Place, given: Mapping[str, Any]) -> Mapping[str, str]:
    if place.permissions.get("id-token") != "write":
        raise ActionFailedError("the job has no id-token: write, so GitHub gives it no token")
    return place.accounts.assume(str(given["role-to-assume"]), place.subject, str(given["aws-region"]))


_ACTIONS: Mapping[str, tuple[frozenset[str], Action]] = {
    "actions/checkout": (frozenset({"persist-credentials", "fetch-depth"}), _check_out),
    "actions/setup-python": (frozenset({"python-version"}), _nothing),
    "actions/upload-artifact": (frozenset({"name", "path"}), _upload),
    "aws-actions/configure-aws-credentials": (
        frozenset({"role-to-assume", "aws-region", "role-duration-seconds"}),
        _credentials,
    ),
}
