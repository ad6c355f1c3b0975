"""Metrics of answers that a program reads."""

import json
from math import isnan

import pytest

from finetuning.evaluation.metrics.structure import (
    JsonSchemaError,
    json_fields,
    json_match,
    json_valid,
    schema_metric,
    tool_call_match,
    tool_name_match,
)
from finetuning.evaluation.settings import EvaluationSettings
from tests.unit.finetuning.evaluation.judged_answers import case

CALL = '{"name": "set", "arguments": {"room": "Oslo", "degrees": 21}}'


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ('{"a": 1}', 1),
        (" [1]\n", 1),
        ("1", 1),
        ("", 0),
        ("```json\n{}\n```", 0),
        ('Here it is: {"a": 1}', 0),
        ('{"a": NaN}', 0),
        ("[" * 100_000, 0),
        ("[" * 60 + "]" * 60, 1),
        ("[" * 500 + "]" * 500, 0),
        ('{"a":' * 500 + "1" + "}" * 500, 0),
        ("9" * 10_000, 0),
    ],
)
def test_json_valid(answer, value):
    """The whole text, as the application gets it."""
    assert json_valid(case(answer, "{}")) == value


@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [
        ('{"b": 2, "a": 1}', '{"a": 1.0, "b": 2}', 1),
        ('{"a": true}', '{"a": 1}', 0),
        ('{"a": 0}', '{"a": false}', 0),
        ("[1, 2]", "[2, 1]", 0),
        ("[1]", "[1, 1]", 0),
        ('{"a": [true]}', '{"a": [1]}', 0),
        ('{"a": null}', "{}", 0),
        ("x", "x", 0),
    ],
)
def test_json_match(answer, reference, value):
    assert json_match(case(answer, reference)) == value


@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [
        ('{"a": 1, "b": {"c": 2, "d": 3}}', '{"a": 1, "b": {"c": 2, "d": 4}}', 2 / 3),
        ('{"a": 1, "b": 2, "x": 3}', '{"a": 1}', 1 / 3),
        ("{}", '{"a": 1}', 0),
        ('{"a": true}', '{"a": 1}', 0),
        ("[1, 2]", "[1, 2]", 1),
        ("{}", "{}", 1),
        ("no", '{"a": 1}', 0),
    ],
)
def test_json_fields(answer, reference, value):
    """What is missing and what is too much both cost."""
    assert json_fields(case(answer, reference)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("answer", "reference", "call", "name"),
    [
        (CALL, CALL, 1, 1),
        ('{"arguments": {"degrees": 21.0, "room": "Oslo"}, "name": "set"}', CALL, 1, 1),
        ('{"name": "set", "arguments": {"room": "Oslo", "degrees": "21"}}', CALL, 0, 1),
        ('{"name": "get", "arguments": {"room": "Oslo", "degrees": 21}}', CALL, 0, 0),
        ('{"name": "set"}', '{"name": "set", "arguments": {}}', 1, 1),
        ('{"name": "set", "arguments": null}', '{"name": "set", "arguments": {}}', 0, 0),
        (CALL + " Done.", CALL, 0, 0),
        ("I cannot do that.", CALL, 0, 0),
        ("I cannot do that.", "No tool fits.", 1, 1),
        (CALL, "No tool fits.", 0, 0),
    ],
)
def test_tool_calls(answer, reference, call, name):
    """Name and arguments, and that none is called where none is wanted."""
    assert (tool_call_match(case(answer, reference)), tool_name_match(case(answer, reference))) == (call, name)


ENCODED = json.dumps({"name": "set", "arguments": '{"degrees": 21, "room": "Oslo"}'})
LABELLED = json.dumps({"type": "function", "id": "call_1", **json.loads(CALL)})
WRAPPED = json.dumps({"id": "call_2", "type": "function", "function": json.loads(ENCODED)})
SPELLINGS = [CALL, ENCODED, LABELLED, WRAPPED]
STRANGE = [
    '{"name": "set", "parameters": {"room": "Oslo"}}',
    '{"id": "set", "name": "set"}',
    '{"name": "set", "arguments": "Oslo"}',
    '{"name": "set", "arguments": NaN}',
    '{"function": "set"}',
    '{"function": {"name": "set", "arguments": {}, "strict": true}}',
    '["set"]',
    "[]",
    "null",
    json.dumps(CALL),
    f"```json\n{CALL}\n```",
    f"{CALL}\n{CALL}",
]


