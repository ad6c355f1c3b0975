"""The one embedded AWS of a state folder: who runs it and where, told by a lock that dies with its process."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_LOCK = "server.lock"
_RECORD = "server.json"


class AlreadyRunningError(Exception):
    """Another server holds the lock of this state folder."""


@dataclass(frozen=True)
class Instance:
    """A running server.

    Attributes:
        pid: Its process id, which is also its process group.
        port: The port it serves on 127.0.0.1.
    """

    pid: int
    port: int


@contextmanager
def hold(state_folder: Path, port: int) -> Iterator[Instance]:
    """Be the one server of `state_folder` for the duration of the block.

    The lock is the kernel's, so a killed server leaves nothing stale behind, whatever process has its id by then.

    Raises:
        AlreadyRunningError: Another process holds the lock.
    """
    state_folder.mkdir(parents=True, exist_ok=True)
    with (state_folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(f"an embedded AWS already runs for {state_folder.parent}") from None
        instance = Instance(pid=os.getpid(), port=port)
        record = state_folder / _RECORD
        temporary = record.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(instance)))
        temporary.replace(record)
        try:
            yield instance
        finally:
            record.unlink(missing_ok=True)


def is_held(state_folder: Path) -> bool:
    """Whether a server holds the lock of `state_folder` now."""
    try:
        lock = (state_folder / _LOCK).open("a")
    except FileNotFoundError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def find(state_folder: Path) -> Instance | None:
    """The running server of `state_folder`, or None when none runs (a stale record is nobody's)."""
    if not is_held(state_folder):
        return None
    try:
        return Instance(**json.loads((state_folder / _RECORD).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        # Held, but the record is not written yet.
        return None
