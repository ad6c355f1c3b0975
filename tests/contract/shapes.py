"""Checks a value against a botocore shape: types and required members, which botocore checks too, and what it does not.

Patterns, enumerations and lengths are in the service model, but botocore sends whatever it is given.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "character": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "boolean": bool,
    "timestamp": datetime,
    "structure": Mapping,
    "map": Mapping,
    "list": Sequence,
}


#: Values that a guide documents and the service model does not list. Source: Bedrock User Guide, 'Create a model
#: evaluation job using built-in metrics', request with the AWS CLI.
_MODEL_LACKS: Mapping[str, tuple[str, ...]] = {"EvaluationTaskType": ("General",)}


def problems(value: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """What is wrong with a value, one sentence each."""
    expected = _TYPES.get(shape.type_name)
    if expected is not None and not isinstance(value, expected):
        yield f"{path}: {type(value).__name__} is no {shape.type_name}"
        return
    yield from _size_problems(value, shape, path)
    if isinstance(shape, StructureShape):
        yield from _structure_problems(value, shape, path)
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from problems(item, shape.member, f"{path}[{index}]")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from problems(key, shape.key, f"{path} key {key!r}")
            yield from problems(item, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from _text_problems(value, shape, path)


def _structure_problems(value: Mapping[str, Any], shape: StructureShape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"{path}: {name} is missing"
    for name, item in value.items():
        if name not in shape.members:
            yield f"{path}: {name} is unknown"
        else:
            yield from problems(item, shape.members[name], f"{path}.{name}")


def _text_problems(value: str, shape: Shape, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in (*allowed, *_MODEL_LACKS.get(shape.name, ())):
        yield f"{path}: {value!r} is none of {allowed}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_anchored(pattern), value):
        yield f"{path}: {value!r} does not match {pattern}"


def _anchored(pattern: str) -> str:
    r"""The pattern without anchors, which `fullmatch` brings, and with Java's `\p` classes as what they mean here."""
    for java, python in (("\\p{L}", "a-zA-Z"), ("\\p{Z}", " "), ("\\p{N}", "0-9")):
        pattern = pattern.replace(java, python)
    return pattern.removeprefix("^").removesuffix("$").replace("|^", "|")


def _size_problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    size = value if shape.type_name in {"integer", "long", "float", "double"} else None
    if size is None and hasattr(value, "__len__"):
        size = len(value)
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if size is not None and minimum is not None and size < minimum:
        yield f"{path}: {size} is less than {minimum}"
    if size is not None and maximum is not None and size > maximum:
        yield f"{path}: {size} is more than {maximum}"
