"""What the fields of the sections are: found by their dotted path, and told by the kinds of JSON values they take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_KINDS: Mapping[Any, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    date: "date",
    Any: "any",
    dict: "object",
    tuple: "list",
}


@dataclass(frozen=True)
class Target:
    """A field, or an entry of an object with keys of any name.

    Attributes:
        steps: the keys that lead there; a key of any name may have dots of its own.
        annotation: what its value may be.
    """

    steps: tuple[str, ...]
    annotation: Any


def section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the section that an annotation such as ``Section | None`` names, or None if it names another type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType):
        return next((found for part in get_args(annotation) if (found := section_of(part))), None)
    return None


def takes_none(annotation: Any) -> bool:
    """Return whether what an annotation describes may be left out by saying that there is none of it."""
    if get_origin(annotation) is Annotated:
        return takes_none(get_args(annotation)[0])
    return get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation)


def entries_of(annotation: Any) -> Any:
    """Return what the entries of an object with keys of any name may be, or None if it is no such object."""
    if get_origin(annotation) is Annotated:
        return entries_of(get_args(annotation)[0])
    return get_args(annotation)[1] if get_origin(annotation) is dict else None


def kinds(annotation: Any) -> frozenset[str]:
    """Return which JSON values an annotation takes: string, date, boolean, integer, number, list, object or any."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return frozenset().union(*(kinds(part) for part in get_args(annotation) if part is not type(None)))
    if origin is Literal:
        return frozenset(_KINDS[type(value)] for value in get_args(annotation))
    if section_of(annotation):
        return frozenset({"object"})
    return frozenset({_KINDS[origin or annotation]})


def resolve(section: type[BaseModel], path: str) -> Target | None:
    """Return the field that a dotted path names, counted from a section; None if there is none."""
    name, _, rest = path.partition(".")
    field = section.model_fields.get(name)
    if field is None or path.endswith("."):
        return None
    if not rest:
        return Target((name,), field.annotation)
    nested, entries = section_of(field.annotation), entries_of(field.annotation)
    found = resolve(nested, rest) if nested else _entry(entries, rest) if entries else None
    return Target((name, *found.steps), found.annotation) if found else None


def leaves(section: type[BaseModel], path: str = "") -> Iterator[str]:
    """Yield the dotted path of each field that is no section; keys of any name are written ``<name>``."""
    for name, field in section.model_fields.items():
        nested, entries = section_of(field.annotation), entries_of(field.annotation)
        if nested:
            yield from leaves(nested, f"{path}{name}.")
        elif entries is None:
            yield f"{path}{name}"
        elif inner := section_of(entries):
            yield from leaves(inner, f"{path}{name}.<name>.")
        else:
            yield f"{path}{name}.<name>"


def _entry(entries: Any, path: str) -> Target | None:
    """Return the entry of an open object, or a field of it; the entry's name is as short as it can be."""
    nested = section_of(entries)
    if nested is None:
        return Target((path,), entries)
    for position, character in enumerate(path):
        if character == "." and position and (found := resolve(nested, path[position + 1 :])):
            return Target((path[:position], *found.steps), found.annotation)
    return Target((path,), entries)
