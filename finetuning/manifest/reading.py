"""From the text of a manifest to its typed form: by the types of its fields, and with all problems at once."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from finetuning.errors import FineTuningError
from finetuning.manifest.document import SCHEMA, Manifest
from finetuning.problems import Problem

_KINDS = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}


class ManifestError(FineTuningError, ValueError):
    """A text that is no manifest of this release; `problems` has all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Say all of it in one message."""
        self.problems = tuple(problems)
        super().__init__("; ".join(["the manifest cannot be read", *map(str, self.problems)]))


def read(text: str | bytes) -> Manifest:
    """The manifest that a text holds.

    Raises:
        ManifestError: it is not JSON, of another schema, or not as this schema has it.
    """
    document = _parsed(text)
    if not isinstance(document, dict):
        raise ManifestError([Problem("", "must be a JSON object")])
    schema = document.pop("schema", None)
    if isinstance(schema, bool) or schema != SCHEMA:
        message = f"is {schema!r}, and this release knows schema {SCHEMA} only"
        raise ManifestError([Problem("schema", message, "promote with the release that issued it, or issue it anew")])
    found: list[Problem] = []
    manifest: Manifest = _section(Manifest, document, "", found)
    if found:
        raise ManifestError(found)
    return manifest


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ManifestError([Problem("", f"is not JSON: {error}")]) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different: of two values, readers would believe different ones."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return found


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")


def _value(kind: Any, value: Any, path: str, found: list[Problem]) -> Any:
    """The value as its type has it; what is wrong with it goes to `found`, and None takes its place."""
    if kind is Any:
        return value
    if get_origin(kind) is UnionType:
        inner = next(part for part in get_args(kind) if part is not NoneType)
        return None if value is None else _value(inner, value, path, found)
    if hasattr(kind, "_fields"):
        return _section(kind, value, path, found)
    if get_origin(kind) is tuple:
        return _entries(get_args(kind)[0], value, path, found)
    if get_origin(kind) is Mapping:
        return _object_of(get_args(kind)[1], value, path, found)
    return _scalar(kind, value, path, found)


def _scalar(kind: Any, value: Any, path: str, found: list[Problem]) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is kind and (kind is not float or isfinite(value)):
        return value
    found.append(_wrong(path, _KINDS[kind], value))
    return None


def _section(kind: Any, value: Any, path: str, found: list[Problem]) -> Any:
    if not isinstance(value, dict):
        found.append(_wrong(path, "an object", value))
        return None
    hints, defaults, before = get_type_hints(kind), kind._field_defaults, len(found)
    for name in sorted(set(value) - set(hints)):
        found.append(Problem(_joined(path, name), "unknown field", "promote with the release that issued it"))
    parts = {}
    for name, hint in hints.items():
        if name in value:
            parts[name] = _value(hint, value[name], _joined(path, name), found)
        elif name not in defaults:
            found.append(Problem(_joined(path, name), "is missing", "issue the manifest anew"))
    return kind(**parts) if len(found) == before else None


def _entries(kind: Any, value: Any, path: str, found: list[Problem]) -> Any:
    if not isinstance(value, list):
        found.append(_wrong(path, "a list", value))
        return ()
    return tuple(_value(kind, part, f"{path}[{index}]", found) for index, part in enumerate(value))


def _object_of(kind: Any, value: Any, path: str, found: list[Problem]) -> Any:
    if not isinstance(value, dict):
        found.append(_wrong(path, "an object", value))
        return {}
    return {name: _value(kind, part, _joined(path, name), found) for name, part in value.items()}


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _wrong(path: str, expected: str, value: object) -> Problem:
    shown = repr(value)
    return Problem(path, f"must be {expected}, got {shown if len(shown) <= 80 else shown[:77] + '…'}")
