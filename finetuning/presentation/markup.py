"""HTML made of elements: every text is escaped, unless it is an element already."""

from html import escape

from finetuning.presentation.visible import visible

#: Texts come from files that may hold anything. Longer ones are cut, so that the page stays small.
MOST_CHARACTERS = 600

#: Void elements have no end tag. Source: HTML Standard, section 13.1.2 'Elements'.
_VOID = frozenset({"br", "hr", "input", "link", "meta", "wbr"})


class Safe(str):
    """HTML that needs no more escaping."""

    __slots__ = ()


def text(value: str) -> Safe:
    """Return a text as HTML: escaped, cut if it is very long, what cannot be seen shown as its code point."""
    return value if isinstance(value, Safe) else quoted(value, MOST_CHARACTERS)


def quoted(value: str, most_characters: int) -> Safe:
    """Return a text as HTML, as `text` does, cut after so many characters."""
    return Safe(escape(visible(value, most_characters)))


def element(tag: str, *children: str, **attributes: str | int | None) -> Safe:
    """Return an element.

    Args:
        tag: its name, which is not escaped.
        children: texts, which are escaped, and elements.
        attributes: by name: ``class_`` stands for ``class`` and ``aria_label`` for ``aria-label``; None leaves one out,
            and an empty text gives an attribute without a value, such as ``open``.
    """
    begin = tag + "".join(_attribute(name, value) for name, value in attributes.items() if value is not None)
    if tag in _VOID:
        return Safe(f"<{begin}>")
    return Safe(f"<{begin}>{''.join(text(child) for child in children)}</{tag}>")


def name(value: str) -> Safe:
    """Return an identifier as HTML that may be broken after each underscore."""
    parts = value.split("_")
    return Safe(f"_{element('wbr')}".join(text(part) for part in parts))


def join(*parts: str) -> Safe:
    """Return texts and elements one after the other."""
    return Safe("".join(text(part) for part in parts))


def _attribute(name: str, value: str | int) -> str:
    name = name.rstrip("_").replace("_", "-")
    return f' {name}="{text(str(value))}"' if value != "" else f" {name}"
