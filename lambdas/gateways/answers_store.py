"""S3: what an evaluation keeps below ``evaluations/`` of the output bucket; each object is written whole or not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of
from lambdas.gateways.downloads import ObjectUnreadableError, location, unreadable
from lambdas.gateways.uploads import unwritable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = frozenset({"NoSuchKey", "404"})


class AnswersStore:
    """Reads and writes the files of one environment's evaluations."""

    def __init__(self, bucket: str, *, key_arn: str, account: str, s3: "S3Client | None" = None) -> None:
        """Keep where they are.

        Args:
            bucket: the output bucket.
            key_arn: key that encrypts what is written.
            account: that must own the bucket; "" for any.
            s3: the client; None for one of the function's own.
        """
        self._bucket, self._key_arn, self._account = bucket, key_arn, account
        self._s3: S3Client = s3 or client("s3")

    def uri(self, key: str) -> str:
        """The URI of a file."""
        return f"s3://{self._bucket}/{key}"

    def key_of(self, uri: str) -> str:
        """The key of a file by its URI.

        Raises:
            ObjectUnreadableError: it lies in another bucket.
        """
        bucket, key, _ = location(uri)
        if bucket != self._bucket:
            raise ObjectUnreadableError(f"cannot read {uri}: evaluations lie in bucket {self._bucket} only")
        return key

    def read(self, key: str) -> bytes | None:
        """The content of a file, or None if there is none.

        Raises:
            ObjectUnreadableError: it may not be read.
        """
        try:
            if self._account:
                found = self._s3.get_object(Bucket=self._bucket, Key=key, ExpectedBucketOwner=self._account)
            else:
                found = self._s3.get_object(Bucket=self._bucket, Key=key)
            return found["Body"].read()
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise unreadable(self.uri(key), error) from error

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Write a file; written again, it is replaced.

        Raises:
            ObjectUnwritableError: S3 refuses.
        """
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_arn,
                ExpectedBucketOwner=self._account,
            )
        except ClientError as error:
            raise unwritable(self._bucket, key, error) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin so, in S3's order."""
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                yield found["Key"]
