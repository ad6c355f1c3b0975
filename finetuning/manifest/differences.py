"""In which fields two manifests differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from finetuning.manifest.document import Manifest

ABSENT = None
"""In the place of what one of the two does not have."""


class Difference(NamedTuple):
    """A field by its dotted path, and what it is in the one and in the other."""

    path: str
    one: Any
    other: Any


def differences(one: Manifest, other: Manifest) -> tuple[Difference, ...]:
    """The fields in which two manifests differ, in the order of the document."""
    return tuple(_different("", one.document(), other.document()))


def _different(path: str, one: Any, other: Any) -> Iterator[Difference]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in {**one, **other}:
            yield from _different(f"{path}.{name}" if path else name, one.get(name, ABSENT), other.get(name, ABSENT))
    elif _is_list(one) and _is_list(other):
        for index in range(max(len(one), len(other))):
            yield from _different(f"{path}[{index}]", _at(one, index), _at(other, index))
    elif isinstance(one, Mapping) and other is ABSENT:
        yield from _different(path, one, dict.fromkeys(one))
    elif isinstance(other, Mapping) and one is ABSENT:
        yield from _different(path, dict.fromkeys(other), other)
    else:
        yield Difference(path, one, other)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _at(values: Sequence[Any], index: int) -> Any:
    return values[index] if index < len(values) else ABSENT
