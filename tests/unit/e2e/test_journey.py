"""Whatever fails on the way, everything is removed; and before anything is deployed, nothing needs to be."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import shareable
from tests.e2e.commands import CommandFailedError, Done, Shell
from tests.e2e.journey import Journey, travel
from tests.e2e.settings import Settings

ACCOUNT = "444455556666"
PLAN = {"models": [{"usd": {"job": 0.05, "hourly_most": 0}}]}


class Paper(Shell):
    """A shell that only writes down what is typed; the commands that a test names fail."""

    def __init__(self, folder: Path, failing: str = "", plan: Any = None) -> None:
        super().__init__(folder, {}, lambda line: None)
        self._failing, self._plan = failing, plan or PLAN

    def run(self, *words: str, hours: float = 1.0, checked: bool = True) -> Done:
        fails = bool(self._failing) and self._failing in " ".join(words)
        output = json.dumps(self._plan) if "plan" in words else f"arn:aws:iam::{ACCOUNT}:user/alice"
        done = Done(words, int(fails), output, 60.0)
        self.done.append(done)
        if fails and checked:
            raise CommandFailedError(f"{done.shown} failed")
        return done

    @property
    def typed(self) -> list[str]:
        """The second word of what is no command of `ops`, the third of what is."""
        return [words[3] if words[0] == sys.executable else words[1] for words in (each.words for each in self.done)]


class Account:
    """An account in which looks find one thing after the other."""

    def __init__(self, *looks: list[str], account: str = ACCOUNT) -> None:
        self.looks: Iterator[list[str]] = iter([*looks, []])
        self._account = account

    def client(self, service: str) -> Any:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": self._account}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "cdk.json").write_text('{"context": {"project": "finetuning"}}')
    return Settings(ACCOUNT, "us-east-1", 0.002, 0.0001, 0.0003, tmp_path / "report")


def journey(shell: Paper, settings: Settings, account: Account, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """Travel, with what the account still has as the test says."""
    monkeypatch.setattr("tests.e2e.remains.look", lambda client, project, environment: next(account.looks, []))
    return travel(shell, settings, account.client, wait=0)


WAY = ["init", "preflight", "plan", "deploy", "wait", "wait", "report", "report", "ask", "cost", "destroy"]


def test_way_is_the_readmes(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Paper(tmp_path)
    done = journey(shell, settings, Account(), monkeypatch)
    assert shell.typed == WAY
    assert (done.failure, done.remains, done.estimate_usd) == ("", [], 0.05)


@pytest.mark.parametrize("failing", ["cdk deploy", "wait", "report", "ask"])
def test_what_fails_after_the_deployment_ends_with_its_removal(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    shell = Paper(tmp_path, failing)
    done = journey(shell, settings, Account(), monkeypatch)
    assert shell.typed[-1] == "destroy"
    assert f"{failing.split()[-1]}" in done.failure


@pytest.mark.parametrize("failing", ["init", "preflight"])
def test_what_fails_before_removes_nothing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    shell = Paper(tmp_path, failing)
    assert failing in journey(shell, settings, Account(), monkeypatch).failure
    assert "destroy" not in shell.typed


@pytest.mark.parametrize(
    ("usd", "why"),
    [
        ({"job": None, "hourly_most": 0}, "None dollars"),
        ({"job": 5.01, "hourly_most": 0}, "the cap is 5.00"),
        ({"job": 0.05, "hourly_most": 20.0}, "by the hour"),
        ({"job": 0.05, "hourly_most": None}, "by the hour"),
        (None, "None dollars"),
    ],
)
def test_what_costs_too_much_or_nobody_knows_what_is_not_deployed(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, usd: Any, why: str
) -> None:
    shell = Paper(tmp_path, plan={"models": [{"usd": usd}]})
    assert why in journey(shell, settings, Account(), monkeypatch).failure
    assert shell.typed == ["init", "preflight", "plan"]


def test_evaluation_counts(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two subjects, each asked everything, with answers of 512 tokens."""
    splits = {"test": {"records": 10_000, "estimated_tokens": 1_000_000}}
    shell = Paper(tmp_path, plan={"models": [{"usd": {"job": 4.0, "hourly_most": 0}, "dataset": {"splits": splits}}]})
    done = journey(shell, settings, Account(), monkeypatch)
    assert done.estimate_usd == pytest.approx(4.0 + 2 * (100 * 0.001 + 5_120 * 0.0003))
    assert "the cap is 5.00" in done.failure


def test_other_accounts_are_refused(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Paper(tmp_path)
    assert "000011112222" in journey(shell, settings, Account(account="000011112222"), monkeypatch).failure
    assert shell.typed == []


def test_what_is_there_already_is_not_touched(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a run that was killed; it says how to remove it."""
    shell = Paper(tmp_path)
    done = journey(shell, settings, Account(["stack finetuning-e2e-Control (CREATE_COMPLETE)"]), monkeypatch)
    assert "cdk destroy --all" in done.failure
    assert shell.typed == []


def test_removal_is_tried_again_and_watched_until_nothing_is_left(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and indexes of AWS lag behind."""
    shell = Paper(tmp_path, "cdk destroy")
    done = journey(shell, settings, Account([], ["custom model x"], ["custom model x"]), monkeypatch)
    assert shell.typed == [*WAY, "destroy"]
    assert done.remains == []


def test_report_names_no_account_and_nobody(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "run-report.html").write_text(f"<p>arn:aws:bedrock:us-east-1:{ACCOUNT}:custom-model/x</p>")
    done = [Done(("cdk", "bootstrap", f"aws://{ACCOUNT}/us-east-1"), 0, "", 120.0)]
    told = Journey(failure=f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice@example.com is not allowed")
    folder = shareable.save(settings.report, tmp_path, settings, told, done)
    text = "".join(path.read_text() for path in sorted(folder.iterdir()))
    assert ACCOUNT not in text
    assert "alice" not in text
    assert "| `cdk bootstrap aws://<account>/us-east-1` | 2.0 | 0 |" in text
