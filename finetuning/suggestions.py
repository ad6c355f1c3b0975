"""Which known word a misspelt one was probably meant to be."""

from collections.abc import Iterable

_SHORTEST = 4
"""Shorter parts are in too many words."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'epochCount'?`` for the closest known word, or an empty string if none is close."""
    found = closest(word, known)
    return f"did you mean {found!r}?" if found else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is spelt nearly like this one, else the shortest of which it is a part, or ""."""
    # Imported here: functions import this module at every cold start, and seldom have anything to guess.
    from difflib import get_close_matches

    spelling = {name.lower(): name for name in known}
    matches = get_close_matches(word.lower(), spelling, n=1, cutoff=0.6)
    if not matches and len(word) >= _SHORTEST:
        matches = sorted((name for name in spelling if word.lower() in name), key=len)
    return spelling[matches[0]] if matches else ""
