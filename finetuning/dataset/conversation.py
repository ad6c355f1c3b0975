"""What every record is, whichever format it is written in, and the rules that hold for all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.media import Media, media_flaws
from finetuning.dataset.reading.redaction import redact_around, shown

__all__ = ["PLAIN_TEXT", "ROLES", "Conversation", "Turn", "order_flaws", "shown", "text_flaws"]

ROLES = ("user", "assistant")
#: The role of a text that nobody says to anybody: a record for continued pre-training is one such turn.
PLAIN_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's words: a role, its text blocks, where they stand in the record, and what is shown between them."""

    role: str
    texts: tuple[str, ...]
    path: str
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A record: an optional system prompt and the turns after it.

    Attributes:
        system: the system prompt.
        turns: the messages.
        grading: what a grader gets of the record beside its messages, by key; None if the record is not for one.
    """

    system: Turn | None
    turns: tuple[Turn, ...]
    grading: Mapping[str, Any] | None = None

    def all_turns(self) -> tuple[Turn, ...]:
        """Return the system prompt, if there is one, and the turns."""
        return (self.system, *self.turns) if self.system else self.turns


def order_flaws(turns: tuple[Turn, ...], base_model: BaseModel | None = None) -> Iterator[Flaw]:
    """Yield what is wrong with the number and the order of the turns; of a broken alternation, the first place.

    Args:
        turns: of one record.
        base_model: says whether an answer is needed and how many turns there may be; None for any number and an answer.
    """
    if any(turn.role == PLAIN_TEXT for turn in turns):
        return
    answers = base_model.limits.answers if base_model else "required"
    strangers = [turn for turn in turns if turn.role not in ROLES]
    for turn in strangers:
        yield Flaw("DS301", _role(turn), f"role {shown(turn.role)} is not user or assistant")
    fewest = 2 if answers == "required" else 1
    if len(turns) < fewest:
        yield Flaw("DS302", "messages", f"at least {fewest} messages are needed, got {len(turns)}")
    if base_model is not None and len(turns) > (base_model.limits.most_turns or len(turns)):
        most = base_model.limits.most_turns
        yield Flaw("DS307", "messages", f"{len(turns)} messages, {base_model.name} takes at most {most}")
    if strangers or not turns:
        return
    if turns[0].role != "user":
        yield Flaw("DS303", _role(turns[0]), "the first message must be the user's")
    if answers == "required" and turns[-1].role != "assistant":
        yield Flaw("DS304", _role(turns[-1]), "the last message must be the assistant's")
    if answers == "refused" and turns[-1].role != "user":
        yield Flaw("DS306", _role(turns[-1]), "the last message must be the user's: the model is to find the answer")
    for before, turn in pairwise(turns):
        if before.role == turn.role:
            yield Flaw("DS305", _role(turn), f"two {turn.role} messages in a row")
            return


def text_flaws(conversation: Conversation, base_model: BaseModel) -> Iterator[Flaw]:
    """Yield what is wrong with the texts and media: empty ones, reserved strings."""
    for turn in conversation.all_turns():
        if not any(text.strip() for text in turn.texts) and not turn.media:
            yield Flaw("DS204", turn.path, "text is empty")
        if turn.role in base_model.reserved.roles:
            yield from _reserved_flaws(turn, base_model)
    yield from _block_flaws(conversation, base_model)


def _block_flaws(conversation: Conversation, base_model: BaseModel) -> Iterator[Flaw]:
    most, system = base_model.limits.system_blocks, conversation.system
    if most is not None and system is not None and len(system.texts) > most:
        yield Flaw("DS203", system.path, f"{len(system.texts)} text blocks, {base_model.name} takes at most {most}")
    yield from media_flaws([(turn.role, turn.media) for turn in conversation.all_turns()], base_model)


def _reserved_flaws(turn: Turn, base_model: BaseModel) -> Iterator[Flaw]:
    for string in base_model.reserved.strings:
        for text in turn.texts:
            start = text.find(string)
            if start >= 0:
                excerpt = redact_around(text, start, start + len(string))
                yield Flaw("DS401", turn.path, f"text holds {string!r}, which {base_model.name} reserves", excerpt)
                break


def _role(turn: Turn) -> str:
    return f"{turn.path.rsplit('.', 1)[0]}.role"
