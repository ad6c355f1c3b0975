"""Both places: a simulated account for each test, and one embedded AWS for all of them."""

import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from local import lifetime
from local.settings import Quotas, Settings
from tests.contract.gateways.embedded import EmbeddedPlace
from tests.contract.gateways.place import Neighbours, Place
from tests.contract.gateways.simulated import SimulatedPlace

BACKENDS, KINDS = ("simulated", "embedded"), ("provisioned", "on_demand")
#: Two hours and a half in a second: slow enough that what is being created can be caught at it.
CLOCK_SPEED = 9000


class Server:
    """An embedded AWS, started at the first use, and its places."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        quotas = Quotas(model_units=100, customization_jobs=2, deployments=50)
        self._folder = folder
        self.settings = Settings(port=port, state_folder=folder / "state", clock_speed=CLOCK_SPEED, quotas=quotas)
        lifetime.start(self.settings)
        self.place = cache(self._place)

    def _place(self, kind: str) -> EmbeddedPlace:
        folder = self._folder / kind
        folder.mkdir()
        return EmbeddedPlace(self.settings.endpoint_url, kind, folder)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded AWS."""
    server = Server(tmp_path_factory.mktemp("gateways"))
    yield server
    lifetime.stop(server.settings.state_folder)


def _at(request: pytest.FixtureRequest, backend: str, kind: str) -> Place:
    if backend == "simulated":
        return SimulatedPlace(kind)
    embedded: Server = request.getfixturevalue("server")
    return embedded.place(kind)


@pytest.fixture(params=BACKENDS)
def place(request: pytest.FixtureRequest) -> Place:
    """An account, for what has nothing to do with the kind of endpoint."""
    return _at(request, request.param, "provisioned")


@pytest.fixture(params=[(backend, kind) for backend in BACKENDS for kind in KINDS], ids="-".join)
def shop(request: pytest.FixtureRequest) -> Place:
    """An account, for each kind of endpoint."""
    return _at(request, *request.param)


@pytest.fixture
def neighbours(place: Place) -> Neighbours:
    """The services around Bedrock."""
    return place.neighbours
