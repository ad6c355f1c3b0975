"""What a service model demands of values: required members, enums, lengths, ranges, patterns and unions.

The sentences are those of AWS's service framework, as in "1 validation error detected: Value 'a_b' at 'jobName' failed
to satisfy constraint: Member must satisfy regular expression pattern: ...".
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from local.bedrock.protocol.faults import Fault, validation

#: Values that the service takes although its model does not list them. Source of `General`: Bedrock User Guide, "Create
#: a model evaluation job using built-in metrics".
_UNLISTED: Mapping[str, tuple[str, ...]] = {"EvaluationTaskType": ("General",)}


def check(parameters: Mapping[str, Any], shape: StructureShape) -> None:
    """Require that parameters fulfil a shape.

    Raises:
        Fault: `ValidationException` with every violation in one message.
    """
    fault = violation(list(_structure_problems(parameters, shape, "")))
    if fault:
        raise fault


def violation(problems: list[str]) -> Fault | None:
    """One `ValidationException` that tells all problems; None when there are none."""
    if not problems:
        return None
    detected = "1 validation error" if len(problems) == 1 else f"{len(problems)} validation errors"
    return validation(f"{detected} detected: {'; '.join(problems)}")


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if getattr(shape, "is_document_type", False):
        return
    yield from _own_problems(value, shape, path)
    if isinstance(shape, StructureShape):
        yield from _structure_problems(value, shape, path)
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _problems(item, shape.member, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _problems(key, shape.key, f"{path}.key")
            yield from _problems(item, shape.value, f"{path}.{key}.member")


def _structure_problems(value: Mapping[str, Any], shape: StructureShape, path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if name not in value and not shape.members[name].metadata.get("idempotencyToken"):
            yield f"Value at '{prefix}{name}' failed to satisfy constraint: Member must not be null"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"Value at '{path}' failed to satisfy constraint: Member must have exactly one of its fields set"
    for name, item in value.items():
        yield from _problems(item, shape.members[name], f"{prefix}{name}")


def _own_problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    for wanted in _wanted(value, shape):
        yield f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: Member must {wanted}"


def _wanted(value: Any, shape: Shape) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    sized = isinstance(value, str | bytes | list | dict)
    measure = len(value) if sized else value
    phrase = "have length" if sized else "have value"
    if least is not None and measure < least:
        yield f"{phrase} greater than or equal to {least}"
    if most is not None and measure > most:
        yield f"{phrase} less than or equal to {most}"
        return
    if isinstance(shape, StringShape) and shape.enum and value not in (*shape.enum, *_UNLISTED.get(shape.name, ())):
        yield f"satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and isinstance(value, str) and not _compiled(pattern).fullmatch(value):
        yield f"satisfy regular expression pattern: {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A service model's pattern (Java's dialect, matched against the whole value) as one of Python's."""
    return re.compile(pattern.replace(r"\p{L}", r"[^\W\d_]").replace(r"[[^\W\d_]\p{M}0-9_]", r"\w"), re.ASCII)


def _shown(value: Any) -> str:
    return str(value) if not isinstance(value, bytes) else f"{len(value)} bytes"
