"""What was bought and what was changed, by whom and when: the oracle's evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.simulation.kernel import World


@dataclass(frozen=True)
class Purchase:
    """A job or an endpoint that was created.

    Attributes:
        kind: `job`, `provisioned` or `on_demand`.
        at: seconds since the world's beginning.
        by: name of the process that asked.
        tags: that it was created with.
        commitment: `commitmentDuration` as sent, "" without one.
        model_arn: what an endpoint was bought for.
    """

    kind: str
    name: str
    arn: str
    at: float
    by: str
    tags: Mapping[str, str]
    commitment: str = ""
    model_arn: str = ""
    units: int = 0


@dataclass(frozen=True)
class Change:
    """Something that was done to what exists.

    Attributes:
        kind: `job`, `model`, `provisioned` or `on_demand`.
        what: `stopped`, `deleted`, `swapped`, `tagged` or `untagged`.
        tags: that it had before.
        detail: the other model of a swap, the keys of tags; the endpoints that served a model when it was deleted or
            its tags were changed.
    """

    what: str
    kind: str
    name: str
    arn: str
    at: float
    by: str
    tags: Mapping[str, str]
    detail: str = ""


@dataclass
class Ledger:
    """Every purchase and every change, in order."""

    world: World
    purchases: list[Purchase] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def bought(
        self, kind: str, name: str, arn: str, tags: Mapping[str, str], *, commitment: str = "", model_arn: str = "",
        units: int = 0,
    ) -> None:  # fmt: skip
        """Write down a purchase."""
        world = self.world
        self.purchases.append(Purchase(kind, name, arn, world.now, world.caller, tags, commitment, model_arn, units))

    def changed(
        self, what: str, kind: str, name: str, arn: str, tags: Mapping[str, str], *, detail: str = "", by: str = ""
    ) -> None:
        """Write down a change."""
        world = self.world
        self.changes.append(Change(what, kind, name, arn, world.now, by or world.caller, tags, detail))
