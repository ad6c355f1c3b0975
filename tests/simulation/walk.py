"""The order in which a stack works through its resources."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.simulation.kernel import World

Finished = Callable[[bool], None]


class Walk:
    """Acts on each resource once those that it waits for have succeeded; independent ones at the same time."""

    def __init__(
        self,
        world: World,
        waits_for: Mapping[str, set[str]],
        act: Callable[[str, Finished], None],
        done: Finished,
        *,
        stops_at_failure: bool,
    ) -> None:
        """Begin.

        Args:
            world: the clock.
            waits_for: names of the resources, each with those that come before it.
            act: begins to act on one; it is told how that ended.
            done: called once, with whether all succeeded.
            stops_at_failure: the first failure ends the walk while other resources are in flight; else only what
                waits for the failed ones is left out.
        """
        self._world, self._act, self._done, self._stops = world, act, done, stops_at_failure
        self._left = {name: set(before) & set(waits_for) for name, before in waits_for.items()}
        self._in_flight: set[str] = set()
        self._failed = False
        self._over = False
        self._go()

    def stop(self) -> None:
        """Begin nothing more, and report nothing."""
        self._over = True

    def _go(self) -> None:
        for name in [name for name, before in self._left.items() if not before]:
            del self._left[name]
            self._in_flight.add(name)
            self._world.after(self._world.random.uniform(0.1, 2.0), partial(self._begin, name))
        if not self._in_flight:
            self._over = True
            self._done(not self._failed)

    def _begin(self, name: str) -> None:
        if not self._over:
            self._act(name, lambda ok: self._finished(name, ok))

    def _finished(self, name: str, ok: bool) -> None:
        if self._over or name not in self._in_flight:
            return
        self._in_flight.remove(name)
        if ok:
            for before in self._left.values():
                before.discard(name)
        else:
            self._failed = True
            if self._stops:
                self._over = True
                self._done(False)
                return
        self._go()
