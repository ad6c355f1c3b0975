"""A Bedrock of its own for each test, and one running embedded AWS for those that need it."""

from collections.abc import Iterator

import pytest

from tests.local.bedrock.embedded import Embedded, furnished, serving
from tests.local.bedrock.world import World


@pytest.fixture
def world() -> World:
    """An empty account."""
    return World()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The running server, with sample data, output bucket and service role."""
    with serving(tmp_path_factory.mktemp("bedrock")) as root:
        yield furnished(root)
