"""Images and videos of a dataset: looked at while the records stream past, copied beside them, the records rewritten.

Bedrock reads media with the service role, which may read the staged datasets and nothing else; and what is trained on
must not change under a job. So every object is copied under a name that stands for its content.
Source: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models': media in the dataset's bucket.
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, Protocol

from finetuning import names
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.media import KINDS, media_uris
from finetuning.dataset.reading.redaction import redact
from lambdas.gateways.storage import ObjectUnreadableError, S3Head
from lambdas.training_dataset.properties import WantedDataset

#: As many as botocore keeps connections.
THREADS = 10
#: How many objects are looked at together, and how many bytes of records wait for that at most.
BATCH_OBJECTS = 200
BATCH_BYTES = 4 * 1024 * 1024
#: Stands in every record with media, because the converted form is compact JSON; in a text its quotes are escaped.
_MARK = b'"s3Location":'


class MediaStorage(Protocol):
    """What media need of S3."""

    def head(self, uri: str) -> S3Head:
        """What there is; raises ObjectUnreadableError."""

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""

    def copy(self, source: S3Head, bucket: str, key: str, *, key_arn: str, account: str) -> None:
        """Copy one version of an object."""


class MediaCopies:
    """The media of one dataset; an inspection of the data gate, which sees each good record before it is written."""

    def __init__(self, storage: MediaStorage, wanted: WantedDataset) -> None:
        self._storage, self._wanted = storage, wanted
        self._new: dict[str, int] = {}
        self._keys: dict[str, str] = {}
        self._heads: dict[str, S3Head] = {}
        self._flaws: list[tuple[int | None, Flaw]] = []

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Note the objects of a record, and yield a flaw for each that this dataset may not use."""
        if _MARK not in record:
            return
        for uri in media_uris(json.loads(record)):
            if not self._wanted.media:
                yield _flaw(uri, "media are staged only from where the configuration says; set dataset.media")
            elif not uri.startswith(self._wanted.media):
                yield _flaw(uri, f"object is not below {self._wanted.media}, which the configuration names")
            elif uri not in self._keys:
                self._new.setdefault(uri, line)

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield what is wrong with the objects of a split, at the line that names each first."""
        self._look()
        flaws, self._flaws = self._flaws, []
        yield from flaws

    def rewritten(self, content: Iterable[bytes]) -> Iterable[bytes]:
        """Return the records with the copies' URIs in the place of the sources'; it runs along with the gate."""
        return self._rewritten(content) if self._wanted.media else content

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

    def publish(self, bucket: str, key_arn: str) -> None:
        """Copy every object that is not there already."""

        def copy(uri: str) -> None:
            if not self._storage.exists(bucket, self._keys[uri]):
                account = self._wanted.account
                self._storage.copy(self._heads[uri], bucket, self._keys[uri], key_arn=key_arn, account=account)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(copy, self._heads))

    def _look(self) -> None:
        if not self._new:
            return
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(self._look_at, self._new))
        for (uri, line), head in zip(self._new.items(), found, strict=True):
            self._keys[uri] = ""
            if isinstance(head, S3Head):
                self._heads[uri] = head
                digest = sha256(f"{uri}{head.etag}".encode()).hexdigest()
                self._keys[uri] = names.media_key(self._wanted.model, digest, _extension(uri))
            else:
                self._flaws.append((line, _flaw(uri, head)))
        self._new.clear()

    def _look_at(self, uri: str) -> S3Head | str:
        """What there is, or why it cannot be used."""
        try:
            head = self._storage.head(uri)
        except ObjectUnreadableError as error:
            return str(error).replace(f" {uri}", " the object")
        limits = self._wanted.base_model.limits.media
        sizes = (limits.image_bytes, limits.video_bytes) if limits else (None, None)
        most = sizes[limits is not None and _extension(uri) in limits.video_formats]
        if most is not None and head.size > most:
            return f"object has {head.size} bytes, {self._wanted.base_model.name} takes at most {most}"
        return head

    def _rewrite(self, lines: bytes) -> bytes:
        if _MARK not in lines or not self._heads:
            return lines
        return b"".join(self._rewrite_line(line) if _MARK in line else line for line in lines.splitlines(True))

    def _rewrite_line(self, line: bytes) -> bytes:
        record = json.loads(line)
        for location in _locations(record):
            if key := self._keys.get(location["uri"]):
                location["uri"] = f"s3://{self._wanted.bucket}/{key}"
                if "bucketOwner" in location:
                    location["bucketOwner"] = self._wanted.account
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
