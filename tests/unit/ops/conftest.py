"""Commands on an account of fakes."""

from collections.abc import Callable

import pytest

from ops.__main__ import main
from tests.unit.ops.account import Account

Run = Callable[..., int]
#: Those that work on an environment's registry.
_OPENING = (
    *(f"ops.commands.{name}" for name in ("adopt", "cost", "orphans", "rebuild", "resume", "retry", "stop", "status")),
    "ops.judging.asking",
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an account; returns its exit code."""

    def on(account: Account, *arguments: str) -> int:
        for module in _OPENING:
            monkeypatch.setattr(f"{module}.open_session", lambda env: account, raising=True)
        return main(arguments)

    return on
