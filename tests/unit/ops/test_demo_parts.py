"""The demo's own parts: the shell environment, the lock, the messages, the progress without a terminal."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from ops.__main__ import main
from ops.demo import embedded, failure
from ops.demo.failure import StepFailedError
from ops.demo.progress import LineReporter
from ops.demo.waiting import trouble
from ops.demo.workplace import AlreadyRunningError, Workplace
from ops.project import ROOT
from ops.status.judging import report
from tests.unit.ops import looks

SCRIPT = """# Points the AWS SDKs somewhere.
unset AWS_PROFILE AWS_SESSION_TOKEN
export AWS_ENDPOINT_URL=http://127.0.0.1:14566
export NO_PROXY='127.0.0.1, localhost'
case "$PATH:" in /x:*) ;; *) export PATH=/x:"$PATH" ;; esac
"""


def test_shell_script_is_read_and_applied() -> None:
    """Variables are set, those that would lead elsewhere are removed, and our binaries come first."""
    environment = {"AWS_PROFILE": "mine", "PATH": "/usr/bin", "HOME": "/home/me"}
    embedded.parse(SCRIPT).apply(environment)
    assert environment == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:14566",
        "NO_PROXY": "127.0.0.1, localhost",
        "HOME": "/home/me",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin"]),
    }


def test_real_script_is_understood() -> None:
    """What `python -m local environment` prints today leads to this machine."""
    script = subprocess.run(embedded.ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    settings = embedded.parse(script)
    assert settings.variables["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert "AWS_PROFILE" in settings.removed


def test_second_demo_is_refused_with_the_first_ones_process(tmp_path: Path) -> None:
    """Only one demo runs at a time, and the message says which process holds the place."""
    place = Workplace(tmp_path)
    with (
        place.hold(),
        pytest.raises(AlreadyRunningError, match=rf"already running \(process {os.getpid()}\)"),
        place.hold(),
    ):
        pytest.fail("a second demo got the lock")


def test_demo_in_a_folder_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message with the way out, and exit code 3; here a file stands where the folder would be."""
    (tmp_path / "state").touch()
    monkeypatch.setenv("LOCAL_AWS_STATE_FOLDER", str(tmp_path / "state"))
    assert main(["demo"]) == 3
    fix = "choose another folder with LOCAL_AWS_STATE_FOLDER"
    assert capsys.readouterr().err == f"error: cannot write {tmp_path}/state/demo: Not a directory; {fix}\n"


def test_demo_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    """A number in the lock file alone stops nobody."""
    (tmp_path / "lock").write_text("1")
    with Workplace(tmp_path).hold():
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_workplace_follows_the_embedded_aws(tmp_path: Path) -> None:
    """Both keep their files under one state folder."""
    assert Workplace.of({}).folder == ROOT / ".local" / "demo"
    assert Workplace.of({"LOCAL_AWS_STATE_FOLDER": str(tmp_path)}).folder == tmp_path / "demo"


def test_failure_names_step_reason_log_and_way_out() -> None:
    """Which step, why, where to read more, what to do."""
    error = StepFailedError("deploy", ["access denied"], ["run make demo again"], ".local/demo/deploy.log")
    assert failure.message(error).splitlines() == [
        "the demo failed at the step: deploy",
        "",
        "  access denied",
        "",
        "  full log: .local/demo/deploy.log",
        "",
        "what to do:",
        "  run make demo again",
    ]


def test_failed_job_ends_the_waiting() -> None:
    """A job that failed will not complete, however long one waits."""
    assert trouble(report(looks.failed())).endswith("record 7 exceeds limit [32000]")
    assert trouble(report(looks.training())) == ""


def test_lines_show_beginning_progress_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal a step says when it begins, now and then how far it is, and how it ended."""
    clock = iter([0.0, 0.0, 3.0, 3.0, 3.5, 9.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    out = io.StringIO()
    with LineReporter(Console(file=out, width=100)).step("deploy") as step:
        step.show("one", 0.1)
        step.show("two", 0.2)  # too soon after the last line
        step.show("done", 1.0)
    assert out.getvalue().splitlines() == [
        "… deploy            0.0 s",
        "… deploy            3.0 s  one",
        "✔ deploy            9.0 s  done",
    ]


def test_failed_step_is_marked() -> None:
    """The step that failed ends with a cross."""
    out = io.StringIO()
    reporter = LineReporter(Console(file=out, width=100))
    with pytest.raises(StepFailedError), reporter.step("deploy"):
        raise StepFailedError("deploy", [], [])
    assert out.getvalue().splitlines()[-1].startswith("✘ deploy")
