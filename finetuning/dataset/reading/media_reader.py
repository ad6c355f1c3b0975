"""Reading what describes an image or a video: a format and the place of an object in S3.

``{"format": "png", "source": {"s3Location": {"uri": "s3://bucket/key", "bucketOwner": "111122223333"}}}``, the owner
being optional. Source: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models'.
"""

import re
from collections.abc import Mapping
from typing import Any

from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.media import Media, uri_flaws
from finetuning.dataset.reading.parsing import NotJson, type_name
from finetuning.dataset.reading.redaction import redact_member, shown
from finetuning.suggestions import did_you_mean

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)


def read_media(kind: str, index: int, content: object, path: str) -> Media | list[Flaw]:
    """Return an image or a video, or what is wrong with its description.

    Args:
        kind: ``image`` or ``video``.
        index: its place among the blocks of its turn.
        content: what stands under the kind.
        path: where it stands in the record.
    """
    reader = _Reader()
    media = reader.described(content, path, ("format", "source"))
    reader.text(media, "format", path)
    source = reader.inner(media, "source", path, ("s3Location",))
    location = reader.inner(source, "s3Location", f"{path}.source", ("uri",), ("bucketOwner",))
    place = f"{path}.source.s3Location"
    uri = reader.text(location, "uri", place)
    if uri is not None:
        reader.flaws.extend(uri_flaws(uri, f"{place}.uri"))
    owner = reader.text(location, "bucketOwner", place)
    if owner is not None and not _ACCOUNT.fullmatch(owner):
        reader.flaws.append(Flaw("DS208", f"{place}.bucketOwner", "must be an account id of 12 digits"))
    return reader.flaws if reader.is_broken else Media(kind, index, media, path)


class _Reader:
    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self._has_not_json = False

    @property
    def is_broken(self) -> bool:
        """Whether anything is wrong, what ``json_flaws`` reports included."""
        return self._has_not_json or bool(self.flaws)

    def inner(
        self, outer: Mapping[str, Any], key: str, path: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping[str, Any]:
        """Return the object under a key; an empty one if there is none, which is noted where the key is required."""
        return self.described(outer[key], f"{path}.{key}", required, optional) if key in outer else {}

    def described(
        self, value: object, path: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping[str, Any]:
        """Return a value that must be an object with these keys; an empty object if it is none."""
        if not isinstance(value, Mapping):
            self._wrong_type(value, path, "an object")
            return {}
        known = (*required, *optional)
        for key in (key for key in value if key not in known):
            message = f"unknown key {shown(key)}; allowed: {', '.join(known)}"
            guess = did_you_mean(key, [name for name in known if name not in value])
            excerpt = redact_member(key, value[key])
            self.flaws.append(Flaw("DS208", path, f"{message}; {guess}" if guess else message, excerpt))
        missing = [key for key in required if key not in value]
        self.flaws.extend(Flaw("DS208", path, f"key {key} is missing") for key in missing)
        return value

    def text(self, outer: Mapping[str, Any], key: str, path: str) -> str | None:
        """Return the string under a key; None if the key is missing or its value is something else."""
        value = outer.get(key)
        if isinstance(value, str):
            return value
        if key in outer:
            self._wrong_type(value, f"{path}.{key}", "a string")
        return None

    def _wrong_type(self, value: object, path: str, wanted: str) -> None:
        if isinstance(value, NotJson):
            self._has_not_json = True
        else:
            self.flaws.append(Flaw("DS208", path, f"must be {wanted}, got {type_name(value)}"))
