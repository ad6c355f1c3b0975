"""Settings and their environment variables."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from local.__main__ import main
from local.settings import Quotas, Settings, SettingsError


def test_settings_without_variables_are_the_defaults() -> None:
    """An empty environment gives port, clock and date of the contract."""
    settings = Settings.from_environment({"PATH": "/bin"})
    assert (settings.port, settings.clock_speed, settings.today) == (14566, 600, date(2025, 12, 15))
    assert settings.quotas == Quotas(model_units=2, customization_jobs=10)


def test_settings_survive_the_environment() -> None:
    """What one process writes the other reads."""
    settings = Settings(
        port=20000, clock_speed=1.5, today=date(2025, 6, 1), state_folder=Path("/var/any"), quotas=Quotas(model_units=0)
    )
    settings = replace(settings, fresh_account=True)
    assert Settings.from_environment(settings.to_environment()) == settings


def test_simulated_seconds_are_compressed() -> None:
    """Ten simulated minutes are one real second by default."""
    assert Settings().real_seconds(600) == 1


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "1023", "from 1024 to 65535"),
        ("PORT", "http", "a whole number"),
        ("CLOCK_SPEED", "0.5", "from 1 to"),
        ("CLOCK_SPEED", "nan", "from 1 to"),
        ("TODAY", "15.1.2026", "a date such as 2026-01-15"),
        ("REGION", "oregon", "a region such as us-west-2"),
        ("LOG_LEVEL", "loud", "one of DEBUG"),
        ("QUOTA_MODEL_UNITS", "-1", "from 0 to"),
        ("FRESH_ACCOUNT", "1", "true or false"),
    ],
)
def test_unusable_value_is_refused_with_what_is_allowed(name: str, value: str, allowed: str) -> None:
    """The message names variable, value and what is allowed."""
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({f"LOCAL_AWS_{name}": value})
    assert all(part in str(refusal.value) for part in (f"LOCAL_AWS_{name}", allowed, repr(value)))


def test_unusable_port_of_the_command_line_is_told_as_what_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody set a variable."""
    assert main(["start", "--port", "abc"]) == 1
    assert capsys.readouterr().err == "--port: must be a whole number from 1024 to 65535, received 'abc'\n"
