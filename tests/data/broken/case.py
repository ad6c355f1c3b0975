"""What a case is, and the good records around the bad ones."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Code, line from 1 (None: the whole file or dataset), path.
Place = tuple[str, int | None, str]

QA = {"prompt": "Q", "completion": "A"}
GOOD = {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}
_SYLLABLES = ("ba", "ko", "mi", "ru", "ten", "sol", "va", "qui", "dor", "lan", "pe", "zu", "fri", "gat", "ho", "nem")


@dataclass(frozen=True)
class Case:
    """A broken dataset and its findings.

    Attributes:
        name: what is wrong, in a few words.
        files: split → bytes. One file without limits of its own is the test split.
        found: code, line and path of each finding, in no particular order.
        base_model: an alias of the catalog.
        customization_type: what the dataset is for.
        source_format: as configured.
        system_prompt: as configured.
        batch_size: of the customization job.
        most_bytes: a smaller limit of a file than Bedrock's, so that a large file can be a small one.
    """

    name: str
    files: Mapping[str, bytes]
    found: tuple[Place, ...]
    base_model: str = "claude-3-haiku"
    customization_type: str = "FINE_TUNING"
    source_format: str | None = None
    system_prompt: str | None = None
    batch_size: int | None = None
    most_bytes: int | None = None

    def __str__(self) -> str:
        return self.name


def one(name: str, data: bytes, *found: Place, **options: Any) -> Case:
    """Return a case of one file, as the test split, whose number of records has no limit but one."""
    return Case(name, {"test": data}, found, **options)


def line(record: object) -> bytes:
    """Return a record as its line."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def pair(prompt: object, completion: object) -> bytes:
    """Return a prompt and its completion as a line."""
    return line({"prompt": prompt, "completion": completion})


def messages(*turns: tuple[object, object], **more: object) -> bytes:
    """Return (role, content) pairs as a line."""
    return line(more | {"messages": [{"role": role, "content": content} for role, content in turns]})


def text(number: int, words: int) -> str:
    """Return words without meaning; no two numbers have a phrase in common, but for accidents."""
    chosen = random.Random(number)  # noqa: S311 - it is about equal data in every run, not about secrecy
    return " ".join("".join(chosen.choices(_SYLLABLES, k=3)) for _ in range(words))


def good(records: int, start: int = 0) -> bytes:
    """Return good prompt and completion lines, all of them different and of one length."""
    numbers = range(start, start + records)
    return b"".join(pair(f"{text(number, 20)}?", text(-number - 1, 20)) for number in numbers)


def good_blocks(records: int, start: int = 0) -> bytes:
    """Return good lines of text blocks."""
    lines = [json.loads(each) for each in good(records, start).splitlines()]
    return b"".join(
        messages(("user", [{"text": each["prompt"]}]), ("assistant", [{"text": each["completion"]}])) for each in lines
    )
