"""How jobs and endpoints end when it is not the usual way."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Fate:
    """A status that is reached in the place of the usual one.

    Attributes:
        status: Known to the service model or not.
        message: Failure message.
    """

    status: str
    message: str


class Fates(Protocol):
    """Who decides fates."""

    def of(self, kind: str, name: str) -> Fate | None:
        """The fate of a `job`, `throughput` or `deployment` of this name; None for the usual one."""


class UsualFates:
    """Everything ends as usual."""

    def of(self, kind: str, name: str) -> Fate | None:
        """Never another fate."""
        return None
