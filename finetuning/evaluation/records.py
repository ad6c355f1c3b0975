"""Test records: what is asked, and the reference answer, keyed by what is asked and never by position."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from finetuning.dataset.conversation import PLAIN_TEXT, Conversation, Turn
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import detect_format, parse_line, read
from finetuning.errors import FineTuningError
from finetuning.fingerprint import canonical_json, digest

_ID_DIGITS = 16
_MOST_PROBLEMS = 20


class TestRecordsError(FineTuningError, ValueError):
    """A test dataset that cannot be asked; the message names the lines, never their text."""

    __test__ = False  # pytest takes it for a test otherwise


@dataclass(frozen=True)
class TestRecord:
    """One record of a test dataset.

    Attributes:
        id: of what is asked: the beginning of the SHA-256 of system prompt and turns. A prompt that is there twice
            gets ``-2``, and so on, in the order of the reference answers.
        system: the system prompt; empty without one.
        turns: role and text of each message up to the last one of the user.
        reference: the answer that is wanted.
    """

    __test__ = False

    id: str
    system: str
    turns: tuple[tuple[str, str], ...]
    reference: str

    @property
    def question(self) -> str:
        """The last message of the user."""
        return self.turns[-1][1]


def read_records(lines: Iterable[bytes]) -> tuple[TestRecord, ...]:
    """Return the records of a JSON Lines file in any format of `finetuning.base_model.DataFormat`, ordered by id.

    Raises:
        TestRecordsError: lines are no records, have no answer to compare with, or hold more than text.
    """
    problems: list[str] = []
    found: dict[str, list[TestRecord]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        record = _record(line)
        if isinstance(record, str):
            problems.append(f"line {number}: {record}")
        else:
            found[record.id].append(record)
    if problems:
        more = f"; and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
        raise TestRecordsError(
            f"test dataset cannot be asked: {'; '.join(problems[:_MOST_PROBLEMS])}{more}; correct the lines and check "
            f"them with `python -m ops data validate`"
        )
    numbered = [_numbered(same) for same in found.values()]
    return tuple(sorted((record for same in numbered for record in same), key=lambda record: record.id))


def choose(records: Sequence[TestRecord], most: int) -> tuple[TestRecord, ...]:
    """Return at most so many records, ordered by id; the choice depends on the records alone.

    Ids are digests, so their order has nothing to do with that of the file, and a record that is added or removed
    changes the choice by one record.
    """
    return tuple(sorted(records, key=lambda record: record.id)[:most])


def records_digest(records: Iterable[TestRecord]) -> str:
    """Return the SHA-256 of what is asked and of the reference answers."""
    return digest([[record.id, record.reference] for record in sorted(records, key=lambda record: record.id)])


def _numbered(same: Sequence[TestRecord]) -> list[TestRecord]:
    ordered = sorted(same, key=lambda record: record.reference)
    return [ordered[0], *(replace(record, id=f"{record.id}-{n}") for n, record in enumerate(ordered[1:], 2))]


def _record(line: bytes) -> TestRecord | str:
    """Return the record on a line, or what is wrong with it."""
    parsed = parse_line(line)
    if isinstance(parsed, Flaw):
        return parsed.message
    data_format = detect_format(parsed)
    if data_format is None:
        return "no known format; use messages, or prompt and completion"
    conversation, flaws = read(parsed, data_format)
    if conversation is None:
        return ", ".join(f"{flaw.path} {flaw.message}".strip() for flaw in flaws)
    return _asked(conversation)


def _asked(conversation: Conversation) -> TestRecord | str:
    turns = conversation.turns
    if any(turn.role == PLAIN_TEXT for turn in turns):
        return "plain text asks nothing"
    if any(turn.media for turn in conversation.all_turns()):
        return "holds images or videos; an evaluation asks text only"
    if conversation.grading is not None:
        given = conversation.grading["reference_answer"]
        reference = given if isinstance(given, str) else canonical_json(given)
    elif turns and turns[-1].role == "assistant":
        turns, reference = turns[:-1], _text(turns[-1])
    else:
        return "does not end with the assistant's answer"
    if not turns or turns[-1].role != "user":
        return "has no message of the user before the answer"
    system = _text(conversation.system) if conversation.system else ""
    asked = tuple((turn.role, _text(turn)) for turn in turns)
    return TestRecord(_id(system, asked), system, asked, reference)


def _text(turn: Turn) -> str:
    return "\n".join(turn.texts)


def _id(system: str, turns: tuple[tuple[str, str], ...]) -> str:
    asked = canonical_json({"system": system, "turns": [list(turn) for turn in turns]})
    return sha256(asked.encode("ascii")).hexdigest()[:_ID_DIGITS]
