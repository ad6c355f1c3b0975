"""The one shape in which rule modules report what is wrong with a configuration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was received and is allowed, and what to do.

    Attributes:
        path: dotted path of the field as its author wrote it, such as ``hyperparameters.epochCount``.
        message: what was received and what is allowed.
        fix: what to do next; empty if the message says it all.
    """

    path: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        """Return the problem as one line."""
        line = f"{self.path}: {self.message}" if self.path else self.message
        return f"{line}; {self.fix}" if self.fix else line
