"""Turns pydantic's findings into problems that say what was received, what is allowed and what to do."""

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

_EXPECTED = {
    "string_type": "must be a string",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "int_type": "must be an integer",
    "int_parsing": "must be an integer",
    "int_from_float": "must be an integer",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_too_short": "must not be empty",
    "date_parsing": "must be a date like '2026-01-15'",
    "date_from_datetime_parsing": "must be a date like '2026-01-15'",
    "date_type": "must be a date like '2026-01-15'",
}
_PATTERNS = {
    "account": "must be a 12-digit AWS account id",
    "region": "must be an AWS Region such as 'us-east-1'",
    "media": "must be a folder of a bucket, 's3://bucket/folder/', with letters, digits and _ - . in its name",
    "key_arn": "must be the ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>'",
}


def problems(section: type[BaseModel], error: ValidationError, path: str) -> Iterator[Problem]:
    """Yield one problem for each finding, in pydantic's order.

    Args:
        section: the model that refused the value; its fields are the allowed ones.
        error: what it raised.
        path: dotted path of the value in the configuration.
    """
    for details in error.errors(include_url=False):
        yield _problem(section, details, path)


def fields_at(section: type[BaseModel], location: Sequence[int | str]) -> tuple[str, ...]:
    """Return the fields that are known at a location, or nothing where any key is allowed."""
    for step in location:
        field = section.model_fields.get(str(step))
        nested = section_of(field.annotation) if field else None
        if nested is None:
            return ()
        section = nested
    return tuple(section.model_fields)


def shown(value: object) -> str:
    """Return a value as it may stand in a message: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _problem(section: type[BaseModel], details: ErrorDetails, path: str) -> Problem:
    location = details["loc"]
    where = ".".join([path, *(str(step) for step in location if step != "[key]")])
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = fields_at(section, location[:-1])
        guess = did_you_mean(str(location[-1]), known)
        return Problem(where, f"unknown field; allowed: {', '.join(known)}", guess or "remove it")
    if kind == "missing":
        return Problem(where, "is required", "add it")
    if kind == "literal_error":
        guess = (
            did_you_mean(value, context["expected"].replace("'", "").split(" or ")) if isinstance(value, str) else ""
        )
        return Problem(where, f"must be {context['expected']}, got {shown(value)}", guess)
    return Problem(where, f"{_expectation(details)}, got {shown(value)}")


def _expectation(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(details["loc"][-1]), f"must match {context['pattern']}")
    sentence = details["msg"].replace("Input should", "must")
    return sentence[:1].lower() + sentence[1:]


def section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the section that an annotation such as ``Section | None`` names, or None if it names another type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType):
        return next((found for part in get_args(annotation) if (found := section_of(part))), None)
    return None
