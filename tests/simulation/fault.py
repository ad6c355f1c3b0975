"""What can happen to an API call on its way: the request, its effect and its answer can each be lost or late."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True)
class Fault:
    """What strikes a call.

    Attributes:
        arrives: seconds after which the request takes effect; None for never.
        error: raised in the sender; None kills it, unless the answer reaches it.
        is_answered: whether the answer reaches the sender in the end.
    """

    arrives: float | None = None
    error: Exception | None = None
    is_answered: bool = False

    @classmethod
    def before(cls, error: Exception | None = None) -> "Fault":
        """The request is lost, or refused in passing; without an error the sender dies before it sends."""
        return cls(error=error)

    @classmethod
    def after(cls, error: Exception | None = None) -> "Fault":
        """The request takes effect and its answer is lost; without an error the sender dies before it hears."""
        return cls(arrives=0.0, error=error)

    @classmethod
    def late(cls, seconds: float, error: Exception | None = None) -> "Fault":
        """The sender gives up or dies now, and its request still arrives later."""
        return cls(arrives=seconds, error=error)

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        """The request arrives late, and is answered then."""
        return cls(arrives=seconds, is_answered=True)

    def __str__(self) -> str:
        """For the trace: the same text in every run."""
        what = type(self.error).__name__ if self.error else "killed"
        if self.is_answered:
            return f"slow by {self.arrives:.1f} s"
        if self.arrives is None:
            return f"before: {what}"
        return f"late by {self.arrives:.1f} s: {what}" if self.arrives else f"after: {what}"


class Call(NamedTuple):
    """One API call, at the moment at which it would take effect.

    Attributes:
        number: counts all calls of the world from 0, so that a replay finds the same one.
        process: name of the process that calls.
        operation: `<service>.<method>`, such as `bedrock.create_model_customization_job`.
    """

    number: int
    process: str
    operation: str


class Faults(Protocol):
    """Decides which calls are struck."""

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
