"""`python -m local faults`."""

import json
from pathlib import Path

import pytest

from local.__main__ import main
from local.faults.client import FaultsClient
from local.settings import Settings

RULE = {"operation": "s3:PutObject", "what": "error", "nth": 2}


@pytest.fixture
def at_home(running: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell of the shared server."""
    for name, text in running.to_environment().items():
        monkeypatch.setenv(name, text)


@pytest.mark.usefixtures("at_home")
def test_add_list_clear(faults: FaultsClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document or its file is added, shown with its counts, and ended."""
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"rules": [RULE], "quotas": {"model_units": 0}}))
    assert main(["faults", "add", str(path)]) == 0
    assert main(["faults", "add", json.dumps([{**RULE, "what": "lost"}])]) == 0
    capsys.readouterr()
    assert main(["faults", "list"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(rule["what"], rule["nth"], rule["seen"]) for rule in shown["rules"]] == [("error", 2, 0), ("lost", 2, 0)]
    assert shown["quotas"] == {"model_units": 0}
    assert main(["faults", "clear"]) == 0
    assert faults.shown() == {"rules": [], "quotas": {}, "struck": []}


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("arguments", [["add", '[{"what": "error"}]'], ["add"], ["list", "[]"]])
def test_unusable_document_is_refused(
    faults: FaultsClient, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """With what is wrong, and exit status 1."""
    assert main(["faults", *arguments]) == 1
    assert capsys.readouterr().err
    assert faults.shown()["rules"] == []


def test_no_server_no_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that none runs."""
    monkeypatch.setenv("LOCAL_AWS_STATE_FOLDER", str(tmp_path))
    assert main(["faults", "list"]) == 1
