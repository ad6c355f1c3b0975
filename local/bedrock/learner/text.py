"""Words of prompts and answers."""

import itertools
import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Example:
    """A prompt and the answer to learn for it."""

    prompt: str
    answer: str


def words(text: str) -> list[str]:
    """Words and punctuation marks of a text, lower case."""
    return _WORD.findall(text.lower())


def count_tokens(text: str) -> int:
    """Tokens of a text as the stand-in counts them: words and punctuation marks."""
    return len(words(text))


def first_tokens(text: str, most: int) -> str:
    """The beginning of a text, at most so many tokens long."""
    ends = [match.end() for match in _WORD.finditer(text)]
    return text if len(ends) <= most else text[: ends[most - 1]]


def features(prompt: str) -> frozenset[str]:
    """What the learner sees of a prompt: its words and its pairs of neighbouring words."""
    found = prompt_words(prompt)
    return frozenset(found) | {f"{first} {second}" for first, second in itertools.pairwise(found)}


def prompt_words(prompt: str) -> list[str]:
    """Words of a prompt without punctuation."""
    return [word for word in words(prompt) if word[0].isalnum()]
