"""Reading the fields of a JSON object by type, and noting every problem on the way."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard, TypeVar

from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

_Choice = TypeVar("_Choice", bound=str)
_Type = TypeVar("_Type")


class Fields:
    """The fields of one object; what cannot be read is noted, and something harmless is returned in its place.

    Attributes:
        problems: what is wrong so far, shared with the objects inside.
    """

    def __init__(self, document: Mapping[str, Any], path: str = "", problems: list[Problem] | None = None) -> None:
        """Begin with an object and the dotted path at which it stands."""
        self._document, self._path = document, path
        self._known: list[str] = []
        self.problems: list[Problem] = [] if problems is None else problems

    def done(self) -> None:
        """Note the fields that nobody asked for."""
        for name in self._document:
            if name not in self._known:
                fix = did_you_mean(name, self._known) or f"known are {', '.join(self._known)}"
                self._note(name, "unknown field", fix)

    def section(self, name: str) -> "Fields | None":
        """Return the object in a field; None if it is absent or null."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._note(name, f"must be an object or null, got {value!r}")
            return None
        return Fields(value, self._at(name), self.problems)

    def sections(self, name: str) -> list[tuple[str, "Fields"]]:
        """Return the objects in an object, by key, in the order of the keys."""
        inside = self.section(name)
        if inside is None:
            return []
        found = [(key, inside.section(key)) for key in sorted(inside._document)]
        return [(key, part) for key, part in found if part is not None]

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string."""
        value = self._take(name, default)
        return value if isinstance(value, str) else self._wrong(name, "a string", value, "")

    def optional_text(self, name: str) -> str | None:
        """Return a string; None if it is absent or null."""
        return None if self._take(name) is None else self.text(name)

    def texts(self, name: str, default: Sequence[str] = (), *, allowed: Sequence[str] = ()) -> tuple[str, ...]:
        """Return a list of strings, each once, of those allowed if any are named."""
        value = self._take(name, default)
        if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(x, str) for x in value):
            return self._wrong(name, "a list of strings", value, ())
        strangers = [item for item in value if allowed and item not in allowed]
        if strangers:
            self._note(name, f"{', '.join(strangers)} must be of {', '.join(allowed)}")
        return tuple(dict.fromkeys(value))

    def choice(self, name: str, allowed: Sequence[_Choice], default: _Choice | None = None) -> _Choice:
        """Return one of some words."""
        value = self._take(name, default)
        if value in allowed:
            return allowed[allowed.index(value)]
        return self._wrong(name, f"one of {', '.join(allowed)}", value, allowed[0])

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self._take(name, default)
        return value if isinstance(value, bool) else self._wrong(name, "true or false", value, default)

    def integer(self, name: str, default: int, *, least: int) -> int:
        """Return an integer of at least so much."""
        value = self._take(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        return self._wrong(name, f"an integer of at least {least}", value, default)

    def number(
        self,
        name: str,
        default: float | None = None,
        *,
        least: float = -math.inf,
        above: float = -math.inf,
        below: float = math.inf,
    ) -> float:
        """Return a finite number within bounds."""
        value = self._take(name, default)
        if _is_finite(value) and value >= least and above < value < below:
            return float(value)
        bounds = [(least, "at least"), (above, "above"), (below, "below")]
        limits = " and ".join(f"{word} {bound:g}" for bound, word in bounds if math.isfinite(bound))
        return self._wrong(name, f"a finite number {limits}".rstrip(), value, 0.0)

    def optional_number(self, name: str, *, least: float = -math.inf) -> float | None:
        """Return a finite number; None if it is absent or null."""
        return None if self._take(name) is None else self.number(name, least=least)

    def numbers(self, name: str) -> tuple[tuple[str, float], ...]:
        """Return the numbers in an object, by key, in the order of the keys."""
        inside = self.section(name)
        return tuple((key, inside.number(key)) for key in sorted(inside._document)) if inside else ()

    def schema(self, name: str) -> Mapping[str, Any] | bool | None:
        """Return a JSON Schema, which is an object or a truth value; None if it is absent or null."""
        value = self._take(name)
        if isinstance(value, Mapping | bool):
            return value
        return None if value is None else self._wrong(name, "a JSON Schema (an object)", value, None)

    def _take(self, name: str, default: Any = None) -> Any:
        if name not in self._known:
            self._known.append(name)
        return self._document.get(name, default)

    def _wrong(self, name: str, wanted: str, value: object, instead: _Type) -> _Type:
        self._note(name, f"must be {wanted}, got {'nothing' if value is None else repr(value)}")
        return instead

    def _note(self, name: str, message: str, fix: str = "") -> None:
        self.problems.append(Problem(self._at(name), message, fix))

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


def _is_finite(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
