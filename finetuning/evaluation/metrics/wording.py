"""How texts are made comparable."""

import re
import unicodedata

#: Chinese, Japanese and Thai are written without spaces: each of their characters counts as a word.
#: Source: Unicode Standard Annex 29, 'Word Boundaries', which leaves these scripts to dictionaries.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W_{_UNSPACED}]"
#: Combining marks, such as the vowel signs of Hindi. `re` takes them for no part of a word; Annex 29 does (rule WB4).
_MARKS = ("Mn", "Mc")
_EDGES = " \t\r\n.,;:!?\"'`*“”‘’«»()[]"


def normalised(text: str) -> str:
    """Return a text without differences of case, width, spacing and of quotation marks or full stops around it."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.strip(_EDGES) or plain  # a label may be nothing but a star


def words(text: str) -> list[str]:
    """Return the words of a text, without case and punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    marks = "".join(sorted(found for found in set(plain) if unicodedata.category(found) in _MARKS))
    inside = f"(?:{_LETTER}|[{marks}])" if marks else _LETTER
    return re.findall(f"[{_UNSPACED}]|{_LETTER}{inside}*", plain)
