"""The fast lane: proves that a record has no flaw, and converts it, at the speed of a JSON parser.

What it cannot prove it leaves to the exact lane; so it may refuse anything, and must never let a flaw through. Texts
stay as they are spelled, and are converted by copying: between formats only what stands around them differs.

That no key is repeated and nothing stands in a record but what was read follows from its length. A record is at least
as long as its texts and the shortest spelling of what stands around them. What is longer by less than a repeated key
takes, is longer by white space alone. A record that is longer, because it has many messages and spaces between them,
is spelled anew as ``json.dumps`` would and compared.
"""

from collections.abc import Sequence

import msgspec

from finetuning.base_model import BaseModel, DataFormat
from finetuning.dataset.lengths import may_have_more_words
from finetuning.dataset.reading.scanning import Scanner
from finetuning.dataset.reading.skeletons import MOST_TURNS, REPEATED_KEY_BYTES, SKELETONS, VERSION
from finetuning.dataset.reading.spelling import Bytes, Spelling, compact_spelling, default_spelling
from finetuning.dataset.tokens import MILLITOKENS_PER_CHARACTER, MILLITOKENS_PER_EXTRA_BYTE, Tokenizer

#: A good record: its kind (see ``skeletons``), its texts as they are written, their bytes without the quotes around
#: them, and how many bytes more these are than characters.
Clean = tuple[int, Sequence[Bytes], int, int]

_QUOTE = ord('"')
#: The first bytes of a blank text: none, a space, an escape sequence, or Unicode's other white space in UTF-8.
_PERHAPS_BLANK = frozenset(b'" \\\xc2\xe1\xe2\xe3')
_LINE_FEED = ord("\n")
_KIND = VERSION - 1
_PER_BYTE, _PER_EXTRA_BYTE = MILLITOKENS_PER_CHARACTER, MILLITOKENS_PER_EXTRA_BYTE - MILLITOKENS_PER_CHARACTER
_NEVER = 1 << 60
#: Longer than any record that is read.
_NO_LIMIT = 1 << 40

_text = msgspec.json.Decoder(str).decode
_literal = msgspec.json.Encoder().encode


def can_prove(base_model: BaseModel, source: DataFormat) -> bool:
    """Return whether there is a fast lane for records of a format: question and answer, both spelled as known here."""
    return source in SKELETONS and base_model.data_format in SKELETONS and base_model.limits.answers == "required"


