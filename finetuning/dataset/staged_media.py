"""Images and videos of a dataset: looked at while the records stream past, which are rewritten to name the copies.

What is trained on must not change under a job, so every object is copied under a name that stands for its content.
Source: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models': media in the dataset's bucket.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from finetuning import object_keys
from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.media import KINDS, media_uris
from finetuning.dataset.reading.redaction import redact

#: As many as botocore keeps connections.
THREADS = 10
#: How many objects are looked at together, and how many bytes of records wait for that at most.
BATCH_OBJECTS = 200
BATCH_BYTES = 4 * 1024 * 1024
#: Stands in every record with media, because the converted form is compact JSON; in a text its quotes are escaped.
_MARK = b'"s3Location":'


class Seen(Protocol):
    """What is known of an object before it is read."""

    @property
    def size(self) -> int:
        """In bytes."""

    @property
    def etag(self) -> str:
        """Another one for other content."""


Found = TypeVar("Found", bound=Seen)


@dataclass(frozen=True)
class Copied:
    """Whose copies are made, and where they go.

    Attributes:
        model: name of the use case.
        base_model: whose limits apply.
        media: URI below which images and videos may be; "" if the dataset may have none.
        bucket: that takes the copies.
        account: that the bucket belongs to.
    """

    model: str
    base_model: BaseModel
    media: str
    bucket: str
    account: str


class StagedMedia(Generic[Found]):
    """The media of one dataset; an inspection of the data gate, which sees each good record before it is written.

    Attributes:
        found: the objects that may be copied, by URI.
        keys: of the copies, by the objects' URIs; "" for an object that may not be used.
    """

    def __init__(self, asked: Copied, look: Callable[[str], Found | str]) -> None:
        """Begin a dataset; `look` says what there is at a URI, or why it cannot be read."""
        self._asked, self._look_at = asked, look
        self._new: dict[str, int] = {}
        self.keys: dict[str, str] = {}
        self.found: dict[str, Found] = {}
        self._flaws: list[tuple[int | None, Flaw]] = []

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Note the objects of a record, and yield a flaw for each that this dataset may not use."""
        if _MARK not in record:
            return
        for uri in media_uris(json.loads(record)):
            if not self._asked.media:
                yield _flaw(uri, "media are staged only from where the configuration says; set dataset.media")
            elif not uri.startswith(self._asked.media):
                yield _flaw(uri, f"object is not below {self._asked.media}, which the configuration names")
            elif uri not in self.keys:
                self._new.setdefault(uri, line)

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield what is wrong with the objects of a split, at the line that names each first."""
        self._look()
        flaws, self._flaws = self._flaws, []
        yield from flaws

    def rewritten(self, content: Iterable[bytes]) -> Iterable[bytes]:
        """Return the records with the copies' URIs in the place of the sources'; it runs along with the gate."""
        return self._rewritten(content) if self._asked.media else content

    def _rewritten(self, content: Iterable[bytes]) -> Iterator[bytes]:
        waiting = bytearray()
        for chunk in content:
            waiting += chunk
            if len(self._new) >= BATCH_OBJECTS or len(waiting) >= BATCH_BYTES or not self._new:
                self._look()
                yield self._rewrite(bytes(waiting))
                waiting.clear()
        self._look()
        yield self._rewrite(bytes(waiting))

    def _look(self) -> None:
        if not self._new:
            return
        with ThreadPoolExecutor(THREADS) as pool:
            seen = list(pool.map(self._judged, self._new))
        for (uri, line), found in zip(self._new.items(), seen, strict=True):
            self.keys[uri] = ""
            if isinstance(found, str):
                self._flaws.append((line, _flaw(uri, found)))
            else:
                self.found[uri] = found
                digest = sha256(f"{uri}{found.etag}".encode()).hexdigest()
                self.keys[uri] = object_keys.media(self._asked.model, digest, _extension(uri))
        self._new.clear()

    def _judged(self, uri: str) -> Found | str:
        """What there is, or why it cannot be used."""
        found, limits = self._look_at(uri), self._asked.base_model.limits.media
        if isinstance(found, str):
            return found.replace(f" {uri}", " the object")  # findings name it apart, and redacted
        sizes = (limits.image_bytes, limits.video_bytes) if limits else (None, None)
        most = sizes[limits is not None and _extension(uri) in limits.video_formats]
        if most is not None and found.size > most:
            return f"object has {found.size} bytes, {self._asked.base_model.name} takes at most {most}"
        return found

    def _rewrite(self, lines: bytes) -> bytes:
        if _MARK not in lines or not self.found:
            return lines
        return b"".join(self._rewrite_line(line) if _MARK in line else line for line in lines.splitlines(True))

    def _rewrite_line(self, line: bytes) -> bytes:
        record = json.loads(line)
        for location in _locations(record):
            if key := self.keys.get(location["uri"]):
                location["uri"] = f"s3://{self._asked.bucket}/{key}"
                if "bucketOwner" in location:
                    location["bucketOwner"] = self._asked.account
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _locations(record: dict[str, Any]) -> Iterator[dict[str, str]]:
    for message in record["messages"]:
        for block in message["content"]:
            for kind in KINDS:
                if kind in block:
                    yield block[kind]["source"]["s3Location"]


def _extension(uri: str) -> str:
    """The extension in lower case, which Bedrock may go by; "bin" if there is none."""
    name, dot, extension = uri.rpartition("/")[2].rpartition(".")
    return extension.lower() if name and dot and extension.isalnum() and len(extension) <= 8 else "bin"


def _flaw(uri: str, message: str) -> Flaw:
    return Flaw("DS209", "messages", message, redact(uri))
