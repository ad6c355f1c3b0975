"""A line is a JSON object, or it is said exactly why it is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import parse_line
from finetuning.dataset.reading.parsing import DEEPEST, JsonObject, NotJson, type_name


def flaw_of(line):
    """Return the flaw of a line that has one."""
    flaw = parse_line(line)
    assert isinstance(flaw, Flaw), flaw
    assert flaw.path == ""
    return flaw


def nested(levels):
    """Return an object with so many levels of objects and lists, itself included."""
    pairs = ('{"a":', "}"), ("[", "]")
    opened = [pairs[level % 2] for level in range(levels)]
    return ("".join(begin for begin, _ in opened) + "1" + "".join(end for _, end in reversed(opened))).encode()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"{}", {}),
        (b"{}\n", {}),
        (b"{}\r\n", {}),
        (b' \t{"a" : "\\u00e9"} \r\n', {"a": "é"}),
        ('{"a":"é\u2028"}\n'.encode(), {"a": "é\u2028"}),
        (b'{"a":{"b":[null,true,1,-2.5,"c"]}}\n', {"a": {"b": [None, True, 1, -2.5, "c"]}}),
        (b'{"a":"\\ud83c\\udf0d"}', {"a": "🌍"}),
        (b'{"a":999999999999999999}', {"a": 999999999999999999}),
        (nested(DEEPEST), json.loads(nested(DEEPEST))),
    ],
)
def test_object_is_read_whatever_its_spelling(line, value):
    """JSON's own white space, escapes and line ends do not matter."""
    assert parse_line(line) == value
    assert isinstance(parse_line(line), JsonObject)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\xff{}", "byte 1 is not UTF-8 (0xff, invalid start byte)"),
        (b'{"a":"\xe9"}', "byte 7 is not UTF-8 (0xe9, invalid continuation byte)"),
        (b'{"a":"\xed\xa0\x80"}', "byte 7 is not UTF-8 (0xed, invalid continuation byte)"),
        (b'{"a":"\xc0\x80"}', "byte 7 is not UTF-8 (0xc0, invalid start byte)"),
        (b'{"a":"\xe9', "byte 7 is not UTF-8 (0xe9, unexpected end of data)"),
    ],
)
def test_line_that_is_not_utf8_is_found_at_its_byte(line, message):
    """Latin-1, overlong forms, surrogates and characters cut in the middle are not UTF-8."""
    assert flaw_of(line) == Flaw("DS101", "", message)


@pytest.mark.parametrize("line", [b"", b"\n", b"\r\n", b" \t \r\n"])
def test_line_of_nothing_but_white_space_is_empty(line):
    """Only JSON's white space is white."""
    assert flaw_of(line) == Flaw("DS102", "", "line is empty")


@pytest.mark.parametrize("line", [b"\x0c\n", "\u00a0\n".encode(), b"\x00\n", "\ufeff\n".encode()])
def test_line_of_other_blanks_is_not_json(line):
    """What other programs take for blanks is something that stands there."""
    assert flaw_of(line).code == "DS103"


@pytest.mark.parametrize(
    ("line", "message", "excerpt"),
    [
        (b"{:}\n", "not JSON at column 2: expecting property name enclosed in double quotes", "{:}"),
        (b'{"a":"b" "c":1}\n', "not JSON at column 10: expecting ',' delimiter", '{"x":"x" "x":0}'),
        (b'{"a":01}\n', "not JSON at column 7: expecting ',' delimiter", '{"x":00}'),
        (b'{"a":"\\x"}\n', "not JSON at column 7: invalid \\escape", '{"x":"\\x"}'),
        (b'{"a":"b\n', "not JSON at column 6: unterminated string", '{"x":"x'),
        (b'{"a":\n', "not JSON at column 6: expecting value", '{"x":'),
        (b"hello\n", "not JSON at column 1: expecting value", "xxxxx"),
    ],
)
def test_line_that_is_not_json_is_found_at_its_column_and_shown_redacted(line, message, excerpt):
    """The shape of the line is shown, not its words."""
    flaw = flaw_of(line)
    assert flaw.code == "DS103"
    assert flaw.message == message
    assert flaw.excerpt == excerpt


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("{'prompt': 'Q'}", 'single quotation marks; JSON has double ones (")'),
        ("{“prompt”: “Q”}", 'typographic quotation marks; write straight ones (")'),
        ("{’prompt’: 1}", 'typographic quotation marks; write straight ones (")'),
        ('{"prompt": „Q"}', 'typographic quotation marks; write straight ones (")'),
        ('{"a": 1,}', "a comma before the closing bracket; remove it"),
        ('{"a": 1 , }', "a comma before the closing bracket; remove it"),
        ('{"a": [1,]}', "a comma before the closing bracket; remove it"),
        ('{"a": None}', "JSON writes true, false and null"),
        ('{"a": True}', "JSON writes true, false and null"),
        ('{"a": "b\tc"}', "a raw line break, tab or control character in a text; write it as an escape such as \\n"),
        ('{"a": "b\x00c"}', "a raw line break, tab or control character in a text; write it as an escape such as \\n"),
        ('{"a": 1},', "a comma after the record; remove it, a line feed separates records"),
        ('{"a": 1} {"a": 2}', "a second record on the line; put each on a line of its own"),
    ],
)
def test_usual_mistake_is_named(line, hint):
    """Python's repr, a word processor's quotation marks, trailing commas: each has its own sentence."""
    for end in ("\n", ""):
        assert flaw_of((line + end).encode()).message.endswith(f"; {hint}")


