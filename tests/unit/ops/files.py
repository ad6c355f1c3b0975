"""Dataset files for the tests of the data commands."""

import json
from collections.abc import Iterable
from pathlib import Path

from ops.project import ROOT

SAMPLE = ROOT / "datasets/bedrock-faq/training.jsonl"
VALIDATION_SAMPLE = ROOT / "datasets/bedrock-faq/validation.jsonl"


def messages(number: int, answer: str | None = None) -> dict[str, object]:
    """A good record, another one for each number."""
    words = " ".join(f"w{number * 7919 + step}" for step in range(12))
    turns = [
        {"role": "user", "content": f"What is {words}?"},
        {"role": "assistant", "content": answer or f"It is {words[::-1]}."},
    ]
    return {"messages": turns}


def lines(count: int) -> list[bytes]:
    """So many good records, without line ends."""
    return [json.dumps(messages(number)).encode() for number in range(count)]


def write(path: Path, content: Iterable[bytes], end: bytes = b"\n") -> Path:
    """Write lines, each with its end; returns the path."""
    path.write_bytes(b"".join(line + end for line in content))
    return path
