"""S3: datasets are read as one pinned version, and written once under their digest."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import quote

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of
from lambdas.gateways.downloads import (
    ObjectDeniedError,
    ObjectUnreadableError,
    PinnedReader,
    S3Head,
    S3Source,
    location,
    require_readable,
    unreadable,
)
from lambdas.gateways.uploads import COPY_PART_BYTES, PART_BYTES, MultipartUpload, ObjectUnwritableError, unwritable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = [
    "MultipartUpload",
    "ObjectDeniedError",
    "ObjectUnreadableError",
    "ObjectUnwritableError",
    "S3Head",
    "S3Source",
    "StorageGateway",
]

#: Fewer, larger reads: reading in pieces of 1 KiB makes long lines some 20 times slower (botocore issue #2774).
BUFFER_BYTES = 1024 * 1024


class StorageGateway:
    """Reads source datasets, and writes staged copies and reports."""

    def __init__(self, s3: "S3Client | None" = None) -> None:
        self._s3: S3Client = s3 or client("s3")

    def head(self, uri: str, owner: str = "") -> S3Head:
        """What there is, before it is read.

        Args:
            uri: `s3://bucket/key`, or `s3://bucket/key?versionId=v` for one version of it.
            owner: account that must own the bucket; "" for any. A bucket's name can be somebody else's tomorrow.

        Raises:
            ObjectDeniedError: this role may not read it.
            ObjectUnreadableError: it is missing, archived or no object, for instance.
        """
        bucket, key, version = location(uri)
        pinned: dict[str, Any] = {"VersionId": version} if version else {}
        if owner:
            pinned["ExpectedBucketOwner"] = owner
        try:
            found = self._s3.head_object(Bucket=bucket, Key=key, **pinned)
        except ClientError as error:
            raise unreadable(uri, error) from error
        archive = found.get("StorageClass", ""), found.get("ArchiveStatus", "")
        require_readable(uri, *archive, found.get("Restore", ""))
        current = found.get("VersionId", "")
        kept = "" if current == "null" else current
        metadata = found.get("Metadata", {})
        return S3Head(uri, bucket, key, found["ContentLength"], version or kept, found["ETag"], metadata, owner)

    def open(self, uri: str | S3Head) -> S3Source:
        """Read an object from its beginning: the version that HEAD saw, or an error.

        Raises:
            ObjectDeniedError: this role may not read it.
            ObjectUnreadableError: it is missing or changed since; reading raises it too.
        """
        head = self.head(uri) if isinstance(uri, str) else uri
        stream = io.BufferedReader(PinnedReader(self._s3, head), BUFFER_BYTES)
        return S3Source(cast(BinaryIO, stream), head.size, head.version, head.etag)

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchKey", "NotFound"}:
                return False
            raise
        return True

    def begin(self, bucket: str, key: str, *, key_arn: str, account: str) -> MultipartUpload:
        """Begin to write an object part by part; complete it or abort it.

        Raises:
            ObjectUnwritableError: the role may not.
        """
        return MultipartUpload(self._s3, bucket, key, key_arn=key_arn, account=account, metadata={})

    def upload(
        self,
        path: Path,
        bucket: str,
        key: str,
        *,
        key_arn: str,
        account: str,
        digest: str,
        progress: Callable[[int], None] = lambda sent: None,
    ) -> str:
        """Write a file, with checksums in transit and its SHA-256 as metadata; returns its version id.

        Args:
            path: of the file.
            bucket: that keeps versions, so that the answer pins what was written.
            key: of the object.
            key_arn: key that encrypts it.
            account: that must own the bucket.
            digest: SHA-256 of the file in hex.
            progress: is told the number of bytes of each part that was sent.

        Raises:
            ObjectUnwritableError: S3 refuses; nothing is left.
            OSError: the file cannot be read.
        """
        writing = MultipartUpload(self._s3, bucket, key, key_arn=key_arn, account=account, metadata={"sha256": digest})
        try:
            with path.open("rb") as file:
                while part := file.read(PART_BYTES):
                    writing.write(part)
                    progress(len(part))
            return writing.complete()
        except BaseException:
            writing.abort()
            raise

    def put(self, content: bytes, bucket: str, key: str, *, content_type: str, key_arn: str, account: str) -> None:
        """Write a small object at once.

        Raises:
            ObjectUnwritableError: S3 refuses.
        """
        try:
            self._s3.put_object(
                Bucket=bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=key_arn,
                ExpectedBucketOwner=account,
            )
        except ClientError as error:
            raise unwritable(bucket, key, error) from error

    def copy(self, source: S3Head, bucket: str, key: str, *, key_arn: str, account: str) -> None:
        """Copy one version of an object, in parts if it has more than 1 GiB; without an ETag it is not compared.

        Raises:
            ObjectUnwritableError: S3 refuses; nothing is left.
        """
        what: dict[str, Any] = {"CopySource": f"{source.bucket}/{quote(source.key)}"}
        if source.version:
            what["CopySource"] += f"?versionId={source.version}"
        if source.etag:
            what["CopySourceIfMatch"] = source.etag
        owner = account if source.bucket == bucket else source.owner
        if owner:
            what["ExpectedSourceBucketOwner"] = owner
        if source.size <= COPY_PART_BYTES:
            self._copy_at_once(what, bucket, key, key_arn, account)
            return
        copying = MultipartUpload(self._s3, bucket, key, key_arn=key_arn, account=account, metadata={})
        try:
            copying.copy_from(what, source.size)
            copying.complete()
        except BaseException:
            copying.abort()
            raise

    def delete_version(self, bucket: str, key: str, version: str) -> None:
        """Delete one version of an object for good."""
        self._s3.delete_object(Bucket=bucket, Key=key, VersionId=version)

    def _copy_at_once(self, what: dict[str, Any], bucket: str, key: str, key_arn: str, account: str) -> None:
        try:
            self._s3.copy_object(
                **what,
                Bucket=bucket,
                Key=key,
                MetadataDirective="COPY",
                TaggingDirective="REPLACE",  # copying a source's tags would need more rights, and say nothing here
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=key_arn,
                ExpectedBucketOwner=account,
            )
        except ClientError as error:
            raise unwritable(bucket, key, error) from error
