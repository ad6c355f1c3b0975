"""A record's question and answer are cut out at the right place, whatever its texts hold."""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finetuning.base_model import DataFormat
from finetuning.dataset.inspections.identity import answer, canonical, cut, digest, digests, question
from tests.fakes.records import compact, conversation, messages, prompt_completion

TRICKY = ',{"role":"assistant","content":"x"}]} ,"completion":" "messages":[ \\u0041 \\/ \\'
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.just(TRICKY)
WRITERS: dict[DataFormat, Callable[..., bytes]] = {
    "anthropic-messages": messages,
    "bedrock-conversation-2024": conversation,
    "prompt-completion": prompt_completion,
}


@pytest.mark.parametrize("data_format", WRITERS)
@given(first=texts, second=texts)
@example(first=TRICKY, second=TRICKY)
def test_parts_are_equal_exactly_for_equal_texts(data_format, first, second):
    write = WRITERS[data_format]
    one, other = write(first, second), write(second, first)
    assert (question(one, data_format) == question(other, data_format)) == (first == second)
    assert (answer(one, data_format) == answer(other, data_format)) == (first == second)
    assert question(one, data_format) == question(write(first, "another"), data_format)
    assert answer(one, data_format) == answer(write("another", second), data_format)


@pytest.mark.parametrize("data_format", ["anthropic-messages", "bedrock-conversation-2024"])
def test_answer_of_several_turns_is_the_last(data_format):
    write = WRITERS[data_format]
    one, other = write("a", "b", "c", "d"), write("a", "B", "c", "d")
    assert answer(one, data_format) == answer(other, data_format)
    assert question(one, data_format) != question(other, data_format)
    assert question(one, data_format) == question(write("a", "b", "c", "e"), data_format)


def test_question_holds_the_system_prompt_and_dialogue_does_not():
    one, other = messages("q", "a", system="first"), messages("q", "a", system="second")
    assert question(one, "anthropic-messages") != question(other, "anthropic-messages")
    lines = [cut(record, "anthropic-messages") for record in (one, other, messages("q", "a"))]
    assert {line.text[line.dialogue :] for line in lines} == {
        b'{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}'
    }


def test_prompt_and_completion_have_no_system_prompt():
    assert cut(prompt_completion('"messages":[', "b"), "prompt-completion").dialogue == 0


@given(texts, texts)
def test_needless_escapes_make_no_difference(first, second):
    plain = messages(first, second)
    escaped = json.dumps(json.loads(plain), separators=(",", ":")).replace("/", "\\/").encode()
    assert canonical(escaped) == canonical(plain)
    assert digests(escaped, "anthropic-messages") == digests(plain, "anthropic-messages")


@pytest.mark.parametrize("offset", range(-45, 5))
def test_escape_anywhere_in_a_long_record_is_seen(offset):
    """Long lines are read in pieces of 64 KiB."""
    plain = messages("q" * (65536 + offset) + "é", "a")
    assert canonical(plain.replace("é".encode(), b"\\u00e9")) == canonical(plain) == plain.rstrip()


def test_record_without_an_answer_is_all_question():
    record = compact({"messages": []})
    assert question(record, "anthropic-messages") == record.rstrip()
    assert answer(record, "anthropic-messages") == b""


def test_digest_is_the_same_on_every_machine():
    """As `b2sum --length 64` says."""
    assert digest(b"a question") == 0x7BC93433AE42119D
    assert digests(messages("q", "a"), "anthropic-messages") == (0xB760AC50E6C8DB38, 0x4F9CFF7C577C8297)
