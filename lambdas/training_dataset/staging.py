"""The converted copies of one request: written while they are checked, and published together or not at all."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

from finetuning import object_keys
from lambdas.gateways.storage import S3Head
from lambdas.training_dataset.properties import WantedDataset


class Upload(Protocol):
    """An object that is being written."""

    def write(self, content: bytes) -> None:
        """Add bytes."""

    def complete(self) -> str:
        """Make the object exist; returns its version."""

    def abort(self) -> None:
        """Forget it."""


class CopyStorage(Protocol):
    """What staging needs of S3."""

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""

    def begin(self, bucket: str, key: str, *, key_arn: str, account: str) -> Upload:
        """Begin to write an object."""

    def copy(self, source: S3Head, bucket: str, key: str, *, key_arn: str, account: str) -> None:
        """Copy one version of an object."""

    def delete_version(self, bucket: str, key: str, version: str) -> None:
        """Delete one version of an object."""


class _Pending:
    """One copy that is being written, and what it is so far."""

    def __init__(self, upload: Upload) -> None:
        self.upload, self.size, self._digest = upload, 0, sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of what was written, in hex."""
        return self._digest.hexdigest()

    def write(self, content: bytes) -> None:
        self.upload.write(content)
        self.size += len(content)
        self._digest.update(content)


class Staging:
    """Writes each split to `incoming/`, whose objects nothing refers to, and then under its digest.

    The digest is known when the last byte is, hence the copy. The keys derive from the request: a second delivery of
    it writes the same objects again.
    """

    def __init__(self, storage: CopyStorage, wanted: WantedDataset, key_arn: str) -> None:
        self._storage, self._wanted, self._key_arn = storage, wanted, key_arn
        self._pending: dict[str, _Pending] = {}

    def take(self, split: str, content: Iterable[bytes]) -> None:
        """Write a split's converted copy, part by part."""
        upload = self._storage.begin(
            self._wanted.bucket, self._incoming(split), key_arn=self._key_arn, account=self._wanted.account
        )
        self._pending[split] = pending = _Pending(upload)
        for chunk in content:
            pending.write(chunk)

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each split's copy that is not published yet, as far as it is written."""
        return {split: pending.digest for split, pending in self._pending.items()}

    def publish(self) -> dict[str, str]:
        """Put every split under its digest, unless it is there already; returns the digests by split."""
        return {split: self._publish(split) for split in list(self._pending)}

    def abandon(self) -> None:
        """Forget what was not published."""
        while self._pending:
            self._pending.popitem()[1].upload.abort()

    def _publish(self, split: str) -> str:
        bucket, pending = self._wanted.bucket, self._pending[split]
        key = object_keys.dataset(self._wanted.model, pending.digest, split)
        if not self._storage.exists(bucket, key):
            incoming = self._incoming(split)
            version = pending.upload.complete()
            del self._pending[split]
            source = S3Head(f"s3://{bucket}/{incoming}", bucket, incoming, pending.size, version, "", {})
            self._storage.copy(source, bucket, key, key_arn=self._key_arn, account=self._wanted.account)
            self._storage.delete_version(bucket, incoming, version)
        return pending.digest

    def _incoming(self, split: str) -> str:
        return object_keys.incoming(self._wanted.model, self._wanted.request_id, split)
