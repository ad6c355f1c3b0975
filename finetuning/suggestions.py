"""Which known word a misspelt one was probably meant to be."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'epochCount'?`` for the closest known word, or an empty string if none is close."""
    # Imported here: functions import this module at every cold start, and seldom have anything to guess.
    from difflib import get_close_matches

    spelling = {name.lower(): name for name in known}
    matches = get_close_matches(word.lower(), spelling, n=1, cutoff=0.6)
    return f"did you mean {spelling[matches[0]]!r}?" if matches else ""
