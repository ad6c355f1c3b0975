"""A world with one service, for the tests of the kernel."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.simulation.kernel import Call, Fault, World


@dataclass
class Strikes:
    """Strikes the calls of these numbers; remembers all."""

    faults: dict[int, Fault] = field(default_factory=dict)
    seen: list[Call] = field(default_factory=list)

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call."""
        self.seen.append(call)
        return self.faults.get(call.number)


@dataclass
class Service:
    """Remembers when which effect took place, on whose behalf."""

    world: World
    effects: list[tuple[str, str]] = field(default_factory=list)

    def call(self, what: str) -> str:
        """A call whose result says what it was."""

        def effect() -> str:
            self.effects.append((self.world.caller, what))
            return f"did {what}"

        return self.world.call(f"service.{what}", effect)


def a_world(fault: Fault | None = None, *, seed: int = 1) -> tuple[World, Service, list[object]]:
    """A world whose first call is struck, its service, and a list for outcomes."""
    world = World(seed, faults=Strikes({0: fault} if fault else {}))
    return world, Service(world), []


def buying(service: Service) -> Callable[[], str]:
    """Code with two calls."""

    def code() -> str:
        service.call("buy")
        return service.call("note")

    return code
