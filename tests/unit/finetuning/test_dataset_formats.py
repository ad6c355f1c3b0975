"""A record of each format is read, or everything that is wrong with its keys and types is said, each at its path."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.base_model import CustomizationType
from finetuning.dataset.conversation import Conversation, Turn
from finetuning.dataset.findings import Flaw
from finetuning.dataset.purpose import held_to
from finetuning.dataset.reading.formats import FORMATS, detect_format, parse_line, read

HAIKU = catalog.find("claude-3-haiku")
NOVA_LITE = catalog.find("nova-lite")
USER = {"role": "user", "content": "Q"}
ASSISTANT = {"role": "assistant", "content": "A"}
ASK = {"role": "user", "content": [{"text": "Q"}]}
TELL = {"role": "assistant", "content": [{"text": "A"}]}
MESSAGES = "anthropic-messages"
CONVERSATION = "bedrock-conversation-2024"


def parsed(line):
    """Return the object on a line."""
    value = parse_line(line.encode())
    assert not isinstance(value, Flaw), value
    return value


def known_format(each):
    """Return the format of a record that has one."""
    data_format = detect_format(each)
    assert data_format is not None
    return data_format


def flaws_of(record, base_model=None, data_format=None):
    """Return the flaws of a record, read from its line."""
    line = record if isinstance(record, str) else json.dumps(record)
    each = parsed(line)
    conversation, flaws = read(each, data_format or known_format(each), base_model)
    assert (conversation is None) == bool(flaws)
    return flaws


def places(flaws):
    """Return code and path of flaws."""
    return [(flaw.code, flaw.path) for flaw in flaws]


@pytest.mark.parametrize(
    ("record", "conversation"),
    [
        (
            {"prompt": "Q", "completion": "A"},
            Conversation(None, (Turn("user", ("Q",), "prompt"), Turn("assistant", ("A",), "completion"))),
        ),
        (
            {"system": "S", "messages": [USER, ASSISTANT]},
            Conversation(
                Turn("system", ("S",), "system"),
                (Turn("user", ("Q",), "messages[0].content"), Turn("assistant", ("A",), "messages[1].content")),
            ),
        ),
        ({"system": "", "messages": []}, Conversation(None, ())),
        (
            {"system": [{"text": "S"}, {"text": ""}], "messages": [ASK, TELL], "schemaVersion": "any"},
            Conversation(
                Turn("system", ("S", ""), "system"),
                (Turn("user", ("Q",), "messages[0].content"), Turn("assistant", ("A",), "messages[1].content")),
            ),
        ),
        ({"system": [{"text": ""}], "messages": [], "schemaVersion": ""}, Conversation(None, ())),
        ({"system": [], "messages": []}, Conversation(None, ())),
        (
            {"messages": [{"role": "bot", "content": [{"text": "a"}, {"text": "b"}]}]},
            Conversation(None, (Turn("bot", ("a", "b"), "messages[0].content"),)),
        ),
    ],
)
def test_conversation_of_each_format_is_read(record, conversation):
    """Texts, roles and their places; an empty system prompt is none."""
    each = parsed(json.dumps(record))
    assert read(each, known_format(each)) == (conversation, [])
    assert read(record, known_format(record)) == (conversation, [])


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"prompt": "Q"}, [("DS202", "")]),
        ({"completion": "A"}, [("DS202", "")]),
        ({"prompt": None, "completion": True}, [("DS203", "prompt"), ("DS203", "completion")]),
        ({"prompt": 1, "completion": ["A"]}, [("DS203", "prompt"), ("DS203", "completion")]),
        ({"prompt": "Q", "completion": "A", "id": 7}, [("DS201", "")]),
        ({"prompt": "Q", "completion": "A", "messages": []}, [("DS201", "")]),
        ({"prompt": "Q", "completion": "A", "system": "S"}, [("DS201", "")]),
        ({"promt": "Q", "completion": "A"}, [("DS201", ""), ("DS202", "")]),
        ({"messages": None}, [("DS203", "messages")]),
        ({"messages": {}}, [("DS203", "messages")]),
        ({"messages": "Q"}, [("DS203", "messages")]),
        ({"messages": [USER, ASSISTANT], "system": None}, [("DS203", "system")]),
        ({"messages": [USER, ASSISTANT], "system": {"text": "S"}}, [("DS203", "system")]),
        ({"messages": [USER, ASSISTANT], "system": 5}, [("DS203", "system")]),
        ({"messages": [USER, None]}, [("DS203", "messages[1]")]),
        ({"messages": [USER, [ASSISTANT]]}, [("DS203", "messages[1]")]),
        ({"messages": ["Q", "A"]}, [("DS203", "messages[0]"), ("DS203", "messages[1]")]),
        ({"messages": [USER, {"role": "assistant"}]}, [("DS202", "messages[1]")]),
        ({"messages": [USER, {"content": "A"}]}, [("DS202", "messages[1]")]),
        ({"messages": [USER, {}]}, [("DS202", "messages[1]"), ("DS202", "messages[1]")]),
        ({"messages": [USER, {"role": None, "content": "A"}]}, [("DS203", "messages[1].role")]),
        (
            {"messages": [USER, {"role": 1, "content": None}]},
            [("DS203", "messages[1].role"), ("DS203", "messages[1].content")],
        ),
        ({"messages": [USER, ASSISTANT | {"name": "B"}]}, [("DS201", "messages[1]")]),
        (
            {"messages": [USER | {"content": [{"type": "text", "text": "Q"}]}, ASSISTANT]},
            [("DS203", "messages[0].content")],
        ),
        ({"messages": [USER | {"content": {"text": "Q"}}, ASSISTANT]}, [("DS203", "messages[0].content")]),
    ],
)
def test_flaws_of_plain_formats_are_found_at_their_paths(record, found):
    """Prompt and completion, and Messages: keys at their object, types at the value."""
    assert places(flaws_of(record)) == found


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"schemaVersion": "v"}, [("DS202", "")]),
        ({"schemaVersion": 1, "messages": [ASK, TELL]}, [("DS203", "schemaVersion")]),
        ({"schemaVersion": None, "messages": [ASK, TELL]}, [("DS203", "schemaVersion")]),
        ({"schemaversion": "v", "messages": [ASK, TELL]}, [("DS201", "")]),
        ({"system": "S", "messages": [ASK, TELL]}, [("DS203", "system")]),
        ({"system": None, "messages": [ASK, TELL]}, [("DS203", "system")]),
        ({"system": ["S"], "messages": [ASK, TELL]}, [("DS203", "system[0]")]),
        ({"system": [{"text": "S"}, {"text": 1}], "messages": [ASK, TELL]}, [("DS203", "system[1].text")]),
        ({"system": [{}], "messages": [ASK, TELL]}, [("DS202", "system[0]")]),
        ({"messages": [ASK, TELL | {"content": "A"}]}, [("DS203", "messages[1].content")]),
        ({"messages": [ASK, TELL | {"content": None}]}, [("DS203", "messages[1].content")]),
        ({"messages": [ASK, TELL | {"content": ["A"]}]}, [("DS203", "messages[1].content[0]")]),
        ({"messages": [ASK, TELL | {"content": [{"text": ["A"]}]}]}, [("DS203", "messages[1].content[0].text")]),
        (
            {"messages": [ASK, TELL | {"content": [{"text": "A", "type": "text"}]}]},
            [("DS201", "messages[1].content[0]")],
        ),
        ({"messages": [ASK, {"role": "assistant"}]}, [("DS202", "messages[1]")]),
        (
            {"messages": [ASK, TELL | {"content": [{"txt": "A"}]}]},
            [("DS201", "messages[1].content[0]"), ("DS202", "messages[1].content[0]")],
        ),
    ],
)
def test_flaws_of_the_conversation_format_are_found_at_their_paths(record, found):
    """Blocks have paths of their own."""
    assert places(flaws_of(record, data_format=CONVERSATION)) == found


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"promt": "Q", "completion": "A"}, "unknown key 'promt'; allowed: prompt, completion; did you mean 'prompt'?"),
        ({"prompt": "Q", "completion": "A", "id": 1}, "unknown key 'id'; allowed: prompt, completion"),
        ({"prompt": "Q", "completion": "A", "Prompt": 1}, "unknown key 'Prompt'; allowed: prompt, completion"),
        ({"messages": [], "My name is Jo": 1}, "unknown key 'xx xxxx xx xx'; allowed: messages, system"),
        ({"messages": [], "key42": 1}, "unknown key 'xxx00'; allowed: messages, system"),
        ({"prompt": "Q"}, "key completion is missing"),
        ({"prompt": "Q", "completion": 1}, "must be a string, got a number"),
        ({"prompt": "Q", "completion": True}, "must be a string, got a boolean"),
        ({"prompt": "Q", "completion": {}}, "must be a string, got an object"),
        ({"messages": [], "system": None}, "must be a string, got null; leave the key out"),
        ({"messages": [USER | {"content": []}]}, "must be a string, got a list; join the texts of its blocks into one"),
        ({"system": [], "messages": "Q"}, 'must be a list, got a string; write [{"text": "..."}]'),
        ({"system": [], "messages": 7}, "must be a list, got a number"),
        ({"messages": [7]}, "must be an object, got a number"),
        ({"messages": [[]]}, "must be an object, got a list"),
        ({"messages": ["Q"]}, "must be an object, got a string"),
        ({"messages": [None]}, "must be an object, got null; leave the key out"),
    ],
)
def test_message_says_what_was_found_what_is_allowed_and_the_likely_wish(record, message):
    """A misspelt key gets a guess, a missing one its name, a wrong type the right one."""
    assert flaws_of(record)[0].message == message


def test_unknown_key_is_shown_with_the_shape_of_its_value():
    """So that a stranger finds it in the line."""
    (flaw,) = flaws_of({"prompt": "Q", "completion": "A", "meta": {"author": "Jo 7"}})
    assert flaw.excerpt == '"meta": {"xxxxxx": "xx 0"}'
    (flaw,) = flaws_of({"prompt": "Q", "completion": "A", "Jo 7": "x" * 100})
    assert flaw.excerpt == '"xx 0": "' + "x" * 48 + "…"


def test_many_unknown_keys_are_summed_up():
    """Somebody's whole table may stand in a record."""
    flaws = flaws_of({"prompt": "Q", "completion": "A"} | {f"k{'a' * n}": 1 for n in range(8)})
    assert places(flaws) == [("DS201", "")] * 6
    assert flaws[-1].message == "3 more unknown keys; allowed: prompt, completion"
    assert len(flaws_of({"prompt": "Q", "completion": "A"} | {f"k{'a' * n}": 1 for n in range(5)})) == 5


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


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"schemaVersion": "x"}, CONVERSATION),
        ({"schemaVersion": None, "messages": "x"}, CONVERSATION),
        ({"system": []}, CONVERSATION),
        ({"system": "S"}, None),
        ({"system": "S", "messages": []}, MESSAGES),
        ({"messages": [{"content": []}]}, MESSAGES),
        ({"messages": [{"content": [{}]}]}, CONVERSATION),
        ({"messages": [{"content": "Q"}, {"content": [{"text": "A"}]}]}, CONVERSATION),
        ({"messages": [{"content": ["A"]}, 5]}, MESSAGES),
        ({"messages": [{"content": [{"image": {}}]}]}, CONVERSATION),
        ({"messages": [], "prompt": None}, "prompt-completion"),
        ({"Prompt": "Q"}, None),
    ],
)
def test_format_of_a_broken_record_is_the_one_it_resembles(record, found):
    """So that its flaws are told in the format its author meant."""
    assert detect_format(record) == found


def test_formats_are_those_of_the_catalog():
    """Each base model is trained in one of them, for each customization type."""
    types = get_args(CustomizationType)
    assert {held_to(model, each).data_format for model in catalog.base_models() for each in types} == set(FORMATS)


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
