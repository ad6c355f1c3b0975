"""Texts that mean nothing in Markdown, for summaries on GitHub."""

import re

from finetuning.presentation.visible import visible

_MOST_CHARACTERS = 600
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~\n\t]")


def shown(text: str) -> str:
    """Return a text, cut if it is very long, with what cannot be seen as its code point."""
    return visible(text, _MOST_CHARACTERS)


def escaped(text: str) -> str:
    """Return a text that means nothing in Markdown: its punctuation as character references, which are never markup.

    Source: CommonMark 0.31, section 2.5 'Entity and numeric character references'.
    """
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", shown(text))
