"""Child processes are read line by line, logged, and ended with everything they started."""

import os
import sys
import time
from pathlib import Path

import pytest

from ops.demo import children
from ops.demo.children import ChildFailedError

#: Starts a grandchild that ignores every polite request, says its process id, and waits.
STUBBORN = """
import subprocess, sys, time
code = (
    "import os, signal, time; [signal.signal(n, signal.SIG_IGN) for n in (signal.SIGINT, signal.SIGTERM)];"
    "print(os.getpid(), flush=True); time.sleep(60)"
)
subprocess.Popen([sys.executable, "-c", code])
time.sleep(60)
"""


def python(code: str) -> list[str]:
    """A command that runs this code."""
    return [sys.executable, "-c", code]


def is_alive(pid: int) -> bool:
    """Whether a process runs: neither gone nor waiting to be collected by its parent."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_lines_come_as_they_are_and_are_logged(tmp_path: Path) -> None:
    """Both streams, in order, also the last line without its end."""
    log = tmp_path / "x.log"
    code = "import sys; print('ä', flush=True); print('b', file=sys.stderr, flush=True); sys.stdout.write('c')"
    lines = [line for line in children.run(python(code), folder=tmp_path, log=log) if line]
    assert lines == ["ä", "b", "c"]
    assert log.read_text().splitlines()[1:] == ["ä", "b", "c"]


def test_failed_child_says_exit_code_and_what_it_said(tmp_path: Path) -> None:
    """Its last words are the reason."""
    with pytest.raises(ChildFailedError) as error:
        list(children.run(python("print('why'); raise SystemExit(4)"), folder=tmp_path, log=tmp_path / "x.log"))
    assert (error.value.exit_code, error.value.lines) == (4, ("why",))


def test_silent_child_still_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a child says nothing its reader gets empty lines, so that progress goes on."""
    monkeypatch.setattr(children, "HEARTBEAT_SECONDS", 0.01)
    assert "" in list(children.run(python("import time; time.sleep(0.2)"), folder=tmp_path, log=tmp_path / "x.log"))


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="process states are read from /proc")
def test_interrupted_child_is_ended_with_its_own_children(tmp_path: Path) -> None:
    """Ctrl-C in the demo leaves nothing behind, however stubborn."""
    reading = children.run(python(STUBBORN), folder=tmp_path, log=tmp_path / "x.log")
    grandchild = int(next(line for line in reading if line))
    with pytest.raises(KeyboardInterrupt):
        reading.throw(KeyboardInterrupt)
    deadline = time.monotonic() + 5
    while is_alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(grandchild)
