"""What is written down while a world lives, for the oracle: logs, what people did, and what pointers were set to."""

import io
from dataclasses import dataclass


class Output(io.TextIOBase):
    """What functions print, as CloudWatch Logs would keep it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> int:
        """Keep it."""
        self.lines.append(text)
        return len(text)


@dataclass(frozen=True)
class Pointed:
    """A value that the pointer was given, and what its endpoint was at that moment; "" for what is not there.

    Attributes:
        model_arn: that the endpoint served.
        flaw: how this model fails to answer, or "".
        is_bad: whether its answers do not pass an evaluation.
    """

    at: float
    name: str
    arn: str
    status: str
    model_arn: str = ""
    flaw: str = ""
    is_bad: bool = False


@dataclass(frozen=True)
class Act:
    """Something that a person did: an operator's command, or a change by hand."""

    at: float
    what: str
    model: str


@dataclass(frozen=True)
class Judged:
    """A judgement of an operator that was taken: `approve` or `roll back`, of which custom model."""

    at: float
    what: str
    model: str
    model_arn: str
