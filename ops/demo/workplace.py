"""Where the demo keeps its logs, and the lock that lets only one demo run at a time."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.errors import OperatorError, writing
from ops.project import ROOT


class AlreadyRunningError(OperatorError):
    """Another demo is running."""


@dataclass(frozen=True)
class Workplace:
    """The demo's folder, inside the state folder of the embedded AWS."""

    folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Workplace":
        """The workplace beside the embedded AWS's own files (LOCAL_AWS_STATE_FOLDER moves both)."""
        state = environment.get("LOCAL_AWS_STATE_FOLDER")
        return cls((Path(state).expanduser().resolve() if state else ROOT / ".local") / "demo")

    def log(self, step: str) -> Path:
        """The log of a step."""
        return self.folder / f"{step}.log"

    def shown(self, path: Path) -> str:
        """A path as it is best read: relative to the project where possible."""
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Be the only demo for the duration of the block, and begin with fresh logs.

        The lock is the kernel's, so that one that was killed leaves nothing stale behind; the file names its holder.

        Raises:
            AlreadyRunningError: another demo runs.
            UnwritableError: the folder may not be written.
        """
        with writing(self.folder, "choose another folder with LOCAL_AWS_STATE_FOLDER"):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "lock").open("a+")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise AlreadyRunningError(
                    f"a demo is already running (process {holder}); wait for its end, or stop it with: kill {holder}"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            for log in self.folder.glob("*.log"):
                log.unlink()
            yield
