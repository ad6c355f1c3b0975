"""How long a record is, and whether that is too long for a base model."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from finetuning.base_model import BaseModel
from finetuning.dataset.conversation import Conversation
from finetuning.dataset.findings import Flaw
from finetuning.dataset.tokens import ERROR_PERCENT, Tokenizer, millitokens

_STRIDE, _WINDOW = 16 * 1024, 64


@dataclass(frozen=True, slots=True)
class Length:
    """How much text a record has, as JSON spells it: Unicode characters and UTF-8 bytes, quotation marks left out.

    A line break counts as the two characters of its escape sequence, so that a length follows from a line's own.
    """

    characters: int
    utf8_bytes: int

    @property
    def millitokens(self) -> int:
        """The estimated length in thousandths of a token."""
        return millitokens(self.characters, self.utf8_bytes)


def literals(conversation: Conversation) -> list[bytes]:
    """Return all texts, the system prompt first, each as JSON spells it."""
    texts = (text for turn in conversation.all_turns() for text in turn.texts)
    return [json.dumps(text, ensure_ascii=False).encode("utf-8") for text in texts]


def length(spelled: Iterable[bytes]) -> Length:
    """Return the length of texts that are spelled as JSON."""
    texts = [literal[1:-1] for literal in spelled]
    return Length(sum(len(text.decode("utf-8")) for text in texts), sum(map(len, texts)))


def may_have_more_words(spelled: Sequence[bytes | memoryview], size: int, limit: int) -> bool:
    """Return whether the words of texts that are spelled as JSON should be counted: there may be more than the limit.

    Counting them costs more than all other rules together, so 64 bytes of every 16 KiB are looked at. Texts with half
    as many words as the limit are never counted; those with more than the limit are, unless other white space than
    spaces and line feeds divides their words, or somebody arranged them so: these are warned of only.

    Args:
        spelled: the texts.
        size: the number of their bytes without quotes; a word and the space after it are two.
        limit: of words.
    """
    if size + len(spelled) <= 2 * limit:
        return False
    sample = b"".join([text[start : start + _WINDOW] for text in spelled for start in range(0, len(text), _STRIDE)])
    gaps = sample.count(b" ") + sample.count(b"\\")
    return 4 * gaps * size > 3 * limit * len(sample)


def length_flaws(
    conversation: Conversation, spelled: Sequence[bytes], base_model: BaseModel, tokenizer: Tokenizer | None
) -> Iterator[Flaw]:
    """Yield that a record is too long, or probably too long; ``spelled`` are its ``literals``."""
    limit, size = base_model.limits.tokens_per_record, length(spelled)
    if limit is None or size.utf8_bytes <= limit:
        return
    texts = [text for turn in conversation.all_turns() for text in turn.texts]
    takes = f"{base_model.name} takes at most {limit}"
    if tokenizer is not None:
        tokens = sum(map(tokenizer.count, texts))
        if tokens > limit:
            yield Flaw("DS403", "", f"{tokens} tokens, {takes}")
        return
    words = sum(len(text.split()) for text in texts) if may_have_more_words(spelled, size.utf8_bytes, limit) else 0
    if words > limit:
        yield Flaw("DS403", "", f"{words} words, and no word is less than a token; {takes} tokens")
    elif size.millitokens > 1000 * limit:
        tokens = round(size.millitokens / 1000)
        yield Flaw("DS402", "", f"about {tokens} tokens (an estimate, ±{ERROR_PERCENT} %), {takes}")
