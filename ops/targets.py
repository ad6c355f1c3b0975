"""What a CI has to know before it may do anything: which environments there are, in which account, with which role."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configuration import choice, delivery
from ops.errors import OperatorError
from ops.project import ROOT, Environment, Project

#: Where the pins are, one file for each environment and model (see docs/promotion.md).
PINS = "environments"


class HistoryError(OperatorError):
    """Git cannot say what changed."""


@dataclass(frozen=True)
class Target:
    """One environment of a real account.

    Attributes:
        role: ARN of the role that deploys it; a workflow gets it only inside the GitHub environment of that name.
        plan_role: ARN of the role that may only look; pull requests and the nightly look get it.
    """

    environment: str
    account: str
    region: str
    role: str
    plan_role: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class PinnedModel:
    """A model of an environment whose manifest a file pins."""

    environment: str
    model: str


def target_of(project: Project, environment: Environment) -> Target:
    """Return the target that an environment is."""
    return Target(
        environment.name,
        environment.account,
        environment.region,
        delivery.ci_role_arn(project.name, environment.name, environment.account),
        delivery.plan_role_arn(project.name, environment.account),
        tuple(environment.models),
    )


def targets(project: Project) -> list[Target]:
    """Return every environment that has an account, in the order of `cdk.json`; `local` is nobody's target."""
    known = project.environments.values()
    return [target_of(project, each) for each in known if each.name != choice.LOCAL and not each.is_placeholder]


def following(project: Project, environment: str, model: str) -> str:
    """Return the environment to which a model goes next, or "".

    It is the next one in `cdk.json` that has an account and takes the model by promotion.
    """
    names = list(project.environments)
    later = (project.environments[name] for name in names[names.index(environment) + 1 :])
    return next((e.name for e in later if not e.is_placeholder and _is_promoted(e.models.get(model))), "")


def pinned_since(project: Project, commit: str, folder: Path = ROOT) -> list[PinnedModel]:
    """Return the models whose pin, or the manifest that it names, changed after a commit, in the order of `cdk.json`.

    Raises:
        HistoryError: git does not know the commit, or is not there.
    """
    changed = set(_changed(commit, folder))
    return [pin for pin in _possible(project) if changed & {*_files(pin, folder)}]


def outputs(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield each value as a line `name=value`, as the outputs of a step are written; what is no text, as JSON."""
    for name, value in values.items():
        yield f"{name}={value if isinstance(value, str) else json.dumps(value)}"


def _possible(project: Project) -> Iterator[PinnedModel]:
    for environment in project.environments.values():
        yield from (PinnedModel(environment.name, model) for model in environment.models)


def _files(pinned: PinnedModel, folder: Path) -> Iterator[str]:
    pin = f"{PINS}/{pinned.environment}.{pinned.model}.json"
    yield pin
    try:
        document = json.loads((folder / pin).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # what is wrong with a pin is told by whoever reads it for the deployment
    if isinstance(document, dict):
        yield f"{PINS}/manifests/{document.get('manifest')}.json"


def _is_promoted(raw: object) -> bool:
    return isinstance(raw, Mapping) and isinstance(raw.get("promotion"), Mapping)


def _changed(commit: str, folder: Path) -> Sequence[str]:
    # A pin that is gone brings nothing anywhere, so deletions do not count.
    command = [
        "git",
        "diff",
        "--name-only",
        "--diff-filter=d",
        "--relative",
        "--end-of-options",
        commit,
        "HEAD",
        "--",
        PINS,
    ]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip()
        fix = "fetch the whole history (fetch-depth: 0), or name the environment and the model yourself"
        raise HistoryError(f"git cannot tell what changed since {commit!r}: {said}; {fix}") from error
    return done.stdout.splitlines()
