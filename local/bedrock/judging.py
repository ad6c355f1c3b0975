"""A stand-in for a judge: what a base model answers when it is asked to grade an answer.

It reads nothing: the grade is the share of words that the answer has in common with the reference (the F1 of their
bags of words), on the scale that the prompt names. It says so in its reason.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence

from local.bedrock.learner.text import words

#: A prompt that wants `{"grade": n}` has this in it.
_WANTED = '"grade"'
_SCALE = re.compile(r"\b(\d+)\s*(?:to|-|–)\s*(\d+)\b")
_DEFAULT_SCALE = (1, 5)


def wants_grade(texts: Sequence[str]) -> bool:
    """Whether a conversation asks for a grade as JSON."""
    return any(_WANTED in text for text in texts)


def grade(texts: Sequence[str]) -> str:
    """The stand-in's verdict on what stands between `<reference>` and `<answer>` tags, as JSON."""
    asked = "\n".join(texts)
    lowest, highest = _scale(asked)
    reference, answer = _tagged(asked, "reference"), _tagged(asked, "answer")
    if reference is None or answer is None:
        reason = "stand-in judge: it found no <reference> and <answer> in the prompt"
        return json.dumps({"grade": lowest, "reason": reason})
    shared = overlap(reference, answer)
    reason = f"stand-in judge: {shared:.0%} of the words are shared with the reference; a real judge would read them"
    return json.dumps({"grade": lowest + round(shared * (highest - lowest)), "reason": reason})


def overlap(reference: str, answer: str) -> float:
    """F1 of two texts' bags of words, from 0 to 1; 1 if both are empty."""
    wanted, given = Counter(words(reference)), Counter(words(answer))
    total = wanted.total() + given.total()
    return 2 * (wanted & given).total() / total if total else 1.0


def _tagged(text: str, tag: str) -> str | None:
    """What stands between a tag's last opening and the closing after it: instructions may name the tags before."""
    found = text.rpartition(f"<{tag}>")[2].partition(f"</{tag}>")
    return found[0].strip() if f"<{tag}>" in text and found[1] else None


def _scale(text: str) -> tuple[int, int]:
    found = _SCALE.search(text)
    lowest, highest = map(int, found.groups()) if found else _DEFAULT_SCALE
    return (lowest, highest) if lowest < highest else _DEFAULT_SCALE
