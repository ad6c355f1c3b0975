"""The shared server with a clean slate of faults for each test."""

from collections.abc import Iterator

import pytest

from local.faults.client import FaultsClient
from local.settings import Settings


@pytest.fixture
def faults(running: Settings) -> Iterator[FaultsClient]:
    """Faults of the shared server, ended after each test."""
    client = FaultsClient(running.endpoint_url)
    client.clear()
    yield client
    client.clear()
