"""The script begins only when somebody has said that they mean it, where, and at which prices."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.settings import RefusedError, read
from tests.project_copy import ROOT

SAID = {
    "E2E_AWS": "yes",
    "E2E_ACCOUNT": "444455556666",
    "E2E_TRAINING_PRICE": "0.002",
    "E2E_INPUT_PRICE": "0.0001",
    "E2E_OUTPUT_PRICE": "0.0003",
}
REPORT = Path("e2e-report")


def test_what_was_said_is_used() -> None:
    found = read(SAID, REPORT)
    assert (found.account, found.region, found.training_price) == ("444455556666", "us-east-1", 0.002)
    assert found.report == REPORT.resolve()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("E2E_AWS", ""),
        ("E2E_AWS", "true"),
        ("E2E_ACCOUNT", ""),
        ("E2E_ACCOUNT", "4444-5555-6666"),
        ("E2E_ACCOUNT", "000000000000"),
        ("E2E_TRAINING_PRICE", "0"),
        ("E2E_TRAINING_PRICE", "nan"),
        ("E2E_INPUT_PRICE", "cheap"),
        ("E2E_OUTPUT_PRICE", "5"),
    ],
)
def test_anything_else_is_refused(name: str, value: str) -> None:
    """No account and no dollar is met by accident; the message says what to set."""
    with pytest.raises(RefusedError, match=name):
        read(SAID | {name: value}, REPORT)


def test_everything_is_told_at_once() -> None:
    with pytest.raises(RefusedError) as refused:
        read({}, REPORT)
    assert [name for name in SAID if f"{name}=" not in str(refused.value)] == []


def test_without_a_word_the_command_does_nothing() -> None:
    """Exit code 2, as wrong usage has."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e"], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "E2E_AWS=yes" in done.stderr
