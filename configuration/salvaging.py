"""What can be judged of a section that has mistakes: one mistake must not hide the others."""

import math
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from configuration import fields

_Section = TypeVar("_Section", bound=BaseModel)
#: In the place of an object that is none; told from an empty one by its identity.
UNREADABLE_OBJECT: dict[str, Any] = {}
#: Neither absent nor known: every rule about such a value finds nothing, because another problem names it already.
_UNREADABLE: Mapping[str, Any] = {
    "string": "",
    "integer": math.nan,
    "number": math.nan,
    "date": date.max,
    "list": (),
    "object": UNREADABLE_OBJECT,
    "boolean": False,
    "any": "",
}


def salvage(section: type[_Section], raw: object) -> _Section:
    """Return a section with the fields that are as they should be.

    In the place of the others stands a value with which no rule finds anything: an empty string, or a number that is
    none. Sections, and entries of objects with keys of any name, are salvaged each for itself.
    """
    given = raw if isinstance(raw, Mapping) else {}
    return section.model_construct(**{name: _value(section, name, given) for name in section.model_fields})


def _value(section: type[BaseModel], name: str, given: Mapping[str, Any]) -> Any:
    field = section.model_fields[name]
    if name not in given and not field.is_required():
        return field.get_default(call_default_factory=True)
    try:
        return _adapter(section, name).validate_python(given.get(name))
    except ValidationError:
        return _parts(field.annotation, given.get(name))


@cache
def _adapter(section: type[BaseModel], name: str) -> TypeAdapter[Any]:
    field = section.model_fields[name]
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(annotation)


def _parts(annotation: Any, raw: object) -> Any:
    nested, entries = fields.section_of(annotation), fields.entries_of(annotation)
    if nested:
        return salvage(nested, raw)
    if entries is not None and isinstance(raw, Mapping):
        return {str(key): _entry(entries, value) for key, value in raw.items()}
    (kind, *_) = sorted(fields.kinds(annotation))
    return _UNREADABLE[kind]


def _entry(annotation: Any, raw: object) -> Any:
    """Return an entry of an object with keys of any name."""
    nested = fields.section_of(annotation)
    if nested:
        return salvage(nested, raw)
    try:
        return TypeAdapter(annotation).validate_python(raw)
    except ValidationError:
        return _parts(annotation, raw)
