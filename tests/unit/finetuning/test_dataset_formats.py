"""A record of each format is read, or what is wrong with its keys and types is said, each at its path."""

import json
from typing import get_args

import pytest

from finetuning import catalog
from finetuning.base_model import CustomizationType
from finetuning.dataset.conversation import Conversation, Turn
from finetuning.dataset.purpose import held_to
from finetuning.dataset.reading.formats import FORMATS, detect_format, read
from tests.unit.finetuning.dataset_flaws import (
    ASK,
    ASSISTANT,
    CONVERSATION,
    TELL,
    USER,
    flaws_of,
    known_format,
    parsed,
    places,
)

MESSAGES = "anthropic-messages"


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
