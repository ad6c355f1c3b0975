"""Why an input cannot be read, each in one message that says what to do."""

import os
from pathlib import Path

from finetuning.suggestions import did_you_mean

#: The location that stands for standard input.
STDIN = "-"
_SHOWN_FILES = 5


def failed(name: str, path: Path, error: OSError) -> str:
    """What the system said about a file."""
    if isinstance(error, PermissionError):
        return f"cannot read {name}: permission denied; allow it with: chmod u+r {path}"
    if isinstance(error, FileNotFoundError):
        guess = did_you_mean(path.name, _near(path))
        return f"cannot read {name}: it does not exist; {guess or 'correct the path, or give an s3:// URI'}"
    return f"cannot read {name}: {error.strerror}; correct the path, or give an s3:// URI"


def directory(name: str, path: Path) -> str:
    """A folder where a file is needed, and the files in it."""
    if not os.access(path, os.R_OK):
        return f"cannot read {name}: it is a directory; name a file in it"
    files = sorted(each for each in os.listdir(path) if each.endswith((".jsonl", ".json")))
    shown = ", ".join(files[:_SHOWN_FILES]) + (", …" if len(files) > _SHOWN_FILES else "")
    return f"cannot read {name}: it is a directory; name a file in it" + (f": {shown}" if shown else "")


def empty(name: str) -> str:
    """An input without a byte."""
    shown = "standard input" if name == STDIN else name
    return f"{shown} is empty (0 bytes); a dataset has one JSON object on each line"


def malformed(name: str) -> str:
    """A URI of no object."""
    form = "'s3://bucket/key' or 's3://bucket/key?versionId=…'"
    keys = "a bucket's name has 3 to 63 characters; keys may have letters, digits and -!_*'(). between single slashes"
    return f"cannot read {name}: it is not the URI of an object that Bedrock can read; write it as {form}; {keys}"


def _near(path: Path) -> list[str]:
    """The files beside it whose names are alike without their endings, which would make all of them alike."""
    folder = path.parent
    known = os.listdir(folder) if folder.is_dir() and os.access(folder, os.R_OK) else []
    return [name for name in sorted(known) if did_you_mean(path.stem, [Path(name).stem])]
