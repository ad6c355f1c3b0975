"""Copies of this project, whose files a test may change."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: What is no part of a clone: made by set-up, by tools, or by runs.
_NOT_CLONED = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".wheels",
    ".local",
    ".hypothesis",
    ".benchmarks",
    ".*_cache",
    "__pycache__",
    "cdk.out",
    ".coverage",
)


def copy(folder: Path, source: Path = ROOT) -> None:
    """Copy a project as it is in its folder."""
    shutil.copytree(source, folder, ignore=_NOT_CLONED)


def set_up(folder: Path) -> None:
    """Give a clone what set-up has made for this one, so that `make setup` finds nothing left to do.

    The folders are the clone's own: whatever is written there does not reach ours.
    """
    for name, made, mark in ((".venv", Path(sys.prefix), ".installed"), (".wheels", ROOT / ".wheels", ".fetched")):
        (folder / name).mkdir()
        for entry in made.iterdir() if made.exists() else ():
            if entry.name != mark:
                (folder / name / entry.name).symlink_to(entry)
        (folder / name / mark).touch()
