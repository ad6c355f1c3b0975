"""What the account has against a deployment: the preflight that it begins with, asked beforehand."""

from collections.abc import Mapping

from configuration import Selection
from finetuning import preflight
from ops.preflight.looking import look
from ops.session import Session


def objections(session: Session, selection: Selection, now: float) -> Mapping[str, tuple[str, ...]]:
    """Return by model why its preflight would fail, each reason with its way out.

    Args:
        session: of the selection's environment.
        selection: what would be deployed.
        now: in epoch seconds.
    """
    report = look(session, selection, now)
    return {model: tuple(str(error) for error in preflight.errors(found)) for model, found in report.models.items()}
