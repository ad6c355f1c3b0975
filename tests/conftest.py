"""What holds for every test: no AWS variables of the developer's, and no network but this machine's own."""

import os
import socket
from typing import Any

import pytest
from hypothesis import settings

# The same examples in every run: a failure is the change's doing, not the day's.
settings.register_profile("same examples", derandomize=True, database=None, deadline=None)
settings.load_profile("same examples")

for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]

_connect = socket.socket.connect
_LOOPBACK = ("127.", "localhost", "::1")


def _connect_to_loopback(self: socket.socket, address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else ""
    if self.family != socket.AF_UNIX and not str(host).startswith(_LOOPBACK):
        raise RuntimeError(f"tests may only connect to this machine, got {host!r}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_to_loopback)
