"""Objects in buckets."""

from collections.abc import Iterator
from pathlib import Path

from lambdas.gateways.storage import ObjectDeniedError, ObjectUnreadableError


class FakeStorage:
    """Has the methods of `StorageGateway`; `objects` is by URI, `uploads` has the URI of every write."""

    def __init__(self, objects: dict[str, bytes] | None = None) -> None:
        self.objects = dict(objects or {})
        self.uploads: list[str] = []
        self.denials = 0
        self.encryption: list[tuple[str, str]] = []

    def lines(self, uri: str) -> Iterator[bytes]:
        """The lines of an object; denied while `denials` lasts."""
        if self.denials:
            self.denials -= 1
            raise ObjectDeniedError(f"cannot read {uri}: AccessDenied")
        if uri not in self.objects:
            raise ObjectUnreadableError(f"cannot read {uri}: NoSuchKey")
        return iter(self.objects[uri].splitlines())

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""
        return f"s3://{bucket}/{key}" in self.objects

    def write(self, path: Path, bucket: str, key: str, key_arn: str, account: str) -> None:
        """Upload a file."""
        uri = f"s3://{bucket}/{key}"
        self.objects[uri] = path.read_bytes()
        self.uploads.append(uri)
        self.encryption.append((key_arn, account))

    def bucket_exists(self, bucket: str) -> bool:
        """Whether any object is in the bucket (an empty one counts as gone)."""
        return any(uri.startswith(f"s3://{bucket}/") for uri in self.objects)

    def empty(self, bucket: str) -> int:
        """Delete everything in the bucket."""
        gone = [uri for uri in self.objects if uri.startswith(f"s3://{bucket}/")]
        for uri in gone:
            del self.objects[uri]
        return len(gone)
