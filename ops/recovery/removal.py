"""Deletes orphans that an operator named: endpoints first, then jobs, then models; a hold is taken off."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from finetuning import names
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import Orphan
from finetuning.lifecycle.tagging import holds
from ops.errors import OperatorError, UsageError


class StillNeededError(OperatorError):
    """A custom model that something serves or holds."""


class Jobs(Protocol):
    """Stops jobs and deletes custom models."""

    def stop(self, job_name: str) -> None:
        """Ask a running job to stop."""

    def delete_model(self, model_arn: str) -> None:
        """Delete a custom model."""

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a custom model."""


class Endpoints(Protocol):
    """Deletes endpoints of one kind."""

    def delete(self, arn: str) -> None:
        """Delete it."""

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of the endpoints that serve a custom model."""


class Holds(Protocol):
    """Takes holds off."""

    def release(self, model_arn: str, environment: str, value: str) -> bool:
        """Take our hold off a model."""


_ORDER = {"provisioned": 0, "on_demand": 0, "job": 1, "model": 2, "hold": 2}


def choose(found: Sequence[Orphan], owned: Sequence[str], arns: Sequence[str]) -> list[Orphan]:
    """Return the orphans of these ARNs.

    Args:
        found: all orphans.
        owned: ARNs of everything with the environment's owner tags.
        arns: what is to be removed.

    Raises:
        UsageError: one of them is no orphan; says why, for each.
    """
    known = {orphan.thing.arn: orphan for orphan in found}
    problems = [
        f"--remove: {arn} is claimed by a record, or younger than an hour: see python -m ops status"
        if arn in owned
        else f"--remove: {arn} does not carry this environment's owner tags, or is not there"
        for arn in arns
        if arn not in known
    ]
    if problems:
        raise UsageError("\n".join(problems))
    return [known[arn] for arn in dict.fromkeys(arns)]


class Removal:
    """Removes orphans; a custom model that something serves or holds is refused."""

    def __init__(self, jobs: Jobs, endpoints: Mapping[str, Endpoints], holds: Holds) -> None:
        self._jobs, self._endpoints, self._holds = jobs, endpoints, holds

    def remove(self, orphans: Sequence[Orphan]) -> list[str]:
        """Delete them and return their ARNs; a running job is stopped.

        Raises:
            StillNeededError: a custom model is served or held.
        """
        removed = []
        for orphan in sorted(orphans, key=lambda o: _ORDER.get(o.thing.kind, 0)):
            thing = orphan.thing
            if thing.kind == "job":
                self._jobs.stop(thing.name)
            elif thing.kind == "model":
                if holders := self._holders(thing.arn):
                    raise StillNeededError(f"{thing.arn} is needed by {', '.join(holders)}; remove that first")
                self._jobs.delete_model(thing.arn)
            elif thing.kind == "hold":
                self._release(thing)
            else:
                self._endpoints[thing.kind].delete(thing.arn)
            removed.append(thing.arn)
        return removed

    def _release(self, thing: OwnedThing) -> None:
        for key in holds(thing.tags):
            self._holds.release(thing.arn, key.removeprefix(names.HOLD_TAG_PREFIX), thing.tags[key])

    def _holders(self, model_arn: str) -> list[str]:
        """Hold tags of a custom model, and endpoints that serve it."""
        serving = (arn for gateway in self._endpoints.values() for arn in gateway.serving(model_arn))
        return [*holds(self._jobs.tags(model_arn)), *serving]
