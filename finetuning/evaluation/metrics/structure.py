"""Metrics of answers that a program reads: JSON, JSON of a schema, and tool calls as ``{"name", "arguments"}``.

An answer counts as the application gets it: the whole text must be JSON. One in a Markdown fence is not.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from math import nan
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.evaluation.metric import Case, Metric, from_zero_to_one
from finetuning.evaluation.settings import EvaluationSettings

_DEEPEST = 64
_MISSING = object()
_NOT_JSON = object()
#: Keys of a tool call that say nothing of what is called.
_LABELS = ("type", "id")
#: What of a tool call is compared.
_Part = Callable[[dict[str, Any]], dict[str, Any]]


class JsonSchemaError(FineTuningError, ValueError):
    """A schema that is none; the message says where."""


def parse(text: str) -> Any:
    """Return the JSON value that a whole text is, or a mark of its own if it is none (RFC 8259: no NaN).

    What is nested too deep counts as none: a model that repeats a bracket must not end the evaluation.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _NOT_JSON
    return _NOT_JSON if _is_too_deep(value) else value


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def is_json(value: object) -> bool:
    """Return whether ``parse`` found JSON."""
    return value is not _NOT_JSON


def same(one: object, other: object) -> bool:
    """Return whether two JSON values are equal: keys in any order, 1 and 1.0 the same, but true no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def json_valid(case: Case) -> float:
    """Return 1 if the answer is JSON."""
    return float(is_json(parse(case.text)))


def json_match(case: Case) -> float:
    """Return 1 if answer and reference are the same JSON value."""
    answer = parse(case.text)
    return float(is_json(answer) and same(answer, parse(case.record.reference)))


def json_fields(case: Case) -> float:
    """Return the share of fields, of either side, that answer and reference have with the same value.

    A field is a value within objects, by its path; a list is one field.
    """
    answer, reference = parse(case.text), parse(case.record.reference)
    if not is_json(answer) or not is_json(reference):
        return 0.0
    answered, wanted = dict(_fields(answer)), dict(_fields(reference))
    equal = sum(same(value, answered.get(path, _MISSING)) for path, value in wanted.items())
    return equal / len(answered.keys() | wanted.keys())


def tool_call_match(case: Case) -> float:
    """Return 1 if the answer calls the reference's tools with the same arguments, or neither calls one."""
    return _compared(case, lambda call: call)


def tool_name_match(case: Case) -> float:
    """Return 1 if the answer calls the reference's tools, whatever their arguments, or neither calls one."""
    return _compared(case, lambda call: {"name": call["name"]})


def schema_metric(settings: EvaluationSettings) -> Metric:
    """Return the metric of answers that fit the configured JSON Schema."""
    return Metric(
        "json_schema_valid",
        "Fits the JSON Schema",
        "share",
        "more",
        _schema_check(settings.json_schema),
        extremes=from_zero_to_one,
        needs="evaluation.json_schema",
    )


def _schema_check(schema: Mapping[str, Any] | bool | None) -> Callable[[Case], float | None]:
    if schema is None:
        return lambda case: None
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    document: Any = schema
    kind = validator_for(document, default=Draft202012Validator)
    try:
        kind.check_schema(document)
    except SchemaError as error:
        raise JsonSchemaError(
            f"evaluation.json_schema is no JSON Schema: {error.message} at {error.json_path}; correct the file"
        ) from error
    validator = kind(document, registry=Registry())  # an empty one: nothing is fetched from anywhere

    def fits(case: Case) -> float:
        value = parse(case.text)
        try:
            return float(is_json(value) and validator.is_valid(value))
        except Unresolvable:
            return nan  # a reference that leads nowhere; no gate lets NaN pass

    return fits


def _compared(case: Case, part: _Part) -> float:
    if case.failed:
        return 0.0
    return float(same(_called(case.text, part), _called(case.record.reference, part)))


def _called(text: str, part: _Part) -> Any:
    """Return what of a text's calls is compared, whatever their spelling; a mark if it calls no tool.

    What is not understood stays as it is, so that only the same is right. That is so of JSON that is no call, and of a
    text with a brace: it may be a call in a fence or between tags.
    """
    value = parse(text)
    if not is_json(value):
        return text.strip() if "{" in text else _NOT_JSON
    return [_call(inner, part) for inner in value] if isinstance(value, list) else _call(value, part)


def _call(value: Any, part: _Part) -> Any:
    """Return what of a tool call is compared; a value that is none stays as it is.

    Arguments may be JSON in a string, beside a type and an id or in a ``function``. Source: OpenAI API reference, 'Chat
    completions', tool_calls. Arguments that are left out are none, but only beside nothing else than a name.
    """
    if not isinstance(value, dict):
        return value
    call = {"arguments": {}, **value} if value.keys() == {"name"} else value
    call = {key: inner for key, inner in call.items() if key not in _LABELS}
    if call.keys() == {"function"} and isinstance(call["function"], dict):
        call = call["function"]
    if call.keys() != {"name", "arguments"} or not isinstance(call["name"], str):
        return value
    arguments = parse(call["arguments"]) if isinstance(call["arguments"], str) else call["arguments"]
    return part({"name": call["name"], "arguments": arguments}) if isinstance(arguments, dict) else value


def _fields(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _fields(inner, (*path, key))
    else:
        yield path, value


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}")


METRICS = (
    Metric("json_valid", "Valid JSON", "share", "more", json_valid, extremes=from_zero_to_one),
    Metric("json_match", "Same JSON", "share", "more", json_match, extremes=from_zero_to_one),
    Metric("json_fields", "Same JSON fields", "share", "more", json_fields, extremes=from_zero_to_one),
    Metric("tool_call_match", "Right tool call", "share", "more", tool_call_match, extremes=from_zero_to_one),
    Metric("tool_name_match", "Right tool", "share", "more", tool_name_match, extremes=from_zero_to_one),
)
