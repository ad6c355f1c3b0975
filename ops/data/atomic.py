"""Output that is there as a whole or not at all: written beside its place, then renamed."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from configuration.dataset_files import is_s3
from ops.data.inputs import Input
from ops.data.reasons import STDIN
from ops.errors import UnwritableError, UsageError

STDOUT = "-"


@contextmanager
def replaced(location: str) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes become the file when the block ends well; else nothing is left of them.

    `-` is standard output and gets all of them at the end, or nothing; so does what is no file, such as a pipe.

    Raises:
        UnwritableError: the folder does not exist or may not be written, or the disk is full.
    """
    if not _is_file(location):
        yield from _spooled(location)
        return
    path = Path(os.path.realpath(location))  # a link stays one
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    except OSError as error:
        raise UnwritableError(f"cannot write {location}: {error.strerror}: {path.parent}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UnwritableError(f"cannot write {location}: {error.strerror or error}; nothing was changed") from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _spooled(location: str) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        yield cast(BinaryIO, file)
        file.seek(0)
        if location == STDOUT:
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        try:
            with Path(location).open("wb") as target:
                shutil.copyfileobj(file, target)
        except OSError as error:
            raise UnwritableError(f"cannot write {location}: {error.strerror or error}") from error


def require_writable(outputs: list[str], inputs: list[Input], *, force: bool) -> None:
    """Refuse outputs that would replace something, all at once, before any work is done.

    Raises:
        UsageError: an output is an input, no file, named twice, or exists without `force`.
    """
    problems = [problem for each in outputs if (problem := _problem(each, inputs, force))]
    if len({os.path.realpath(each) for each in outputs}) < len(outputs):
        problems.append(f"two outputs are the same file: {', '.join(outputs)}; name another one")
    if problems:
        raise UsageError("\n".join(problems))


def _problem(output: str, inputs: list[Input], force: bool) -> str | None:
    path = Path(output)
    if is_s3(output):
        return f"{output} is not a file; write a file, then upload it with: python -m ops data push FILE"
    if path.is_dir():
        return f"{output} is a directory; name a file in it"
    if not _is_file(output) or not path.exists():
        return None
    if any(each.is_file and path.samefile(each.location) for each in inputs if each.location != STDIN):
        return f"{output} is the file that is read; name another one"
    return None if force else f"{output} exists; replace it with --force, or name another file"


def _is_file(location: str) -> bool:
    """Whether it is the path of a file, there or yet to be made, and no pipe or device."""
    path = Path(location)
    return location != STDOUT and (path.is_file() or not path.exists())


def _mode(path: Path) -> int:
    """Those of the file that is replaced, else what a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
