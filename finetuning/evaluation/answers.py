"""Answers and grades as they are saved: one JSON object per line, keyed by the id of the record they belong to.

A gate can be decided again from these lines, without an endpoint.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from finetuning.errors import FineTuningError
from finetuning.fingerprint import canonical_json


class SavedAnswersError(FineTuningError, ValueError):
    """Saved lines that cannot be read; the message names the lines, never their text."""


@dataclass(frozen=True)
class SavedAnswer:
    """What one subject answered to one record.

    Attributes:
        id: of the record.
        text: the answer; empty if there is none.
        input_tokens: as billed.
        output_tokens: as billed.
        seconds: from the request to the whole answer.
        stop_reason: as the model gave it; empty if there is no answer.
        failure: why there is no answer; empty if there is one.
    """

    id: str
    text: str
    input_tokens: int
    output_tokens: int
    seconds: float
    stop_reason: str
    failure: str = ""


@dataclass(frozen=True)
class SavedGrade:
    """What the judge thinks of one answer.

    Attributes:
        id: of the record.
        score: from 0 (worst) to 1 (best); 0 if the grading failed, which then counts as no grade.
        reason: in the judge's words.
        failure: why there is no grade; empty if there is one.
    """

    id: str
    score: float
    reason: str
    failure: str = ""


_Line = TypeVar("_Line", bound=SavedAnswer | SavedGrade)


class LineCodec(Generic[_Line]):
    """Writes and reads the lines of one kind."""

    def __init__(self, kind: type[_Line]) -> None:
        """Begin with the kind of line."""
        self._kind = kind
        self._types: dict[str, Any] = {field.name: field.type for field in fields(kind)}

    def encode(self, lines: Iterable[_Line]) -> bytes:
        """Return a file of lines, ordered by id, so that equal answers give equal bytes."""
        ordered = sorted(lines, key=lambda line: line.id)
        return "".join(canonical_json(vars(line)) + "\n" for line in ordered).encode("ascii")

    def decode(self, content: bytes) -> dict[str, _Line]:
        """Return the lines of a file by id.

        Raises:
            SavedAnswersError: lines are damaged, or two have the same id.
        """
        found: dict[str, _Line] = {}
        problems: list[str] = []
        for number, text in enumerate(content.splitlines(), 1):
            try:
                line = self._line(json.loads(text))
            except (ValueError, TypeError) as error:
                problems.append(f"line {number}: {_plain(error)}")
                continue
            if line.id in found:
                problems.append(f"line {number}: a second line of record {line.id}")
            found[line.id] = line
        if problems:
            raise SavedAnswersError(
                f"{self._kind.__name__} file is damaged ({'; '.join(problems)}); delete it, and the records are asked "
                f"again"
            )
        return found

    def _line(self, document: Any) -> _Line:
        if not isinstance(document, dict) or document.keys() != self._types.keys():
            raise ValueError(f"must be an object of {', '.join(self._types)}")
        wrong = [name for name, kind in self._types.items() if not _is(document[name], kind)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} must be {', '.join(self._types[name].__name__ for name in wrong)}")
        return self._kind(**document)


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return False
    if kind is str:
        return isinstance(value, str)
    allowed = (int, float) if kind is float else int
    return isinstance(value, allowed) and math.isfinite(value) and value >= 0


def _plain(error: Exception) -> str:
    """Return what is wrong without the line's text, which JSON's own errors do not quote either."""
    return "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)


ANSWERS = LineCodec(SavedAnswer)
GRADES = LineCodec(SavedGrade)
