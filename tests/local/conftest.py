"""One embedded AWS for all tests of this folder, and what they deploy to it."""

import socket
from collections.abc import Iterator

import pytest

from local import lifetime
from local.settings import Settings
from tests.local.account import Account


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the shared server: a free port, a scratch folder, a fast clock."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Settings(port=port, state_folder=tmp_path_factory.mktemp("embedded"), clock_speed=600)


@pytest.fixture(scope="session")
def running(settings: Settings) -> Iterator[Settings]:
    """The shared server, ended afterwards."""
    lifetime.start(settings)
    yield settings
    lifetime.stop(settings.state_folder)


@pytest.fixture(scope="session")
def account(running: Settings) -> Account:
    """The account on the shared server, as its root."""
    return Account(running.endpoint_url, running.region)
