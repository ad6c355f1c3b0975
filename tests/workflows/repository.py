"""A repository on GitHub, as far as the workflows need one: a bare repository, and a `gh` that notes everything."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import project_copy

#: Git refuses a push without the right that GitHub would ask for.
_PRE_RECEIVE = """#!/bin/sh
case ",$GH_TOKEN," in
  *,contents=write,*) ;;
  *) echo "remote: Permission denied: the job has no contents: write" >&2; exit 1 ;;
esac
"""
#: The token of a person who may do everything.
PERSON = "contents=write,pull-requests=write,issues=write"


@dataclass(frozen=True)
class Merge:
    """What a merge on `main` did: the commits before and after it."""

    before: str
    after: str


class Repository:
    """The repository of a project, with its pull requests."""

    name = "example/finetuning"

    def __init__(self, folder: Path) -> None:
        self.folder, self.origin = folder, folder / "origin.git"
        self.state, self.binaries = folder / "github.json", folder / "bin"

    def create(self, change: Callable[[Path], None] = lambda clone: None, source: Path = project_copy.ROOT) -> None:
        """Push a project as it is in its folder, with changes, as the first commit of `main`."""
        seed = self.folder / "seed"
        project_copy.copy(seed, source)
        change(seed)
        self._git(seed, "init", "--quiet", "--initial-branch", "main")
        self._commit(seed, "Begin")
        self._git(self.folder, "clone", "--quiet", "--bare", str(seed), str(self.origin))
        shutil.rmtree(seed)
        hook = self.origin / "hooks" / "pre-receive"
        hook.write_text(_PRE_RECEIVE, encoding="utf-8")
        hook.chmod(0o755)
        self.binaries.mkdir()
        (self.binaries / "gh").write_text(
            f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("gh.py")}" "$@"\n', encoding="utf-8"
        )
        (self.binaries / "gh").chmod(0o755)

    def clone(self, folder: Path, commit: str = "main") -> None:
        """What a check-out of a commit puts into a folder; what set-up makes is there already."""
        self._git(self.folder, "clone", "--quiet", str(self.origin), str(folder))
        self._git(folder, "checkout", "--quiet", "--detach", commit)
        project_copy.set_up(folder)

    def change(self, change: Callable[[Path], None], message: str, branch: str = "main") -> Merge:
        """A person changes files on a branch, which is made of `main` if there is none, and pushes it."""
        with_clone = self.folder / "person"
        self._git(self.folder, "clone", "--quiet", str(self.origin), str(with_clone))
        try:
            known = self._git(with_clone, "branch", "--all", "--list", f"*/{branch}")
            self._git(with_clone, "switch", "--quiet", *([] if known else ["--create"]), branch)
            before = self._git(with_clone, "rev-parse", "HEAD")
            change(with_clone)
            self._commit(with_clone, message)
            self._git(with_clone, "push", "--quiet", "origin", branch)
            return Merge(before, self._git(with_clone, "rev-parse", "HEAD"))
        finally:
            shutil.rmtree(with_clone)

    def restore(self, commit: str) -> None:
        """A person puts `main` back to what it was."""
        self._git(self.origin, "update-ref", "refs/heads/main", commit)

    def merge(self, branch: str) -> Merge:
        """A person merges a pull request."""
        person = self.folder / "person"
        self._git(self.folder, "clone", "--quiet", "--branch", "main", str(self.origin), str(person))
        try:
            before = self._git(person, "rev-parse", "HEAD")
            self._git(person, "merge", "--quiet", "--no-ff", "--message", f"Merge {branch}", f"origin/{branch}")
            self._git(person, "push", "--quiet", "origin", "main")
            self._git(person, "push", "--quiet", "--delete", "origin", branch)
            after = self._git(person, "rev-parse", "HEAD")
        finally:
            shutil.rmtree(person)
        known = self.known()
        for request in known["pull_requests"]:
            request["state"] = "merged" if request["head"] == branch else request["state"]
        self.state.write_text(json.dumps(known), encoding="utf-8")
        return Merge(before, after)

    def head(self, branch: str = "main") -> str:
        """The last commit of a branch."""
        return self._git(self.origin, "rev-parse", branch)

    def read(self, path: str, branch: str = "main") -> str:
        """A file on a branch."""
        return self._git(self.origin, "show", f"{branch}:{path}")

    def known(self) -> dict[str, Any]:
        """What `gh` was told: calls, pull requests, comments and issues."""
        empty: dict[str, Any] = {"calls": [], "pull_requests": [], "comments": {}, "issues": []}
        return json.loads(self.state.read_text(encoding="utf-8")) if self.state.exists() else empty

    def _commit(self, folder: Path, message: str) -> None:
        self._git(folder, "add", "--all")
        self._git(folder, "commit", "--quiet", "--message", message)

    def _git(self, folder: Path, *arguments: str) -> str:
        who: Mapping[str, str] = {
            "GIT_AUTHOR_NAME": "person", "GIT_AUTHOR_EMAIL": "person@example.com",
            "GIT_COMMITTER_NAME": "person", "GIT_COMMITTER_EMAIL": "person@example.com",
            "GH_TOKEN": PERSON, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=folder, env=os.environ | who, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout.strip()
