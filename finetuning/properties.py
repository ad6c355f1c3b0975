"""The properties of our custom resources, read with their types: all of them arrive as strings (fault A25)."""

from collections.abc import Mapping
from typing import Any

from finetuning.errors import FineTuningError


class InvalidPropertiesError(FineTuningError):
    """The resource's properties are not what its stack writes."""


class Properties:
    """The properties of one custom resource.

    Each method raises InvalidPropertiesError if the property is missing and has no default, or is of another type.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Keep the values as CloudFormation hands them on."""
        self._values = values

    def text(self, name: str, default: str | None = None) -> str:
        """A property that is a string."""
        value = self._values.get(name, default)
        if not isinstance(value, str):
            raise InvalidPropertiesError(f"property {name} must be a string, got {type(value).__name__}")
        return value

    def number(self, name: str, default: str | None = None) -> int:
        """A property that is a whole number."""
        value = self.text(name, default)
        if not value.isascii() or not value.isdigit():
            raise InvalidPropertiesError(f"property {name} must be a whole number, got {value!r}")
        return int(value)

    def optional_number(self, name: str) -> int | None:
        """A property that is a whole number, or "" or missing if there is none."""
        return self.number(name) if self.text(name, "") else None

    def amount(self, name: str) -> float | None:
        """A property that is an amount, or "" or missing if there is none."""
        value = self.text(name, "")
        if not value:
            return None
        try:
            amount = float(value)
        except ValueError:
            amount = -1.0
        if not 0 <= amount < float("inf"):
            raise InvalidPropertiesError(f"property {name} must be an amount, got {value!r}")
        return amount

    def flag(self, name: str) -> bool:
        """A property that is "true" or "false"; false if it is missing."""
        value = self.text(name, "false")
        if value not in {"true", "false"}:
            raise InvalidPropertiesError(f"property {name} must be 'true' or 'false', got {value!r}")
        return value == "true"

    def texts(self, name: str) -> dict[str, str]:
        """A property that is a map of strings; empty when it is missing."""
        value = self._values.get(name, {})
        if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
            raise InvalidPropertiesError(f"property {name} must be a map of strings")
        return dict(value)

    def lists(self, name: str) -> dict[str, list[str]]:
        """A property that is a map of lists of strings; empty when it is missing."""
        value = self._values.get(name, {})
        if not isinstance(value, Mapping) or not all(_is_texts(v) for v in value.values()):
            raise InvalidPropertiesError(f"property {name} must be a map of lists of strings")
        return {key: list(texts) for key, texts in value.items()}

    def items(self, name: str) -> list[str]:
        """A property that is a list of strings; empty when it is missing."""
        value = self._values.get(name, [])
        if not _is_texts(value):
            raise InvalidPropertiesError(f"property {name} must be a list of strings")
        return list(value)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
