"""Secrets and personal data inside the texts of records."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.identity import cut
from finetuning.dataset.inspections.personal_data import PERSONAL_DATA
from finetuning.dataset.inspections.secrets import SECRETS
from finetuning.dataset.inspections.text_patterns import Found, TextScanner

_SCANNER = TextScanner((*SECRETS, *PERSONAL_DATA))
_MASKED = "•••"
# What texts begin with; as identity says, it cannot stand in one.
_BEGIN = re.compile(
    rb'\{"(?P<message>role)":"|\{"(?P<block>text|image|video)":|,"(?P<after>completion|reference_answer)":'
)


class SecretsAndPersonalData:
    """DS701 and DS702, one finding per text and kind; no finding holds any part of what was found."""

    def __init__(self, base_model: BaseModel) -> None:
        self._format = base_model.data_format

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Yield what a record's texts hold."""
        record = cut(record, self._format).text
        first: dict[tuple[str, str, str], Found] = {}
        times: Counter[tuple[str, str, str]] = Counter()
        texts: _Texts | None = None
        for found in _SCANNER.find(record):
            texts = texts or _Texts(record)
            key = (found.pattern.code, texts.path(found.start), found.pattern.kind)
            first.setdefault(key, found)
            times[key] += 1
        for (code, path, kind), number in times.items():
            more = f", {number} of them" if number > 1 else ""
            excerpt = f"{kind}: {_MASKED} ({first[code, path, kind].length} characters)"
            yield Flaw(code, path, f"text holds what has the form of: {kind}{more}", excerpt)

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield nothing: every flaw is known when its record is seen."""
        yield from ()


class _Texts:
    """Where the texts of a canonical line begin, and their paths."""

    def __init__(self, record: bytes) -> None:
        before = next((key for key in ("prompt", "input") if record.startswith(b'{"%s":' % key.encode())), "system")
        self._starts, self._paths = [0], [before]
        message = block = -1
        for begin in _BEGIN.finditer(record):
            if begin["message"]:
                message, block = message + 1, -1
                before = path = f"messages[{message}].content"
            elif begin["block"]:
                block += 1
                path = f"{before}[{block}].text"
            else:
                path = begin["after"].decode()
            self._starts.append(begin.start())
            self._paths.append(path)

    def path(self, place: int) -> str:
        """Return which text a byte is in."""
        return self._paths[bisect_right(self._starts, place) - 1]
