"""Objects in buckets."""

import io
from dataclasses import dataclass, field
from hashlib import md5

from lambdas.gateways.downloads import location
from lambdas.gateways.storage import ObjectDeniedError, ObjectUnreadableError, ObjectUnwritableError, S3Head, S3Source


@dataclass
class FakeUpload:
    """An upload that is under way."""

    storage: "FakeStorage"
    uri: str
    content: bytes = b""

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self.content += content

    def complete(self) -> str:
        """Make the object exist."""
        self.storage.under_way.remove(self)
        self.storage.objects[self.uri] = self.content
        self.storage.written.append(self.uri)
        return f"version-{len(self.storage.written)}"

    def abort(self) -> None:
        """Forget it."""
        self.storage.under_way.remove(self)


@dataclass
class FakeStorage:
    """Has the methods of `StorageGateway` that resources use.

    Attributes:
        objects: content by URI.
        versions: version id by URI, of objects in a bucket that keeps versions.
        written: the URI of every write, in order, what was copied and put included.
        under_way: uploads that were neither completed nor aborted.
        encryption: key and account of every write.
        denials: how often reading is still denied.
        owners: account that owns the bucket, by the bucket's name; whom nobody names here, everybody owns.
        copied_from: account that must own each bucket that was copied from.
        sizes: what HEAD says instead of the real size.
        is_writable: whether anything may be written.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    under_way: list[FakeUpload] = field(default_factory=list)
    encryption: list[tuple[str, str]] = field(default_factory=list)
    denials: int = 0
    owners: dict[str, str] = field(default_factory=dict)
    copied_from: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)
    is_writable: bool = True

    @property
    def staged(self) -> list[str]:
        """The URIs under which jobs look for data."""
        return [uri for uri in self.written if "/datasets/" in uri]

    def head(self, uri: str, owner: str = "") -> S3Head:
        """What there is; denied while `denials` lasts, and where another account owns the bucket."""
        if self.denials:
            self.denials -= 1
            raise ObjectDeniedError(f"cannot read {uri}: AccessDenied")
        if owner and self.owners.get(location(uri)[0], owner) != owner:
            raise ObjectDeniedError(f"cannot read {uri}: 403: Forbidden")
        if uri not in self.objects:
            raise ObjectUnreadableError(f"cannot read {uri}: NoSuchKey")
        content = self.objects[uri]
        size = self.sizes.get(uri, len(content))
        bucket, key, _ = location(uri)
        return S3Head(uri, bucket, key, size, self.versions.get(uri, ""), _etag(content), {}, owner)

    def open(self, uri: str | S3Head) -> S3Source:
        """Read what `head` saw, if it is still that."""
        head = self.head(uri) if isinstance(uri, str) else uri
        if self.owners.get(head.bucket, head.owner) != head.owner:
            raise ObjectDeniedError(f"cannot read {head.uri}: AccessDenied: Access Denied")
        content = self.objects[head.uri]
        if _etag(content) != head.etag:
            raise ObjectUnreadableError(f"cannot read {head.uri}: it was changed")
        return S3Source(io.BytesIO(content), head.size, head.version, head.etag)

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""
        return f"s3://{bucket}/{key}" in self.objects

    def begin(self, bucket: str, key: str, *, key_arn: str, account: str) -> FakeUpload:
        """Begin to write an object."""
        self.encryption.append((key_arn, account))
        self.under_way.append(upload := FakeUpload(self, f"s3://{bucket}/{key}"))
        return upload

    def put(self, content: bytes, bucket: str, key: str, *, content_type: str, key_arn: str, account: str) -> None:
        """Write an object at once."""
        if not self.is_writable:
            raise ObjectUnwritableError(f"cannot write s3://{bucket}/{key}: AccessDenied")
        self.encryption.append((key_arn, account))
        self.objects[f"s3://{bucket}/{key}"] = content
        self.written.append(f"s3://{bucket}/{key}")

    def copy(self, source: S3Head, bucket: str, key: str, *, key_arn: str, account: str) -> None:
        """Copy an object, whose size must be known."""
        self.copied_from.add(source.owner)
        content = self.objects[f"s3://{source.bucket}/{source.key}"]
        assert len(content) == source.size
        self.encryption.append((key_arn, account))
        self.objects[f"s3://{bucket}/{key}"] = content
        self.written.append(f"s3://{bucket}/{key}")

    def delete_version(self, bucket: str, key: str, version: str) -> None:
        """Delete an object."""
        assert version
        del self.objects[f"s3://{bucket}/{key}"]


def _etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'
