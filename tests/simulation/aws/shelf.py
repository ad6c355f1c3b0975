"""Things of one kind: as they are, and as reads that come too early still show them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, TypeVar

from tests.simulation.aws.things import Thing
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World

_Thing = TypeVar("_Thing", bound=Thing)
_Versions = list[tuple[float, _Thing | None]]


class Shelf(Generic[_Thing]):
    """Things by ARN. Changes work on the truth; reads by name or list may lag behind it.

    Attributes:
        truth: what exists.
    """

    def __init__(self, world: World, variants: Variants) -> None:
        self.truth: dict[str, _Thing] = {}
        self._world, self._variants = world, variants
        self._versions: dict[str, _Versions[_Thing]] = {}
        self._arns: dict[str, list[str]] = {}

    def find(self, identifier: str) -> _Thing | None:
        """What exists under this ARN or name."""
        found = self.truth.get(identifier)
        if found is None and not identifier.startswith("arn:"):
            found = next((self.truth[arn] for arn in self._arns.get(identifier, ()) if arn in self.truth), None)
        return found

    def put(self, thing: _Thing, *, at_once: bool = False) -> None:
        """Add a thing or change it; what the service does by itself shows at once."""
        if thing.arn not in self.truth:
            self._arns.setdefault(thing.name, []).append(thing.arn)
        self.truth[thing.arn] = thing
        self._show(thing.arn, thing, at_once)

    def change(self, arn: str, **changes: object) -> None:
        """Let the service change a thing by itself, if it is still there."""
        thing = self.truth.get(arn)
        if thing is not None:
            self.put(replace(thing, **changes), at_once=True)  # type: ignore[arg-type]  # fields of the thing

    def remove(self, arn: str) -> _Thing:
        """Take a thing away."""
        thing = self.truth.pop(arn)
        self._show(arn, None, at_once=False)
        return thing

    def read(self, identifier: str) -> _Thing | None:
        """What a read shows under this ARN or name."""
        if identifier.startswith("arn:"):
            return self._shown(identifier)
        shown = (self._shown(arn) for arn in reversed(self._arns.get(identifier, ())))
        return next((thing for thing in shown if thing is not None), None)

    def all(self) -> Iterator[_Thing]:
        """What a listing shows, newest first."""
        for arn in reversed(self._versions):
            thing = self._shown(arn)
            if thing is not None:
                yield thing

    def _show(self, arn: str, thing: _Thing | None, at_once: bool) -> None:
        versions = self._versions.setdefault(arn, [(0.0, None)])
        shown_from, most = self._world.now, self._variants.lag_seconds
        if most and not at_once:
            shown_from += most * self._world.random.random()
        elif versions[-1][0] <= shown_from:
            versions.clear()  # nobody sees what was before
        versions.append((max(shown_from, versions[-1][0]) if versions else shown_from, thing))

    def _shown(self, arn: str) -> _Thing | None:
        versions = self._versions.get(arn)
        if not versions:
            return None
        now = self._world.now
        if versions[-1][0] <= now:
            return versions[-1][1]
        late = [thing for shown_from, thing in versions if shown_from > now]
        known = next(thing for shown_from, thing in reversed(versions) if shown_from <= now)
        if self._variants.fickle and self._world.random.random() < 0.5:
            return late[-1]
        return known
