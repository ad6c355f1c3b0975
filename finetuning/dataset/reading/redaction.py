"""Showing where a record is wrong without showing what it says: training text must not reach a log.

Letters become ``x`` and digits ``0``; punctuation and the words of the formats themselves stay, so that a reader sees
the shape of the place. What is hidden is hidden for good: the lengths of words are all that remains of them.
"""

import json
import re

_ROLES = ("assistant", "system", "user")
_KEYS = ("completion", "content", "messages", "prompt", "role", "schemaVersion", "text", "type")
_MEDIA = ("bucketOwner", "format", "image", "s3Location", "source", "uri", "video")
#: Words of the formats, which are nobody's text.
VOCABULARY = frozenset((*_ROLES, *_KEYS, *_MEDIA))
LONGEST_EXCERPT = 80
_LONGEST_NAME = 30
_CUT = "…"
_WORD_OR_STRANGER = re.compile(r"[A-Za-z0-9_]+|[^\x20-\x7e]")
#: Signs that are not ASCII and yet are nobody's text: quotation marks where straight ones belong, a byte order mark.
_TELLING_SIGNS = "“”‘’"
#: A single plain word may be shown as the name of a key or a role: it tells what was meant, and is not a sentence.
_PLAIN_NAME = re.compile(rf"[A-Za-z][A-Za-z_]{{0,{_LONGEST_NAME - 1}}}")


def redact(text: str, limit: int = LONGEST_EXCERPT) -> str:
    """Return a text with its letters and digits hidden, on one line, at most ``limit`` characters long.

    Args:
        text: part of a record.
        limit: longest result; a longer text is cut, and ends with an ellipsis.
    """
    if len(text) <= limit:
        return _WORD_OR_STRANGER.sub(_hidden, text)
    return _WORD_OR_STRANGER.sub(_hidden, text[: limit - 1]) + _CUT


def redact_around(text: str, start: int, end: int | None = None, limit: int = LONGEST_EXCERPT) -> str:
    """Return the redacted part of a text around a place, cut where it is longer than ``limit``.

    Args:
        text: the whole text.
        start: where the place begins.
        end: where it ends; what stands there is shown as it is, because a rule names it. None to hide it, too.
        limit: longest result.
    """
    end = start if end is None else end
    margin = max(0, (limit - (end - start)) // 2 - 1)
    before, after = text[max(0, start - margin) : start], text[end : end + margin]
    return "".join(
        (
            _CUT if start > margin else "",
            redact(before, limit),
            "".join(sign if sign.isprintable() else " " for sign in text[start:end]),
            redact(after, limit),
            _CUT if end + margin < len(text) else "",
        )
    )


def shown(name: str) -> str:
    """Return a key or a role as it may be printed: quoted, and redacted unless it is a single plain word.

    Somebody's text may stand where a key belongs.
    """
    return repr(name if is_plain_name(name) else redact(name, _LONGEST_NAME))


def is_plain_name(name: str) -> bool:
    """Return whether a key is a single plain word, which may be printed."""
    return _PLAIN_NAME.fullmatch(name) is not None


def redact_member(key: str, value: object) -> str:
    """Return a key and its value as they stand in an object, the value redacted, and the key unless it may be shown."""
    text = json.dumps(value, ensure_ascii=False)
    return f'"{shown(key)[1:-1]}": {redact(text, LONGEST_EXCERPT - _LONGEST_NAME)}'


def _hidden(found: re.Match[str]) -> str:
    word = found[0]
    if word in VOCABULARY or word in _TELLING_SIGNS:
        return word
    if word.isspace() or not word.isprintable():
        return " "
    return "".join("0" if sign in "0123456789" else "_" if sign == "_" else "x" for sign in word)
