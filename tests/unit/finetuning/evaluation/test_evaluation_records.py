"""Test records are the same whatever the order of the file, and read from every format."""

import json

import pytest

from finetuning.evaluation.records import TestRecordsError, choose, read_records, records_digest

MESSAGES = {
    "system": "Be brief.",
    "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}],
}
BLOCKS = {
    "schemaVersion": "bedrock-conversation-2024",
    "system": [{"text": "Be brief."}],
    "messages": [
        {"role": "user", "content": [{"text": "Q"}]},
        {"role": "assistant", "content": [{"text": "A"}]},
    ],
}
GRADED = {
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Q"}],
    "reference_answer": "A",
}


def lines(*found):
    """Return the lines of a file."""
    return [json.dumps(record).encode() + b"\n" for record in found]


def asked(question, answer):
    """Return a record of prompt and completion."""
    return {"prompt": question, "completion": answer}


@pytest.mark.parametrize("document", [MESSAGES, BLOCKS, GRADED])
def test_formats_ask_the_same(document):
    """One conversation in three formats is one record with one id."""
    (found,) = read_records(lines(document))
    assert (found.system, found.turns, found.reference) == ("Be brief.", (("user", "Q"),), "A")
    assert found.id == read_records(lines(MESSAGES))[0].id


def test_prompt_and_completion():
    (found,) = read_records(lines(asked("Q", "A")))
    assert (found.system, found.question, found.reference) == ("", "Q", "A")


def test_whole_conversation_is_asked():
    """Only the last answer is the reference; what was said before belongs to the question."""
    turns = [("user", "One?"), ("assistant", "1."), ("user", "Two?"), ("assistant", "2.")]
    (found,) = read_records(lines({"messages": [{"role": role, "content": text} for role, text in turns]}))
    assert found.turns == tuple(turns[:3])
    assert found.reference == "2."


def test_structured_reference_of_a_grader_is_json():
    (found,) = read_records(lines(GRADED | {"reference_answer": {"b": 1, "a": 2}}))
    assert found.reference == '{"a":2,"b":1}'


def test_ids_do_not_depend_on_the_order():
    """Repeated questions are numbered by their answers, so a shuffled file gives the same records."""
    found = [asked(f"Q{number}", "A") for number in range(5)] + [asked("Q1", "B"), asked("Q1", "C")]
    straight, back = read_records(lines(*found)), read_records(lines(*reversed(found)))
    assert straight == back
    assert len({record.id for record in straight}) == 7
    same = [record for record in straight if record.question == "Q1"]
    first = same[0].id
    assert [(record.id, record.reference) for record in same] == [
        (first, "A"),
        (f"{first}-2", "B"),
        (f"{first}-3", "C"),
    ]


def test_choice_is_stable():
    """A larger choice begins with the smaller one, and the choice has nothing to do with the order of the file."""
    found = read_records(lines(*(asked(f"Q{number}", "A") for number in range(50))))
    assert choose(found, 20)[:10] == choose(found[::-1], 10)
    assert [record.question for record in choose(found, 50)] != [f"Q{number}" for number in range(50)]
    assert choose(found, 100) == found


def test_digest_covers_question_and_reference():
    base = records_digest(read_records(lines(asked("Q", "A"))))
    assert base != records_digest(read_records(lines(asked("Q", "B"))))
    assert base != records_digest(read_records(lines(asked("R", "A"))))


def test_all_problems_are_said_without_text():
    image = {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/secret.png"}}}}
    bad = [
        b"{\n",
        b'{"question": "secret"}\n',
        *lines({"messages": [{"role": "user", "content": "secret"}]}),
        *lines({"input": "secret"}),
        *lines(BLOCKS | {"messages": [{"role": "user", "content": [image]}, BLOCKS["messages"][1]]}),
    ]
    with pytest.raises(TestRecordsError) as caught:
        read_records(bad)
    message = str(caught.value)
    for number in range(1, 6):
        assert f"line {number}: " in message
    assert "does not end with the assistant's answer" in message
    assert "images or videos" in message
    assert "secret" not in message


def test_long_lists_of_problems_are_cut():
    with pytest.raises(TestRecordsError, match="and 5 more"):
        read_records([b"{}\n"] * 25)
