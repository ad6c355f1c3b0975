"""What a record's JSON holds that JSON forbids or leaves open, wherever it stands: each with its path."""

import re
from collections.abc import Iterator, Mapping

from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.parsing import JsonObject, NotJson
from finetuning.dataset.reading.redaction import is_plain_name, redact, redact_around, shown

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_flaws(record: Mapping[str, object]) -> Iterator[Flaw]:
    """Yield repeated keys, NaN, Infinity and unpaired surrogates of a record that ``parse_line`` returned.

    Sources: RFC 8259, sections 4 (names should be unique), 6 (NaN and Infinity are not permitted) and 8.2 (surrogates).
    """
    yield from _flaws(record, "")


def inner_path(path: str, key: str | int) -> str:
    """Return the path of what stands under a key or an index, such as ``messages[0].role``; hides strange keys."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not is_plain_name(key):
        return f'{path}["{redact(key)}"]'
    return f"{path}.{key}" if path else key


def _flaws(value: object, path: str) -> Iterator[Flaw]:
    if isinstance(value, NotJson):
        yield Flaw("DS111", path, "NaN or Infinity, which JSON does not have")
    elif isinstance(value, str):
        yield from _surrogate_flaws(value, path, "text")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _flaws(each, inner_path(path, index))
    elif isinstance(value, Mapping):
        for key in value.repeated if isinstance(value, JsonObject) else ():
            yield Flaw("DS207", path, f"key {shown(key)} stands more than once")
        for key, each in value.items():
            yield from _surrogate_flaws(key, path, "key")
            yield from _flaws(each, inner_path(path, key))


def _surrogate_flaws(text: str, path: str, what: str) -> Iterator[Flaw]:
    found = _SURROGATE.search(text)
    if found:
        message = f"{what} holds an unpaired surrogate, \\u{ord(found[0]):04x}, as its character {found.start() + 1}"
        yield Flaw("DS205", path, message, redact_around(text, found.start()))
