"""A record's words as a few numbers, by which records that share most of their words can be found.

MinHash by a threshold (Broder, 'On the resemblance and containment of documents', 1997; Cohen and Kaplan's "bottom-k"
is its sibling): every three words in a row are hashed, and the hashes below a threshold are kept, about 64 of a record.
Two records are compared on the hashes below the smaller of their thresholds, a fair sample of both. The share of equal
hashes estimates the share of equal word triples (Jaccard), with a standard error of 0.05 at 0.8.

The hash is CRC-32, chained from word to word in C, because a loop in Python over every word would take ten times as
long; it is not meant to withstand somebody who wants collisions.
"""

import re
import zlib
from dataclasses import dataclass

from finetuning.base_model import DataFormat
from finetuning.dataset.inspections.identity import cut, digest

KEPT_HASHES = 64
KEPT_ANSWER_WORDS = 16
#: Records up to this many words may have too few triples to be compared by them.
SHORT_WORDS = 32
#: Texts up to this many bytes are read whole, of longer ones this many: cost per record must not grow with its length.
SAMPLED_BYTES = 1536
_WINDOWS = 3
_WINDOW_BYTES = SAMPLED_BYTES // _WINDOWS
_HASHES = 1 << 32
_MOST_KEPT = 2 * KEPT_HASHES

# What is between words, or may differ between two writings of one sentence. Signs of arithmetic and code stay.
_BETWEEN = b".,;:!?\"'()[]{}\\"
_PLAIN = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" + _BETWEEN, b"abcdefghijklmnopqrstuvwxyz" + b" " * len(_BETWEEN))
_ESCAPED_SPACE = re.compile(rb"\\[nrt]")
# The parts of a converted line that are no text; as identity says, they cannot stand in one.
_FRAME = re.compile(rb'"(?:role":"(?:user|assistant)","content|text|prompt|completion)":')
# Scripts without spaces, a character a word: Thai and Lao, then kana and the Chinese characters.
_LEADS = frozenset((0xE0, *range(0xE3, 0xEA)))
_NO_LEADS = bytes(byte for byte in range(256) if byte not in _LEADS)
_SPACELESS = re.compile(rb"(\xe0[\xb8-\xbb][\x80-\xbf]|[\xe3-\xe9][\x80-\xbf]{2})")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a record's dialogue; the system prompt, which many records share, is left out.

    Attributes:
        hashes: of word triples, ascending, all below the threshold.
        threshold: 2**32 if all hashes were kept.
        answer: hashes of the answer's words, the smallest 16, ascending.
        words: of a short record, digest of all words, in order; equal if texts differ in case and punctuation only.
            0 if the record is longer, or too short to be compared.
        length: bytes of the dialogue.
    """

    hashes: list[int]
    threshold: int
    answer: list[int]
    words: int
    length: int


def sketch(record: bytes, data_format: DataFormat) -> Sketch:
    """Return the sketch of a converted line."""
    line = cut(record, data_format)
    words = _words(_sample(line.text, line.dialogue, SAMPLED_BYTES))
    triples = list(map(zlib.crc32, words[2:], map(zlib.crc32, words[1:], map(zlib.crc32, words))))
    threshold = _HASHES
    if len(triples) > KEPT_HASHES:
        threshold = (KEPT_HASHES * _HASHES) // len(triples)
        triples = [value for value in triples if value < threshold]
    hashes = sorted(set(triples))
    if len(hashes) > _MOST_KEPT:
        threshold = hashes[_MOST_KEPT]
        del hashes[_MOST_KEPT:]
    answer = _words(_sample(line.text, line.answer, _WINDOW_BYTES))
    kept = sorted(set(map(zlib.crc32, answer)))[:KEPT_ANSWER_WORDS]
    whole = digest(b" ".join(words)) if 3 <= len(words) <= SHORT_WORDS else 0
    return Sketch(hashes, threshold, kept, whole, len(line.text) - line.dialogue)


def _sample(text: bytes, begin: int, size: int) -> bytes:
    """Return a text from ``begin`` on, or, if that is longer than ``size``, so many bytes of it, evenly spread."""
    if len(text) - begin <= size:
        return text[begin:]
    window = size // _WINDOWS
    starts = [begin + place * (len(text) - begin - window) // (_WINDOWS - 1) for place in range(_WINDOWS)]
    return b" ".join(text[start : start + window] for start in starts)


def _words(text: bytes) -> list[bytes]:
    text = _ESCAPED_SPACE.sub(b" ", _FRAME.sub(b" ", text)).translate(_PLAIN)
    return (_SPACELESS.sub(rb" \1 ", text) if text.translate(None, _NO_LEADS) else text).split()
