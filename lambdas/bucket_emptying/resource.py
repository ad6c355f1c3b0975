"""Empties its bucket when it is deleted."""

from typing import Protocol

from lambdas import log
from lambdas.responder import Answer, CustomResourceRequest


class Buckets(Protocol):
    """What the resource needs of S3."""

    def exists(self, bucket: str) -> bool:
        """Whether the bucket is there."""

    def empty(self, bucket: str) -> int:
        """Delete every version of every object."""


class Stacks(Protocol):
    """Knows what the owning stack is doing."""

    def goes(self, stack_id: str) -> bool:
        """Whether the stack is being deleted."""


class EmptiedBucket:
    """The resource behind `Custom::EmptiedBucket`."""

    def __init__(self, buckets: Buckets, stacks: Stacks) -> None:
        self._buckets, self._stacks = buckets, stacks

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Remember the bucket: its name is the physical id, so a changed bucket is emptied as a replacement."""
        return Answer(request.text("BucketName"))

    def delete(self, request: CustomResourceRequest) -> None:
        """Delete every version of every object of the bucket, which is the physical id.

        Only while its stack goes: the resource is also deleted when the removal policy changes to retain, and then
        the data is to be kept (invariant I2).
        """
        bucket = request.text("BucketName")
        if request.physical_id != bucket or not self._stacks.goes(request.stack_id):
            log.info("bucket left as it is", bucket=bucket)
            return
        if not self._buckets.exists(bucket):
            return
        log.info("bucket emptied", bucket=bucket, objects=self._buckets.empty(bucket))
