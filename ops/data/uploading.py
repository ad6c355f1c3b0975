"""Uploads one checked file: the bytes that were checked are the bytes that are there, and they are there once."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lambdas.gateways.downloads import ObjectUnreadableError, S3Head
from ops.data.inputs import Input, UnreadableError, changed
from ops.data.progress import display


@dataclass(frozen=True)
class Upload:
    """A file in the bucket: its URI pins the version; `is_new` is whether bytes were sent."""

    split: str
    file: str
    uri: str
    sha256: str
    size: int
    is_new: bool


class Storage(Protocol):
    """What uploading needs of S3."""

    def head(self, uri: str) -> S3Head:
        """What there is; raises ObjectUnreadableError."""

    def upload(
        self,
        path: Path,
        bucket: str,
        key: str,
        *,
        key_arn: str,
        account: str,
        digest: str,
        progress: Callable[[int], None],
    ) -> str:
        """Write a file; returns its version."""

    def delete_version(self, bucket: str, key: str, version: str) -> None:
        """Delete one version of an object."""


@dataclass(frozen=True)
class File:
    """A checked file: its SHA-256, and its size and time of change before it was checked."""

    split: str
    source: Input
    key: str
    digest: str
    state: tuple[int, int]

    def require_same(self) -> None:
        """Raise UnreadableError if it was written to since."""
        now = state_of(self.source)
        if now != self.state:
            raise changed(self.source.name, self.state[0], now[0])


class Bucket:
    """The bucket that files are sent to."""

    def __init__(self, storage: Storage, name: str, key_arn: str, account: str) -> None:
        self._storage, self._name, self._key_arn, self._account = storage, name, key_arn, account

    def receive(self, file: File) -> Upload:
        """Send a file, unless the present version has its content."""
        uri = f"s3://{self._name}/{file.key}"
        version = self._present(uri, file)
        is_new = version is None
        version = self._send(file) if version is None else version
        return Upload(file.split, file.source.name, f"{uri}?versionId={version}", file.digest, file.state[0], is_new)

    def _present(self, uri: str, file: File) -> str | None:
        try:
            head = self._storage.head(uri)
        except ObjectUnreadableError:
            return None
        return head.version if (head.metadata.get("sha256"), head.size) == (file.digest, file.state[0]) else None

    def _send(self, file: File) -> str:
        file.require_same()
        with display() as screen, screen.bar(f"uploading {file.source.name}", file.state[0]) as sent:
            version = self._storage.upload(
                Path(file.source.location),
                self._name,
                file.key,
                key_arn=self._key_arn,
                account=self._account,
                digest=file.digest,
                progress=sent,
            )
        try:
            file.require_same()
        except UnreadableError:
            # Its digest is that of the bytes that were checked, and these are others.
            self._storage.delete_version(self._name, file.key, version)
            raise
        return version


def state_of(source: Input) -> tuple[int, int]:
    """Size in bytes and time of the last change in nanoseconds."""
    state = os.stat(source.location)
    return state.st_size, state.st_mtime_ns
