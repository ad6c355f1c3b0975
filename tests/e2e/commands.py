"""The commands that the script types, each shown, timed and kept; one that fails ends the journey."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class CommandFailedError(Exception):
    """A command ended with another exit code than 0, or took too long."""


@dataclass(frozen=True)
class Done:
    """One command that was carried out."""

    words: tuple[str, ...]
    code: int
    output: str
    seconds: float

    @property
    def shown(self) -> str:
        """The command as a person types it."""
        return " ".join(["python", *self.words[1:]] if self.words[0] == sys.executable else self.words)


class Shell:
    """A person's shell in a clone.

    Args:
        folder: of the clone.
        variables: the environment.
        say: is told of every line.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.folder, self._variables, self.say = folder, variables, say
        self.done: list[Done] = []

    def run(self, *words: str, hours: float = 1.0, checked: bool = True) -> Done:
        """Carry out a command and return what it did.

        Raises:
            CommandFailedError: it ended with another exit code than 0, and that is not what was asked about.
        """
        self.say(f"$ {Done(words, 0, '', 0).shown}")
        begun = time.monotonic()
        code, output = self._lines(words, begun + hours * 3600)
        done = Done(words, code, output, time.monotonic() - begun)
        self.done.append(done)
        if checked and code != 0:
            raise CommandFailedError(f"{done.shown} ended with exit code {code}: {_last(output.splitlines())}")
        return done

    def ops(self, *words: str, hours: float = 1.0, checked: bool = True) -> Done:
        """Carry out a command of `python -m ops`."""
        return self.run(sys.executable, "-m", "ops", *words, hours=hours, checked=checked)

    def _lines(self, words: Sequence[str], deadline: float) -> tuple[int, str]:
        lines: list[str] = []
        with subprocess.Popen(
            words,
            cwd=self.folder,
            env=dict(self._variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                for line in process.stdout or ():
                    lines.append(line)
                    self.say(f"  {line.rstrip()}")
                    if time.monotonic() > deadline:
                        raise CommandFailedError(f"{' '.join(words)} takes too long")
            except BaseException:
                process.terminate()
                raise
        return process.returncode, "".join(lines)


def _last(lines: Sequence[str]) -> str:
    return " / ".join(line.strip() for line in lines[-3:]) or "it said nothing"
