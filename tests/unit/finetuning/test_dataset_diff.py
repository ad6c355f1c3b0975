"""Two versions are compared as multisets of questions and answers."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.diff import DatasetDiff, diff
from tests.fakes.records import conversation, messages

pairs = st.lists(st.tuples(st.sampled_from("pqrs"), st.sampled_from("abc")), max_size=12)


def compared(old, new):
    """Return the difference of two lists of (question, answer)."""
    before, after = (enumerate((messages(*pair) for pair in version), 1) for version in (old, new))
    return diff(before, after, "anthropic-messages")


@given(pairs)
def test_version_differs_in_nothing_from_itself(version):
    assert compared(version, version) == DatasetDiff((), (), (), len(version), 0)
    assert compared(version, version).same


@given(pairs, st.randoms())
def test_order_makes_no_other_difference_than_moves(version, chance):
    shuffled = chance.sample(version, len(version))
    difference = compared(version, shuffled)
    assert difference.same
    assert difference.unchanged == len(version)


@given(pairs, pairs)
def test_every_record_is_counted_once(old, new):
    difference = compared(old, new)
    changed = len(difference.changed)
    assert len(old) == len(difference.removed) + changed + difference.unchanged
    assert len(new) == len(difference.added) + changed + difference.unchanged
    assert difference.unchanged == (Counter(old) & Counter(new)).total()
    questions = Counter(question for question, _ in old) & Counter(question for question, _ in new)
    assert changed + difference.unchanged == questions.total()


@given(pairs, pairs)
def test_difference_the_other_way_round_is_the_opposite(old, new):
    there, back = compared(old, new), compared(new, old)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert sorted((two, one) for one, two in there.changed) == sorted(back.changed)
    assert (there.unchanged, there.moved) == (back.unchanged, back.moved)


def test_added_removed_and_changed_records_are_named_by_line():
    old = [("p", "a"), ("q", "a"), ("r", "a"), ("s", "a")]
    new = [("t", "a"), ("p", "a"), ("q", "b"), ("s", "a"), ("u", "a")]
    assert compared(old, new) == DatasetDiff(added=(1, 5), removed=(3,), changed=((2, 3),), unchanged=2, moved=0)
    assert not compared(old, new).same


def test_each_kind_of_difference_is_one():
    version = [("p", "a"), ("q", "a")]
    assert [
        compared(version, other).same for other in (version[:1], [*version, ("r", "a")], [("p", "b"), ("q", "a")])
    ] == [
        False,
        False,
        False,
    ]


def test_repeated_question_is_changed_as_often_as_both_have_it():
    difference = compared([("q", "a"), ("q", "b"), ("q", "c")], [("q", "c"), ("q", "d")])
    assert difference == DatasetDiff(added=(), removed=(2,), changed=((1, 2),), unchanged=1, moved=0)
    difference = compared([("q", "a")], [("q", "b"), ("q", "c"), ("q", "a"), ("q", "a")])
    assert difference == DatasetDiff(added=(1, 2, 4), removed=(), changed=(), unchanged=1, moved=0)


def test_moved_records_are_the_fewest_that_explain_the_order():
    old = [(letter, "a") for letter in "abcdef"]
    assert compared(old, [*old[1:], old[0]]).moved == 1
    assert compared(old, old[::-1]).moved == 5
    assert compared(old, [old[1], old[0], *old[2:]]).moved == 1


def test_lines_are_those_that_are_given():
    """Lines with errors are left out, and the others keep their numbers."""
    difference = diff(
        [(3, messages("q", "a"))], [(7, messages("q", "b")), (9, messages("r", "b"))], "anthropic-messages"
    )
    assert difference == DatasetDiff(added=(9,), removed=(), changed=((3, 7),), unchanged=0, moved=0)


def test_other_system_prompt_is_another_question():
    difference = diff(
        [(1, conversation("q", "a", system="one"))],
        [(1, conversation("q", "a", system="two"))],
        "bedrock-conversation-2024",
    )
    assert (difference.added, difference.removed) == ((1,), (1,))
