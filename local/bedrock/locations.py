"""S3 locations in requests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Location:
    """A bucket and a key or key prefix."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> "Location":
        """The location of an `s3://` URI, which the service model has checked."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    def below(self, path: str) -> "Location":
        """A key below this prefix."""
        prefix = self.key.rstrip("/")
        return Location(self.bucket, f"{prefix}/{path}" if prefix else path)

    @property
    def file_name(self) -> str:
        """Last part of the key."""
        return self.key.rsplit("/", 1)[-1]
