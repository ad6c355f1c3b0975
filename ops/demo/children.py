"""Child processes: their output is read line by line and kept in a log, and none of them outlives the demo."""

import os
import selectors
import signal
import subprocess
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

#: A line at least this often, "" when the child was silent: progress stays visible.
HEARTBEAT_SECONDS = 1.0
#: What a child is given to end by itself after each of these signals.
_ENDING = ((signal.SIGINT, 10.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))


class ChildFailedError(Exception):
    """A child ended with another exit code than 0.

    Attributes:
        exit_code: negative if it was ended by a signal.
        lines: all that it said.
    """

    def __init__(self, exit_code: int, lines: Sequence[str]) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code, self.lines = exit_code, tuple(lines)


def run(command: Sequence[str], *, folder: Path, log: Path) -> Generator[str, None, None]:
    """Run a command and yield its lines as they come, and "" about once a second while it is silent.

    It is a process group of its own, so that it can be ended with all it has started: Ctrl-C in the terminal reaches
    the demo alone, which then ends it.

    Raises:
        ChildFailedError: it ended with another exit code than 0.
    """
    lines: list[str] = []
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n")
        process = _start(command, folder)
        try:
            for line in _read(process):
                if line:
                    lines.append(line)
                    file.write(f"{line}\n")
                    file.flush()
                yield line
            exit_code = process.wait()
        except BaseException:
            _end(process)
            raise
    if exit_code != 0:
        raise ChildFailedError(exit_code, lines)


def _start(command: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _read(process: "subprocess.Popen[bytes]") -> Iterator[str]:
    stdout = process.stdout
    if stdout is None:  # not with PIPE
        return
    with stdout, selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        rest = b""
        while True:
            if not selector.select(HEARTBEAT_SECONDS):
                yield ""
                continue
            chunk = _available(stdout)
            if not chunk:
                break
            *complete, rest = (rest + chunk).split(b"\n")
            for line in complete:
                yield line.decode("utf-8", "replace").rstrip()
        if rest:
            yield rest.decode("utf-8", "replace").rstrip()


def _available(stdout: IO[bytes]) -> bytes:
    return os.read(stdout.fileno(), 65536)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the child and all that it has started, politely first; a second Ctrl-C must not leave it behind."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for number, seconds in _ENDING:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                break
        # What the child itself had started and left behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    finally:
        signal.signal(signal.SIGINT, before)
