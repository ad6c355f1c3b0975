"""Saved answers survive, and damage is noticed."""

import json

import pytest

from finetuning.evaluation.answers import ANSWERS, GRADES, SavedAnswer, SavedAnswersError, SavedGrade

ONE = SavedAnswer("b", "Text, with ü and\nlines", 3, 4, 0.25, "end_turn")
TWO = SavedAnswer("a", "", 0, 0, 0.0, "", "ThrottlingException")


def test_answers_come_back():
    content = ANSWERS.encode([ONE, TWO])
    assert ANSWERS.decode(content) == {"a": TWO, "b": ONE}
    assert content == ANSWERS.encode([TWO, ONE])
    assert content.count(b"\n") == 2


def test_grades_come_back():
    grade = SavedGrade("a", 0.75, "Says it all.")
    assert GRADES.decode(GRADES.encode([grade])) == {"a": grade}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seconds": float("nan")}, "seconds must be float"),
        ({"output_tokens": -1}, "output_tokens must be int"),
        ({"input_tokens": True}, "input_tokens must be int"),
        ({"text": None}, "text must be str"),
        ({"more": 1}, "must be an object of id, text"),
    ],
)
def test_damage_is_named(change, said):
    line = json.dumps(vars(ONE) | change).encode()
    with pytest.raises(SavedAnswersError, match=f"line 1: {said}"):
        ANSWERS.decode(line)


def test_all_damage_is_said_without_text():
    content = ANSWERS.encode([ONE])
    with pytest.raises(SavedAnswersError) as caught:
        ANSWERS.decode(content + content + b"Text\n[]\n")
    assert "line 2: a second line of record b; line 3: not JSON; line 4: must be an object" in str(caught.value)
    assert "Text" not in str(caught.value)
