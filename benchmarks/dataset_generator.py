r"""Datasets to measure with: `python -m benchmarks.dataset_generator --records N --size S --format F OUT`.

The same seed gives the same file. Texts read like English where it matters for speed: word lengths and their
frequencies (Zipf), sentences, commas, quotation marks, numbers, paragraphs. One record in five has six messages; 8 %
hold Japanese, accents, Cyrillic or emoji, half of these spelled as \uXXXX, as ``json.dumps`` does unless told not to.
"""

import argparse
import itertools
import json
import random
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FORMATS = ("messages", "prompt-completion")
#: Bytes of one record: a log-normal distribution around 1.5 KB, and the range up to about 32,000 tokens.
SIZES = ("small", "large")
SYSTEM_PROMPT = "You are a helpful assistant."
_COLUMNS = 78
_COMMON = "the,of,and,to,a,in,is,it,that,for,was,on,are,as,with,at,be,this,from,or"
_SYLLABLES = "ta,ri,on,el,mi,no,sa,de,ka,lu,ren,tor,ves,pal,min,dor,can,tis,ber,gol,har,nes,pri,sto,ung,wa,ke,zi"
_FOREIGN = ("日本語の文章です。", "Übergröße im café naïve.", "Добрый день, мир.", "Good 😀🎉 work.")


class Writer:
    """Makes texts out of a pool of paragraphs, so that a gigabyte takes seconds and not minutes."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible data, not a secret
        rare = ["".join(self._random.choices(_SYLLABLES.split(","), k=self._random.randint(1, 4))) for _ in range(3000)]
        self._words = [*_COMMON.split(","), *rare]
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self._words) + 1)))
        self._pool = [self._paragraph() for _ in range(3000)]

    def record(self, size: str, data_format: str) -> bytes:
        """Return one line."""
        foreign = self._random.random() < 0.08
        escaped = foreign and self._random.random() < 0.5
        length = self._length(size)
        record: dict[str, Any]
        if data_format == "prompt-completion":
            record = {"prompt": self._text(length * 7 // 10, foreign), "completion": self._text(length // 3, foreign)}
        else:
            turns = 6 if self._random.random() < 0.2 else 2
            texts = [self._text(length // turns, foreign) for _ in range(turns)]
            roles = itertools.cycle(("user", "assistant"))
            messages = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
            record = {"system": SYSTEM_PROMPT, "messages": messages}
        return json.dumps(record, ensure_ascii=escaped).encode() + b"\n"

    def _length(self, size: str) -> int:
        if size == "large":
            return self._random.randint(32_000, 115_000)
        return min(30_000, max(500, round(self._random.lognormvariate(7.35, 0.75))))

    def _text(self, length: int, foreign: bool) -> str:
        parts: list[str] = []
        left = length
        while left > 0:
            part = self._random.choice(self._pool)
            if foreign and self._random.random() < 0.6:
                part += " " + self._random.choice(_FOREIGN)
            parts.append(part)
            left -= len(part) + 2
        return "\n\n".join(parts)[:length].strip() or "yes"

    def _paragraph(self) -> str:
        flowing = " ".join(self._sentence() for _ in range(self._random.randint(1, 6)))
        return textwrap.fill(flowing, _COLUMNS)

    def _sentence(self) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=self._random.randint(6, 24))
        chance = self._random.random
        if chance() < 0.3:
            words[len(words) // 2] += ","
        if chance() < 0.05:
            words[1] += ":"
        if chance() < 0.08:
            words[-1] = str(self._random.randint(1, 2030))
        sentence = " ".join(words).capitalize() + "."
        return f'"{sentence}"' if chance() < 0.06 else sentence


def lines(records: int, size: str, data_format: str, seed: int = 7) -> Iterator[bytes]:
    """Yield the lines of a dataset; ``size`` is one of ``SIZES``, ``data_format`` one of ``FORMATS``."""
    writer = Writer(seed)
    return (writer.record(size, data_format) for _ in range(records))


def main() -> None:
    """Write one dataset."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dataset_generator", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--format", choices=FORMATS, default="messages")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    with options.out.open("wb") as out:
        out.writelines(lines(options.records, options.size, options.format, options.seed))


if __name__ == "__main__":
    main()
