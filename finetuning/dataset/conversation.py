"""What every record is, whichever format it is written in, and the rules that hold for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.tokens import estimate_tokens

ROLES = ("user", "assistant")
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's words: a role, its text blocks, and where they stand in the record."""

    role: str
    texts: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A record: an optional system prompt and the turns after it."""

    system: Turn | None
    turns: tuple[Turn, ...]

    def all_turns(self) -> tuple[Turn, ...]:
        """Return the system prompt, if there is one, and the turns."""
        return (self.system, *self.turns) if self.system else self.turns


@dataclass(frozen=True, slots=True)
class Length:
    """How much text a record has: Unicode characters and UTF-8 bytes."""

    characters: int
    utf8_bytes: int


def length(conversation: Conversation) -> Length:
    """Return the length of all texts, the system prompt included.

    Raises:
        UnicodeEncodeError: a text holds an unpaired surrogate.
    """
    texts = [text for turn in conversation.all_turns() for text in turn.texts]
    return Length(sum(map(len, texts)), sum(len(text.encode("utf-8")) for text in texts))


def shown(name: str) -> str:
    """Return a key or role as it may be printed: quoted, and cut in case somebody's text stands in its place."""
    return repr(name if len(name) <= _SHOWN_CHARACTERS else name[:_SHOWN_CHARACTERS] + "…")


def order_flaws(turns: tuple[Turn, ...]) -> Iterator[Flaw]:
    """Yield what is wrong with the number and the order of the turns; of a broken alternation, the first place."""
    strangers = [turn for turn in turns if turn.role not in ROLES]
    for turn in strangers:
        yield Flaw("DS301", _role(turn), f"role {shown(turn.role)} is not user or assistant")
    if len(turns) < 2:
        yield Flaw("DS302", "messages", f"at least 2 messages are needed, got {len(turns)}")
    if strangers or not turns:
        return
    if turns[0].role != "user":
        yield Flaw("DS303", _role(turns[0]), "the first message must be the user's")
    if turns[-1].role != "assistant":
        yield Flaw("DS304", _role(turns[-1]), "the last message must be the assistant's")
    for before, turn in pairwise(turns):
        if before.role == turn.role:
            yield Flaw("DS305", _role(turn), f"two {turn.role} messages in a row")
            return


def text_flaws(conversation: Conversation, base_model: BaseModel) -> Iterator[Flaw]:
    """Yield what is wrong with the texts: empty ones, broken characters, reserved strings, too many tokens."""
    for turn in conversation.all_turns():
        if not any(text.strip() for text in turn.texts):
            yield Flaw("DS204", turn.path, "text is empty")
        if turn.role in base_model.reserved.roles:
            yield from _reserved_flaws(turn, base_model)
    try:
        size = length(conversation)
    except UnicodeEncodeError:
        yield Flaw("DS205", "", "a text holds an unpaired surrogate")
        return
    limit = base_model.limits.tokens_per_record
    tokens = estimate_tokens(size.characters, size.utf8_bytes)
    if tokens > limit:
        yield Flaw("DS402", "", f"about {tokens} tokens (an estimate), {base_model.name} takes at most {limit}")


def _reserved_flaws(turn: Turn, base_model: BaseModel) -> Iterator[Flaw]:
    for string in base_model.reserved.strings:
        if any(string in text for text in turn.texts):
            yield Flaw("DS401", turn.path, f"text holds {string!r}, which {base_model.name} reserves")


def _role(turn: Turn) -> str:
    return f"{turn.path.rsplit('.', 1)[0]}.role"
