"""Records are converted between formats as the article's script does it, and tidied into one form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.conversion import (
    ConversionError,
    convert,
    record_line,
)
from finetuning.dataset.reading.formats import detect_format

MESSAGES = {
    "system": "Be brief.",
    "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}],
}
CONVERSATION = {
    "schemaVersion": "bedrock-conversation-2024",
    "system": [{"text": "Be brief."}],
    "messages": [{"role": "user", "content": [{"text": "Q"}]}, {"role": "assistant", "content": [{"text": "A"}]}],
}
texts = st.text(st.characters(exclude_categories=["Cs"]))


def articles_script(line: str, system_string: str) -> str:
    """Return what the article's script writes for one line; its own code."""
    data = json.loads(line)
    prompt = data["prompt"]
    completion = data["completion"]
    new_data: dict[str, object] = {}
    if system_string:
        new_data["system"] = system_string
    new_data["messages"] = [{"role": "user", "content": prompt}, {"role": "assistant", "content": completion}]
    return json.dumps(new_data)


@given(texts, texts, texts)
def test_prompt_and_completion_become_what_the_articles_script_writes(prompt, completion, system):
    """For every record and system prompt, empty or not, the outcome is the script's."""
    record = {"prompt": prompt, "completion": completion}
    written = articles_script(json.dumps(record), system)
    assert convert(record, "anthropic-messages", system_prompt=system) == json.loads(written)


def test_messages_become_a_conversation_of_text_blocks():
    """Strings become lists of text blocks, and the schema version is added."""
    assert convert(MESSAGES, "bedrock-conversation-2024") == CONVERSATION


def test_prompt_and_completion_become_a_conversation():
    """The two conversions compose."""
    record = {"prompt": "Q", "completion": "A"}
    assert convert(record, "bedrock-conversation-2024", system_prompt="Be brief.") == CONVERSATION


@pytest.mark.parametrize("record", [MESSAGES, CONVERSATION])
def test_record_in_the_wanted_format_is_kept(record):
    """A record that is right already stays as it is."""
    assert convert(record, detect_format(record) or "prompt-completion") == record


def test_system_prompt_of_the_record_wins():
    """A configured system prompt is for records that have none of their own."""
    assert convert(MESSAGES, "anthropic-messages", system_prompt="Another.")["system"] == "Be brief."
    without = {"messages": MESSAGES["messages"], "system": ""}
    assert convert(without, "anthropic-messages", system_prompt="Another.")["system"] == "Another."
    assert "system" not in convert(without, "anthropic-messages")


def test_several_text_blocks_are_kept():
    """Nova's turns may have more than one text block."""
    turns = [{"role": "user", "content": [{"text": "a"}, {"text": "b"}]}, *CONVERSATION["messages"][1:]]
    assert convert({"messages": turns}, "bedrock-conversation-2024")["messages"] == turns


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"prompt": "Q", "completion": "A"}, "prompt-completion"),
        ({"prompt": "Q"}, "prompt-completion"),
        (MESSAGES, "anthropic-messages"),
        (CONVERSATION, "bedrock-conversation-2024"),
        ({"messages": CONVERSATION["messages"]}, "bedrock-conversation-2024"),
        ({"system": [], "messages": []}, "bedrock-conversation-2024"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "Q"}]}]}, "anthropic-messages"),
        ({"messages": 5}, "anthropic-messages"),
        ({"input": "Q", "output": "A"}, None),
        ({}, None),
    ],
)
def test_format_is_told_by_keys_and_content(record, found):
    """Each format has keys or content types that no other has."""
    assert detect_format(record) == found


@pytest.mark.parametrize(
    ("record", "target", "message"),
    [
        (
            {"messages": [{"role": "user", "content": [{"text": "a"}, {"text": "b"}]}, *CONVERSATION["messages"][1:]]},
            "anthropic-messages",
            "messages[0].content: anthropic-messages takes one text per message, got 2 text blocks",
        ),
        (MESSAGES, "prompt-completion", "system: prompt-completion has no place for a system prompt"),
        (
            {"messages": [*MESSAGES["messages"], *MESSAGES["messages"]]},
            "prompt-completion",
            "messages: prompt-completion takes one user and one assistant message, got 4 messages",
        ),
        ({"text": "Q"}, "anthropic-messages", "record has no known format; use prompt and completion, or messages"),
        ({"prompt": 1}, "anthropic-messages", "key completion is missing; prompt: must be a string, got a number"),
    ],
)
def test_rejects_what_cannot_be_converted(record, target, message):
    """The message says why, without the record's text."""
    with pytest.raises(ConversionError) as refused:
        convert(record, target)
    assert str(refused.value) == message


TARGETS = ["prompt-completion", "anthropic-messages", "bedrock-conversation-2024"]


@given(st.lists(texts, min_size=2, max_size=2), st.sampled_from(TARGETS), st.sampled_from(TARGETS))
def test_question_and_answer_survive_every_conversion_there_and_back(pair, source, target):
    """Between all formats nothing is lost, whatever the texts are."""
    record = convert({"prompt": pair[0], "completion": pair[1]}, source)
    assert convert(convert(record, target), source) == record


@given(
    st.none() | texts.filter(bool), st.integers(1, 4).flatmap(lambda n: st.lists(texts, min_size=2 * n, max_size=2 * n))
)
def test_conversation_survives_the_other_format_there_and_back(system, contents):
    """System prompt and all turns, between plain strings and blocks."""
    roles = ["user", "assistant"] * len(contents)
    messages = [{"role": role, "content": text} for role, text in zip(roles, contents, strict=False)]
    record = ({} if system is None else {"system": system}) | {"messages": messages}
    there = convert(record, "bedrock-conversation-2024")
    assert convert(there, "anthropic-messages") == record
    assert convert(there, "bedrock-conversation-2024") == there


def test_line_is_utf8_without_spaces():
    """Every record has one line, so equal data has equal digests."""
    assert record_line({"messages": ["é\n"], "a": 1}) == b'{"messages":["\xc3\xa9\\n"],"a":1}\n'
