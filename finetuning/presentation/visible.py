"""Texts from files that may hold anything, made fit to be shown."""

import re

#: Control characters, which HTML forbids and terminals obey; marks that reorder text, which make a path look like
#: another one (Unicode Standard Annex 9, section 2); halves of surrogate pairs, which cannot be written as UTF-8.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def visible(text: str, most_characters: int) -> str:
    """Return a text, cut if it is longer, with what cannot be seen as its code point; line feeds and tabs stay."""
    shown = text if len(text) <= most_characters else text[:most_characters] + "…"
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", shown)
