"""Fixtures of the tests that deploy."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.embedded import Embedded


@pytest.fixture(scope="module")
def start_embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Embedded]]:
    """Starts embedded AWSs for the tests of a module, and ends them after it."""
    started: list[Embedded] = []

    def start(**settings: Any) -> Embedded:
        embedded = Embedded(tmp_path_factory.mktemp("embedded"), **settings)
        started.append(embedded)
        embedded.start()
        return embedded

    yield start
    for embedded in started:
        embedded.stop()


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, list[str]], Path]:
    """Writes a dataset file for one test."""

    def write(name: str, lines: list[str]) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