@pytest.mark.parametrize(
    "line",
    [
        '{"a": Nonesuch}',
        '{"a": 1, 2}',
        '{"a" 1}',
        '{"a": .5}',
        '{"a": }',
        '{"a": [1 }',
        '{"a": , "b": 1}',
        '{"a": 1 {"b": 2}}',
        '{"a": {} "b": 1}',
    ],
)
def test_unusual_mistake_has_no_hint(line):
    """Nothing is guessed."""
    assert ";" not in flaw_of((line + "\n").encode()).message


@pytest.mark.parametrize("line", [b'{"a":"b', b'{"a":', b'{"a":"b"', b'{"a":["b",', b'{"a":"b\\', b"{"])
def test_last_line_that_breaks_off_says_that_the_file_may_be_cut_off(line):
    """Only a last line has no line feed."""
    message = f"the record breaks off at column {len(line) + 1}, without a line feed; the file may be cut off"
    assert flaw_of(line).message == message
    assert "cut off" not in flaw_of(line + b"\n").message


def test_record_broken_in_its_middle_is_not_called_cut_off():
    """A missing line feed alone is no reason."""
    assert flaw_of(b'{"a":"b" "c":"d"}').message.startswith("not JSON at column 10")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"[]", "a list"),
        (b'"a"', "a string"),
        (b"1", "a number"),
        (b"-1.5e3", "a number"),
        (b"1" * 10_000, "a number"),
        (b"1e999", "a number"),
        (b"true", "a boolean"),
        (b"null", "null"),
    ],
)
def test_line_that_is_no_object_is_told_by_its_type(line, found):
    """A long number is a number: JSON sets no limit, though Python does."""
    assert flaw_of(line) == Flaw("DS104", "", f"a record must be a JSON object, got {found}")


@pytest.mark.parametrize("line", [b"NaN", b"Infinity\n", b"-Infinity"])
def test_line_that_is_nan_or_infinity_is_not_json(line):
    """Python's reader takes them for numbers."""
    assert flaw_of(line) == Flaw("DS111", "", "the line is NaN or Infinity, which JSON does not have")


@pytest.mark.parametrize("levels", [DEEPEST + 1, 500, 5_000, 100_000])
def test_deep_nesting_is_one_finding_however_deep(levels):
    """The outcome does not depend on how deep Python can read."""
    for line in (nested(levels), b'{"a":' * levels, b"[" * levels):
        assert flaw_of(line).code == "DS103"
    assert flaw_of(nested(levels)) == Flaw("DS103", "", f"nested deeper than {DEEPEST} levels")


def test_what_nests_as_deep_as_is_allowed_is_read():
    """Sixty-four levels; a record of any format has at most eight."""
    assert isinstance(parse_line(nested(64)), JsonObject)
    assert isinstance(parse_line(nested(65)), Flaw)


def test_what_json_forbids_is_kept_for_those_who_report_it():
    """Repeated keys and numbers that are none are no reason to stop reading."""
    record = parse_line(b'{"a":1,"b":{"c":NaN,"c":2,"d":3,"d":4,"d":5},"a":-Infinity}')
    assert isinstance(record, JsonObject)
    assert record.repeated == ("a",)
    assert record["b"].repeated == ("c", "d")
    assert isinstance(record["a"], NotJson)
    assert type_name(record["a"]) == "NaN or Infinity"


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_an_object_or_one_flaw(line):
    """What Python's reader makes an object of is an object here, and nothing else is."""
    try:
        expected = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        expected = None
    found = parse_line(line)
    assert isinstance(found, Flaw) != isinstance(expected, dict)
    if isinstance(found, Flaw):
        assert found.code in {"DS101", "DS102", "DS103", "DS104", "DS111"}
