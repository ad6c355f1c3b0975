"""The exact lane: reads a record in full and names every flaw. It is slow, and the definition of what is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from finetuning.base_model import BaseModel, DataFormat
from finetuning.dataset.conversation import Conversation, Turn, order_flaws, shown, text_flaws
from finetuning.dataset.conversion import conversion_flaws, prepared, record_line, with_system_prompt, write
from finetuning.dataset.findings import Flaw
from finetuning.dataset.lengths import length, length_flaws, literals
from finetuning.dataset.reading.formats import Record, detect_format, parse_line, read
from finetuning.dataset.rules import RULES
from finetuning.dataset.tokens import Tokenizer


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a record.

    Attributes:
        data_format: that the record is written in; None if it cannot be told.
        flaws: all of them, in the order of the record.
        line: the converted record with its line feed; None if it has an error.
        turns: its number of messages.
        millitokens: its estimated length, in thousandths of a token.
    """

    data_format: DataFormat | None
    flaws: tuple[Flaw, ...]
    line: bytes | None = None
    turns: int = 0
    millitokens: int = 0


class ExactLane:
    """Judges and converts the records of one file, each on its own."""

    def __init__(self, base_model: BaseModel, system_prompt: str | None, tokenizer: Tokenizer | None = None) -> None:
        """Begin a file; a system prompt is given to records that have none of their own."""
        self._base_model, self._system_prompt, self._tokenizer = base_model, system_prompt, tokenizer

    def judge(self, line: bytes, expected: DataFormat | None) -> Verdict:
        """Return what is known of a line; every record must be of the expected format, if there is one."""
        record = parse_line(line)
        if isinstance(record, Flaw):
            return Verdict(None, (record,))
        found = detect_format(record)
        flaws = tuple(_format_flaws(record, found, expected))
        if found is None or flaws:
            return Verdict(found, flaws)
        conversation, reading_flaws = read(record, found, self._base_model)
        if conversation is None:
            return Verdict(found, tuple(reading_flaws))
        whole = with_system_prompt(conversation, self._system_prompt)
        return self._judge(prepared(whole, self._base_model.data_format), found)

    def _judge(self, conversation: Conversation, found: DataFormat) -> Verdict:
        target, spelled = self._base_model.data_format, literals(conversation)
        flaws = (
            *order_flaws(conversation.turns, self._base_model),
            *text_flaws(conversation, self._base_model),
            *length_flaws(conversation, spelled, self._base_model, self._tokenizer),
        )
        if not _has_error(flaws):
            flaws += tuple(conversion_flaws(conversation, target))
        if _has_error(flaws):
            return Verdict(found, flaws)
        line = record_line(write(conversation, target))
        return Verdict(found, flaws, line, len(conversation.turns), length(spelled).millitokens)


def prompt_flaws(system_prompt: str | None, base_model: BaseModel) -> Iterator[Flaw]:
    """Yield what every record has wrong that is given a configured system prompt; none or empty is no system prompt."""
    if system_prompt:
        yield from text_flaws(Conversation(Turn("system", (system_prompt,), "system"), ()), base_model)


def _format_flaws(record: Record, found: DataFormat | None, expected: DataFormat | None) -> Iterator[Flaw]:
    if found is None:
        keys = ", ".join(shown(key) for key in islice(record, 5)) or "none"
        yield Flaw("DS105", "", f"the keys fit no known format, got {keys}")
    elif expected is not None and found != expected:
        yield Flaw("DS106", "", f"record is {found}, the dataset is {expected}")


def _has_error(flaws: tuple[Flaw, ...]) -> bool:
    return any(RULES[flaw.code].severity == "error" for flaw in flaws)