@pytest.mark.parametrize("reference", SPELLINGS)
@pytest.mark.parametrize("answer", SPELLINGS)
def test_call_is_the_same_in_each_spelling(answer, reference):
    """Arguments as an object or as JSON in a string, with a type and an id, in a function of its own."""
    both = tool_call_match, tool_name_match
    assert [metric(case(answer, reference)) for metric in both] == [1, 1]
    assert [metric(case(answer.replace("Oslo", "Rome"), reference)) for metric in both] == [0, 1]
    assert [metric(case(answer.replace('"set"', '"get"'), reference)) for metric in both] == [0, 0]


@pytest.mark.parametrize("reference", [*SPELLINGS, f"[{CALL}, {ENCODED}]", *STRANGE])
@pytest.mark.parametrize("answer", ["I am a teapot.", "", "7", '{"name": "get", "arguments": "{}"}', '{"name": "set"}'])
def test_what_is_not_the_call_is_never_right(answer, reference):
    """Whatever the spelling of the reference, one that nobody understands included."""
    assert tool_call_match(case(answer, reference)) == 0
    assert tool_name_match(case(answer, reference)) == (answer == '{"name": "set"}' and reference in SPELLINGS)


@pytest.mark.parametrize("reference", STRANGE)
def test_reference_that_is_not_understood_wants_the_same(reference):
    """The same JSON, or the same text where it is not even JSON."""
    assert tool_call_match(case(f" {reference}\n", reference)) == tool_name_match(case(reference, reference)) == 1


@pytest.mark.parametrize(
    ("answer", "call", "name"),
    [
        (f"[{CALL}, {WRAPPED}]", 1, 1),
        (f"[{CALL}, {CALL.replace('Oslo', 'Rome')}]", 0, 1),
        (f"[{CALL}]", 0, 0),
        (CALL, 0, 0),
    ],
)
def test_parallel_calls_are_compared_in_their_order(answer, call, name):
    reference = f"[{CALL}, {ENCODED}]"
    assert (tool_call_match(case(answer, reference)), tool_name_match(case(answer, reference))) == (call, name)


def test_failure_is_no_right_silence():
    """An answer that failed called no tool, and earns nothing for it."""
    assert tool_call_match(case("", "No tool fits.", failure="timeout")) == 0


def test_schema():
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    metric = schema_metric(EvaluationSettings("structured_output", json_schema=schema))
    assert [metric.contribution(case(text, "")) for text in ('{"a": 1}', '{"a": "1"}', "{}", "no")] == [1, 0, 0, 0]


def test_schema_is_asked_for():
    """Without one, nothing was measured, and it says what it needs."""
    metric = schema_metric(EvaluationSettings("structured_output"))
    assert metric.contribution(case("{}", "")) is None
    assert metric.needs == "evaluation.json_schema"


def test_broken_schema_is_refused():
    with pytest.raises(JsonSchemaError, match=r"'objekt' is not valid .* at \$.type; correct the file"):
        schema_metric(EvaluationSettings("structured_output", json_schema={"type": "objekt"}))


@pytest.mark.parametrize("reference", ["https://example.com/schema.json", "#/$defs/absent"])
def test_reference_that_leads_nowhere_is_not_fetched(reference):
    """Nothing leaves the function, and what cannot be checked does not pass."""
    metric = schema_metric(EvaluationSettings("structured_output", json_schema={"$ref": reference}))
    assert isnan(float(str(metric.contribution(case("{}", "")))))


def test_deep_json_is_compared_without_end():
    deep = "[" * 500 + "]" * 500
    assert json_match(case(deep, deep)) == json_fields(case(deep, deep)) == 0
