"""What is deployed: an environment behind a session, or nothing yet."""

from collections.abc import Mapping

from finetuning.lifecycle import ModelRecord, Observed
from ops.session import NotDeployedError, Session
from ops.status.look import Lookout


class Nowhere:
    """Nothing is deployed, or nobody looks."""

    def __init__(self, project: str, environment: str, now: float) -> None:
        """Plan for a moment in epoch seconds."""
        self._project, self._environment, self._now = project, environment, now

    def outputs(self) -> Mapping[str, str]:
        """No stack has any."""
        return {}

    def look(self, model: str) -> tuple[ModelRecord, Observed]:
        """Nothing was ever wanted."""
        return ModelRecord(self._project, self._environment, model), Observed(now=self._now)

    def deployed(self) -> tuple[str, ...]:
        """No stack is."""
        return ()


class Deployed:
    """An environment that was deployed at least once.

    Raises:
        NotDeployedError: on creation, if it never was.
    """

    def __init__(self, session: Session) -> None:
        """Read the Foundation stack."""
        self._outputs = session.outputs("Foundation")
        self._registry, self._lookout = session.registry(), Lookout(session)

    def outputs(self) -> Mapping[str, str]:
        """Of the Foundation stack."""
        return self._outputs

    def look(self, model: str) -> tuple[ModelRecord, Observed]:
        """The record, and one fresh look at what it bought."""
        record = self._registry.read(model)
        return record, self._lookout.observe(record)

    def deployed(self) -> tuple[str, ...]:
        """Models in which a stack still wants something, by name."""
        known = (r.model for r in self._registry.all() if not (r.training.removed and r.endpoint.removed))
        return tuple(sorted(known))


def site_of(session: Session, now: float) -> Nowhere | Deployed:
    """The site of a session, deployed or not."""
    try:
        return Deployed(session)
    except NotDeployedError:
        return Nowhere(session.project, session.environment.name, now)
