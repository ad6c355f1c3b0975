"""A step of the demo that failed: which, why, and what to do."""

from collections.abc import Sequence


class StepFailedError(Exception):
    """One step could not be done.

    Attributes:
        step: its name.
        why: the lines that say why.
        to_do: what to do, one thing a line.
        log: path of the full log, or "".
    """

    def __init__(self, step: str, why: Sequence[str], to_do: Sequence[str], log: str = "") -> None:
        super().__init__(step)
        self.step, self.why, self.to_do, self.log = step, tuple(why), tuple(to_do), log


def message(error: StepFailedError) -> str:
    """The failure as it is printed."""
    lines = [f"the demo failed at the step: {error.step}", ""]
    lines += [f"  {line}" for line in error.why]
    if error.log:
        lines += ["", f"  full log: {error.log}"]
    lines += ["", "what to do:", *(f"  {line}" for line in error.to_do)]
    return "\n".join(lines)
