"""The figures at the top of a page: a name, a number, and what to make of it."""

from finetuning.presentation.markup import Safe, element


def figure(name: str, value: str, note: str, kind: str = "") -> Safe:
    """Return one figure for a list of class ``figures``; its kind, such as ``error``, gives it a tone."""
    parts = (element("dt", name), element("dd", value), element("dd", note, class_="note"))
    return element("div", *parts, class_=kind or None)
