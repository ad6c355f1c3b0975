"""The commands play, tell what they played, and play one of them again."""

import json

import pytest

from tests.simulation.scenarios.commands import COMMANDS, again


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        ("faults", ["--fault", "A20", "--seeds", "3"], "A20 "),
        ("pairs", ["--pair", "no events + retrained"], "pairs: 1 kinds, 1 lives"),
    ],
)
def test_command_tells_what_it_played(
    command: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert COMMANDS[command]([*arguments, "--processes", "1"]) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("faults", ["--fault", "A20", "--seed", "3"]),
        ("pairs", ["--pair", "no events + retrained", "--seed", "0"]),
        ("crash-points", ["--operation", "delete", "--point", "5 crash after"]),
    ],
)
def test_command_plays_one_again(command: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS[command]([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["violations"] == []


def test_failure_says_how_to_see_it_again() -> None:
    assert again("pairs", "a + b", "3") == "python -m tests.simulation pairs --pair 'a + b' --seed 3"
    assert again("crash-points", "roll back", "12 crash after") == (
        "python -m tests.simulation crash-points --operation 'roll back' --point '12 crash after'"
    )
