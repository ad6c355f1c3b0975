"""Converted lines, as the check hands them to inspections."""

import hashlib
import json
import random
import string
from collections.abc import Iterable

from finetuning import catalog
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.inspection import Inspection

ALNUM = string.ascii_letters + string.digits
HAIKU = catalog.find("claude-3-haiku")
NOVA = catalog.find("nova-lite")
_FIRST, _SECOND = ("ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "mu", "ne"), ("ra", "se", "ti", "vo", "pu", "la")
_WORDS = [first + second for first in _FIRST for second in _SECOND]


def made(length: int, alphabet: str = ALNUM, seed: object = "") -> str:
    """Return a string that looks random and is always the same, so that no secret is written down in a test."""
    numbers = hashlib.shake_256(f"{length}{alphabet}{seed}".encode()).digest(length)
    return "".join(alphabet[number % len(alphabet)] for number in numbers)


def compact(record: object) -> bytes:
    """Return a record as a line."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def messages(*texts: str, system: str | None = None) -> bytes:
    """Return turns, the user's first, as Anthropic Messages."""
    turns = [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]
    return compact(({"system": system} if system else {}) | {"messages": turns})


def conversation(*texts: str, system: str | None = None) -> bytes:
    """Return turns, the user's first, as bedrock-conversation-2024."""
    turns = [
        {"role": ("user", "assistant")[place % 2], "content": [{"text": text}]} for place, text in enumerate(texts)
    ]
    head = {"schemaVersion": "bedrock-conversation-2024"} | ({"system": [{"text": system}]} if system else {})
    return compact(head | {"messages": turns})


def prompt_completion(prompt: str, completion: str) -> bytes:
    """Return a prompt and its completion."""
    return compact({"prompt": prompt, "completion": completion})


def always(seed: object) -> random.Random:
    """Return chance that is always the same for a seed."""
    return random.Random(str(seed))  # noqa: S311 - it makes up texts, not secrets


def prose(words: int, seed: object) -> list[str]:
    """Return so many made-up words, always the same for a seed; hardly three in a row are the same for another."""
    chance = always(f"prose {seed}")
    return [chance.choice(_WORDS) + chance.choice(_WORDS) for _ in range(words)]


def findings(inspection: Inspection, *splits: Iterable[bytes]) -> list[tuple[str, int | None, Flaw]]:
    """Return what an inspection finds in a training, a validation and a test split: split, line and flaw."""
    found: list[tuple[str, int | None, Flaw]] = []
    for split, records in zip(("training", "validation", "test"), splits, strict=False):
        for line, record in enumerate(records, 1):
            found += [(split, line, flaw) for flaw in inspection.inspect(split, line, record)]
        found += [(split, line, flaw) for line, flaw in inspection.finish(split)]
    return found


def places(found: Iterable[tuple[str, int | None, Flaw]]) -> list[tuple[str, str, int | None]]:
    """Return code, split and line of findings."""
    return [(flaw.code, split, line) for split, line, flaw in found]
