"""Of a broken record everything is said at once that can be, and nothing of what cannot be read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.reading.formats import FORMATS, read
from tests.unit.finetuning.dataset_flaws import (
    ASK,
    ASSISTANT,
    CONVERSATION,
    HAIKU,
    NOVA_LITE,
    TELL,
    USER,
    flaws_of,
    parsed,
    places,
)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"prompt":"Q","prompt":"Q","completion":"A"}', [("DS207", "")]),
        (
            '{"messages":[],"messages":[{"role":"user","role":"bot","content":"Q"}]}',
            [("DS207", ""), ("DS207", "messages[0]")],
        ),
        ('{"prompt":"Q","completion":"A","x":{"y":[{"z":1,"z":1,"z":1,"q":0,"q":0}]}}', [("DS207", "x.y[0]")] * 2),
        ('{"prompt":"Q","completion":NaN}', [("DS111", "completion")]),
        ('{"prompt":NaN,"completion":{"a":-Infinity}}', [("DS111", "prompt"), ("DS111", "completion.a")]),
        (
            '{"messages":[Infinity,{"role":NaN,"content":"A"}]}',
            [("DS111", "messages[0]"), ("DS111", "messages[1].role")],
        ),
        ('{"messages":NaN}', [("DS111", "messages")]),
        ('{"prompt":"a\\ud800","completion":"\\udc00\\ud800"}', [("DS205", "prompt"), ("DS205", "completion")]),
        ('{"prompt":"Q","completion":"A","\\ud800":1}', [("DS205", "")]),
        ('{"prompt":"Q","completion":"A","a b":{"c":"\\udfff"}}', [("DS205", '["x x"].c')]),
        ('{"prompt":"Q","completion":"A","a":{"b 7":"\\udfff"}}', [("DS205", 'a["x 0"]')]),
        ('{"messages":[{"role":"user","content":"\\ud83c"}]}', [("DS205", "messages[0].content")]),
        ('{"system":[{"text":"\\ud83c"}],"messages":[]}', [("DS205", "system[0].text")]),
    ],
)
def test_what_json_forbids_is_found_wherever_it_stands(line, found):
    """Duplicate keys at their object; NaN and half characters at their value, and not as a wrong type, too."""
    flaws = flaws_of(line)
    assert places([flaw for flaw in flaws if flaw.code in {"DS111", "DS205", "DS207"}]) == found
    assert "DS203" not in {flaw.code for flaw in flaws} or "completion.a" in str(found)


@pytest.mark.parametrize("pair", ["\\ud83c\\udf0d", "\\ud800\\udc00", "\\udbff\\udfff"])
def test_surrogates_in_pairs_are_a_character(pair):
    """An emoji written as two escapes is no flaw."""
    assert flaws_of(f'{{"prompt":"{pair}","completion":"A"}}') == []


def test_messages_of_json_flaws_tell_what_and_where():
    """The key, the escape, the position."""
    line = '{"prompt":"my \\udc00 text","prompt":"my \\udc00 text","completion":NaN}'
    assert [(flaw.message, flaw.excerpt) for flaw in flaws_of(line)] == [
        ("key 'prompt' stands more than once", ""),
        ("text holds an unpaired surrogate, \\udc00, as its character 4", "xx   text"),
        ("NaN or Infinity, which JSON does not have", ""),
    ]
    (flaw, _) = flaws_of('{"prompt":"Q","completion":"A","b\\ud801":1}')
    assert flaw.message == "key holds an unpaired surrogate, \\ud801, as its character 2"


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (
            {"sytem": "S", "messages": [ASSISTANT, USER]},
            [("DS201", ""), ("DS303", "messages[0].role"), ("DS304", "messages[1].role")],
        ),
        (
            {"messages": [USER | {"x": 1}]},
            [("DS201", "messages[0]"), ("DS302", "messages"), ("DS304", "messages[0].role")],
        ),
        ({"messages": [{"role": "bot"}, ASSISTANT]}, [("DS202", "messages[0]"), ("DS301", "messages[0].role")]),
        (
            {"messages": [USER | {"content": 1}, USER | {"content": " "}, ASSISTANT]},
            [("DS203", "messages[0].content"), ("DS305", "messages[1].role"), ("DS204", "messages[1].content")],
        ),
        (
            {"messages": [{"role": 1, "content": ""}, USER]},
            [("DS203", "messages[0].role"), ("DS204", "messages[0].content")],
        ),
        ({"messages": [7, USER | {"content": ""}]}, [("DS203", "messages[0]"), ("DS204", "messages[1].content")]),
        (
            {"x": 1, "prompt": "", "completion": "\nHuman: A"},
            [("DS201", ""), ("DS204", "prompt"), ("DS401", "completion")],
        ),
        ({"x": 1, "completion": ""}, [("DS201", ""), ("DS202", ""), ("DS204", "completion")]),
        ({"system": " ", "messages": {}}, [("DS203", "messages"), ("DS204", "system")]),
        (
            {"system": 1, "messages": [USER | {"content": "\nHuman:"}, ASSISTANT]},
            [("DS203", "system"), ("DS401", "messages[0].content")],
        ),
    ],
)
def test_everything_that_can_be_said_of_a_record_comes_at_once(record, found):
    """Order and texts are judged as far as they can be read, and nothing is said of what cannot."""
    assert places(flaws_of(record, HAIKU)) == found


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (
            {"x": 1, "messages": [ASK | {"content": [{"text": "[EOS]"}]}, TELL | {"content": [{"text": ""}]}]},
            [("DS201", ""), ("DS401", "messages[0].content"), ("DS204", "messages[1].content")],
        ),
        (
            {"messages": [ASK | {"content": [{"text": "[EOS]"}, {"text": 1}]}, TELL | {"content": []}]},
            [("DS203", "messages[0].content[1].text"), ("DS204", "messages[1].content")],
        ),
        (
            {"messages": [ASK, TELL | {"content": [{"txt": ""}]}] * 6},
            [("DS201", f"messages[{n}].content[0]") for n in range(1, 12, 2)],
        ),
        (
            {"system": [{"text": "[EOS]"}, {"text": 1}], "messages": [ASK, TELL]},
            [("DS203", "system[1].text")],
        ),
        (
            {"messages": [ASK, TELL | {"content": [{"text": "", "type": "text"}]}]},
            [("DS201", "messages[1].content[0]"), ("DS204", "messages[1].content")],
        ),
    ],
)
def test_texts_of_turns_that_cannot_be_read_to_their_end_are_left(record, found):
    """Half of a turn is neither empty nor clean."""
    flaws = [place for place in places(flaws_of(record, NOVA_LITE, CONVERSATION)) if place[0] != "DS202"]
    assert flaws == found


def test_text_with_half_a_character_is_not_judged_further():
    """One finding for one text."""
    line = '{"prompt":"\\ud800\\nHuman:","completion":""}'
    assert places(flaws_of(line, HAIKU)) == [("DS205", "prompt"), ("DS204", "completion")]


def test_flaws_of_texts_need_a_base_model():
    """Reserved strings are a base model's; without one only the structure is judged."""
    record = {"x": 1, "prompt": "", "completion": "\nHuman: A"}
    assert places(flaws_of(record)) == [("DS201", "")]


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.sampled_from(["user", "assistant"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["messages", "role", "content", "system", "text", "prompt", "image"]), inner)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["messages", "system", "prompt", "completion", "schemaVersion"]), anything))
def test_no_record_breaks_the_reader(record):
    """Whatever stands in it, read in whatever format: a conversation, or flaws with known codes."""
    each = parsed(json.dumps(record))
    for data_format in FORMATS:
        for base_model in (None, HAIKU, NOVA_LITE):
            conversation, flaws = read(each, data_format, base_model)
            assert (conversation is None) == bool(flaws)