class FastLane:
    """Judges and converts the records of one file in one format."""

    def __init__(
        self, base_model: BaseModel, source: DataFormat, system_prompt: str | None, tokenizer: Tokenizer | None
    ) -> None:
        """Begin a file.

        Args:
            base_model: whose rules, limits and format apply.
            source: the format of the records.
            system_prompt: given to records that have none of their own.
            tokenizer: counts the tokens of records that may be too long; these take the exact lane then.
        """
        self._decode = msgspec.json.Decoder(SKELETONS[source]).decode
        self._repeated_key = REPEATED_KEY_BYTES[source]
        versions = (False, True)
        self._default = [each for v in versions for each in _templates(default_spelling(source, version=v))]
        self._shortest = [
            each for v in versions for each in _overheads(_templates(compact_spelling(source, version=v)))
        ]
        self._target = [
            (*template[:-1], template[-1] + b"\n") if template else ()
            for template in _templates(compact_spelling(base_model.data_format))
        ]
        self._written = [size + 2 * kind for kind, size in enumerate(_overheads(self._target))]
        self._system_prompt = _literal(system_prompt) if system_prompt else None
        self._limit = base_model.limits.tokens_per_record or _NEVER
        # Up to this size a record needs no closer look, unless it is given a system prompt or must fit another format.
        takes_all = not system_prompt and all(
            written >= 0 for written, shortest in zip(self._written, self._shortest, strict=False) if shortest >= 0
        )
        self._quick = self._limit if takes_all else -1
        # ASCII text has so many words only if it is twice as long, and is estimated over the limit only if longer yet.
        self._quick_ascii = 2 * self._limit - MOST_TURNS if takes_all and tokenizer is None else self._quick
        self._has_tokenizer = tokenizer is not None
        self._scanner = Scanner(base_model.reserved.strings)

    def judge_block(self, buffer: bytes | bytearray, start: int, end: int) -> list[Clean | Bytes]:
        """Return for each line between a start and an end its good record; the line itself if it is not proved good.

        What is asked of most records stands here and not in a function of its own: a call costs a tenth of parsing.
        """
        view, find, decode, shortest, limit = memoryview(buffer), buffer.find, self._decode, self._shortest, self._quick
        # White space and the line feed. A repeated key adds as much or more.
        allowed = self._repeated_key + (buffer[end - 1] == _LINE_FEED)
        is_ascii, has_mark, ascii_limit = buffer.isascii(), self._scanner.has_mark, self._quick_ascii
        judged = list[Clean | Bytes]()
        while start < end:
            stop = find(b"\n", start, end) + 1 or end
            line: Bytes = view[start:stop]
            clean: Clean | None = None
            try:
                kind, texts = decode(line).texts()
                size = 0
                for text in texts:
                    if text[0] != _QUOTE or (text[1] in _PERHAPS_BLANK and not _text(text).strip()):
                        break
                    size += len(text)
                else:
                    spaces = stop - start - size - shortest[kind]
                    if spaces < allowed or buffer.startswith(self._spelled_by_default(kind, texts), start):
                        extra = 0 if is_ascii or buffer[start:stop].isascii() else _extra_bytes(bytes(line))
                        clean = (kind & _KIND, texts, size - 2 * len(texts), extra)
                        if has_mark(line):
                            clean = self._spelled_anew(clean)
                        elif size > (limit if extra else ascii_limit):
                            clean = self._look_closer(clean)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                clean = None
            judged.append(clean or line)
            start = stop
        return judged

    def measure(self, records: Sequence[Clean]) -> tuple[list[int], list[int], int]:
        """Return of good records the numbers of turns, the lengths in thousandths of a token, and all bytes written."""
        written = self._written
        turns = [kind & ~1 for kind, _, _, _ in records]
        lengths = [_PER_BYTE * size + _PER_EXTRA_BYTE * extra for _, _, size, extra in records]
        return turns, lengths, sum([size + written[kind] for kind, _, size, _ in records])

    def parts(self, record: Clean) -> list[Bytes]:
        """Return the parts of a good record's converted line."""
        return _filled(self._target[record[0]], record[1])

    def _spelled_by_default(self, kind: int, texts: Sequence[Bytes]) -> bytes:
        return b"".join(_filled(self._default[kind], texts)) if texts else b"\0"

    def _spelled_anew(self, record: Clean) -> Clean | None:
        """Return a record with each character spelled as it is written, if it is good."""
        kind, texts, _, _ = record
        strings = [_text(text) for text in texts]
        texts = [_literal(string) for string in strings]
        if self._scanner.has_reserved(b"".join(texts)):
            return None
        extra = sum([len(string.encode()) - len(string) for string in strings])
        return self._look_closer((kind, texts, sum(map(len, texts)) - 2 * len(texts), extra))

    def _look_closer(self, record: Clean) -> Clean | None:
        """Return a record, with the configured system prompt if it is given one, if it can be written and is short."""
        kind, texts, size, extra = record
        if self._system_prompt is not None and not kind & 1:
            kind, texts, size = kind + 1, [self._system_prompt, *texts], size + len(self._system_prompt) - 2
            extra += _extra_bytes(self._system_prompt)
        if self._written[kind] < 0:
            return None
        if size > self._limit and self._is_perhaps_too_long(texts, size, extra):
            return None
        return kind, texts, size, extra

    def _is_perhaps_too_long(self, texts: Sequence[Bytes], size: int, extra: int) -> bool:
        if self._has_tokenizer or _PER_BYTE * size + _PER_EXTRA_BYTE * extra > 1000 * self._limit:
            return True
        return may_have_more_words(texts, size, self._limit)


def _filled(template: Sequence[Bytes], texts: Sequence[Bytes]) -> list[Bytes]:
    """Return the parts of a record, every second of which is a text."""
    parts = [*template]
    parts[1::2] = texts
    return parts


def _templates(spelling: Spelling) -> list[tuple[bytes, ...]]:
    """Return by kind the parts of a record, with empty texts; nothing of what cannot be spelled so."""
    kinds = [(kind & ~1, bool(kind & 1)) for kind in range(VERSION)]
    return [spelling.template(turns, system=system) if turns <= MOST_TURNS else () for turns, system in kinds]


def _overheads(templates: Sequence[tuple[bytes, ...]]) -> list[int]:
    """Return by kind how many bytes a record has beside its texts; of what cannot be spelled so, far less than none."""
    return [sum(map(len, template)) if template else -_NEVER for template in templates]


def _extra_bytes(text: bytes) -> int:
    """Return how many bytes UTF-8 has more than the text has characters; raises UnicodeDecodeError."""
    return 0 if text.isascii() else len(text) - len(text.decode("utf-8"))
