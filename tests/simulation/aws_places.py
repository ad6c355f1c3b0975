"""Places of the contract suite with other choices than the embedded AWS's, for the tests of the simulated account."""

from typing import Any

from tests.contract.gateways.simulated import SimulatedPlace
from tests.simulation.aws.client import Client
from tests.simulation.aws.site import Caller
from tests.simulation.aws.variants import Variants

HOUR = 3600.0


def a_place(kind: str = "provisioned", **variants: Any) -> SimulatedPlace:
    """A place where these choices are made."""
    return SimulatedPlace(kind, Variants(**variants))


def raw(place: SimulatedPlace) -> Any:
    """A client with the root's rights."""
    return Client(place.world, "bedrock", place.account.bedrock.operations(Caller(None)))


def later(place: SimulatedPlace, seconds: float) -> None:
    """Let time pass."""
    place.world.run(until=place.world.now + seconds)
