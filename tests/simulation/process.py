"""A running piece of real code, as the world knows it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from greenlet import greenlet


class KilledError(BaseException):
    """The sandbox died. Not an `Exception`: nothing may catch it, as nothing survives a kill."""


@dataclass(eq=False)
class Process:
    """A running piece of real code.

    Attributes:
        ended: called once with the result, or with the exception that ended it (`KilledError` for a kill).
        deadline: when the platform kills it; None for never.
        alive: False from the moment it is killed or has ended.
        resume: goes on with it where it is suspended, if it is alive.
    """

    name: str
    ended: Callable[[object], None]
    green: greenlet = field(repr=False)
    deadline: float | None = None
    alive: bool = True
    resume: Callable[[], None] = field(init=False, repr=False)
