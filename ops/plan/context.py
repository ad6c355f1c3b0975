"""The context that the CDK CLI would hand to the app: `cdk.json`, and what is passed with ``-c``."""

import os
from collections.abc import Sequence
from typing import Any

from ops import project
from ops.errors import UsageError


def context(environment: str | None, model: str | None, changes: Sequence[str]) -> dict[str, Any]:
    """Return the context of a run of ``cdk deploy --all -c env=… -c model=… -c key=value``.

    Raises:
        UsageError: `cdk.json` has no context, a change is no ``key=value``, or the environment or the model is unknown.
    """
    found = project.read(project.FILE).get("context")
    if not isinstance(found, dict):
        raise UsageError(f"{project.FILE} has no context; restore the file from git")
    given = {"env": environment, "model": model}
    chosen = {key: value for key, value in given.items() if value is not None}
    composed = {**found, **dict(map(_change, changes)), **chosen}
    if "env" in chosen or "env" not in composed:
        known = project.named(project.load(project.FILE), environment, os.environ.get("AWS_ENDPOINT_URL"))
        if model is not None:
            project.choose_model(known, model)
    return composed


def _change(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(
            f"-c {text}: must be key=value, as for cdk deploy, such as -c training.hyperparameters.epochCount=3"
        )
    return key, value
