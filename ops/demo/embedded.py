"""The embedded AWS as another program: its commands, and the shell environment that points to it."""

import os
import shlex
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

START = (sys.executable, "-m", "local", "start")
STATUS = (sys.executable, "-m", "local", "status")
ENVIRONMENT = (sys.executable, "-m", "local", "environment")

#: Exit codes of `python -m local status`: there is no server, or there is one that is stuck.
NOT_RUNNING, NOT_ANSWERING = 3, 4


@dataclass(frozen=True)
class ShellEnvironment:
    """What `python -m local environment` says: variables to set and to remove."""

    variables: Mapping[str, str]
    removed: tuple[str, ...]

    def apply(self, environment: MutableMapping[str, str]) -> None:
        """Change an environment so that every AWS client in it talks to the embedded AWS."""
        for name in self.removed:
            environment.pop(name, None)
        environment.update(self.variables)
        binaries = str(Path(sys.executable).parent)
        others = [folder for folder in environment.get("PATH", os.defpath).split(os.pathsep) if folder != binaries]
        environment["PATH"] = os.pathsep.join([binaries, *others])


def parse(script: str) -> ShellEnvironment:
    """Return what a POSIX script of `export NAME=value` and `unset NAME …` lines says; other lines are left out."""
    variables: dict[str, str] = {}
    removed: list[str] = []
    for line in script.splitlines():
        words = shlex.split(line, comments=True) if line.startswith(("export ", "unset ")) else []
        if words[:1] == ["unset"]:
            removed += words[1:]
        elif words:
            variables |= dict(word.split("=", 1) for word in words[1:] if "=" in word)
    return ShellEnvironment(variables, tuple(removed))
