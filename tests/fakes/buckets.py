"""Buckets with what is in them, by their names."""

from collections.abc import Mapping, Sequence


class FakeBuckets:
    """Buckets that can be emptied."""

    def __init__(self, objects: Mapping[str, Sequence[str]]) -> None:
        self.objects = {bucket: list(keys) for bucket, keys in objects.items()}

    def exists(self, bucket: str) -> bool:
        """Whether the bucket is there."""
        return bucket in self.objects

    def empty(self, bucket: str) -> int:
        """Delete everything in the bucket."""
        gone, self.objects[bucket] = self.objects[bucket], []
        return len(gone)
