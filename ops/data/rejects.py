"""Records that could not be converted, with the reasons: a file of training text, to be treated like the dataset."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from finetuning.dataset.findings import Flaw
from ops.data.atomic import replaced


class RejectFile:
    """Writes one JSON object per rejected record; there is no file if there is none."""

    def __init__(self, location: str, stack: ExitStack) -> None:
        self._location, self._stack = location, stack
        self._file: Any = None
        self.count = 0

    def add(self, line: int, record: bytes, flaws: tuple[Flaw, ...]) -> None:
        """Take a record that is left out."""
        if self._file is None:
            self._file = self._stack.enter_context(replaced(self._location))
        self.count += 1
        self._file.write(json.dumps(entry(line, record, flaws), ensure_ascii=False).encode() + b"\n")


@contextmanager
def reject_file(location: str) -> Iterator[RejectFile]:
    """Yield a file that replaces the one of an earlier run when the block ends well; without rejects there is none."""
    with ExitStack() as stack:
        rejects = RejectFile(location, stack)
        yield rejects
    if not rejects.count:
        Path(location).unlink(missing_ok=True)


def entry(line: int, record: bytes, flaws: tuple[Flaw, ...]) -> dict[str, object]:
    """Return the object about a record: where it was, what is wrong with it, and its bytes.

    The bytes are ``record`` if they are UTF-8, else ``record_base64``.
    """
    reasons = [f"{flaw.path}: {flaw.message}".removeprefix(": ") for flaw in flaws]
    about: dict[str, object] = {"line": line, "codes": [flaw.code for flaw in flaws], "reasons": reasons}
    try:
        return about | {"record": record.decode("utf-8").rstrip("\r\n")}
    except UnicodeDecodeError:
        return about | {"record_base64": base64.b64encode(record).decode("ascii")}
