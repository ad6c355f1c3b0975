"""S3: datasets are read as a stream of lines and written once under their digest."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from lambdas.gateways.clients import CONFIG, code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

#: botocore's StreamingBody splits lines some 50 times slower at its default of 1 KiB (botocore issue #2774).
CHUNK_BYTES = 1024 * 1024


class ObjectUnreadableError(FineTuningError):
    """An object is missing or may not be read."""


class ObjectDeniedError(ObjectUnreadableError):
    """An object may not be read, or not yet: rights take a while to be in force everywhere."""


class StorageGateway:
    """Reads source datasets and writes staged copies."""

    def __init__(self, s3: "S3Client | None" = None) -> None:
        self._s3: S3Client = s3 or boto3.client("s3", config=CONFIG)

    def lines(self, uri: str) -> Iterator[bytes]:
        """The lines of an object, without their line ends.

        Args:
            uri: `s3://bucket/key`, or `s3://bucket/key?versionId=v` for one version of it.

        Raises:
            ObjectDeniedError: this function's role may not read it.
            ObjectUnreadableError: it is missing, for one.
        """
        parts = urlsplit(uri, allow_fragments=False)  # a key may have a # in it
        request: GetObjectRequestTypeDef = {"Bucket": parts.netloc, "Key": parts.path.lstrip("/")}
        version = parse_qs(parts.query).get("versionId")
        if version:
            request["VersionId"] = version[0]
        try:
            body = self._s3.get_object(**request)["Body"]
        except ClientError as error:
            kind = ObjectDeniedError if code_of(error) in {"AccessDenied", "403"} else ObjectUnreadableError
            raise kind(
                f"cannot read {uri}: {code_of(error)}: {message_of(error)}; check that the object exists in this "
                "Region and that the training dataset function may read it, and use its KMS key if it has one of yours"
            ) from error
        return body.iter_lines(chunk_size=CHUNK_BYTES)

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchKey", "NotFound"}:
                return False
            raise
        return True

    def write(self, path: Path, bucket: str, key: str, key_arn: str, account: str) -> None:
        """Upload a file, in parts if it is large, encrypted with our key, into a bucket of this account only."""
        self._s3.upload_file(
            str(path),
            bucket,
            key,
            ExtraArgs={
                "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": key_arn,
                "ContentType": "application/jsonl",
                "ExpectedBucketOwner": account,
            },
        )

    def empty(self, bucket: str) -> int:
        """Delete every version and delete marker of every object; returns how many."""
        deleted = 0
        for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if objects:
                answer = self._s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})  # type: ignore[typeddict-item]  # plain dicts of the TypedDict's shape
                if answer.get("Errors"):
                    problem = answer["Errors"][0]
                    raise FineTuningError(f"cannot empty bucket {bucket}: {problem['Code']} for {problem['Key']}")
                deleted += len(objects)
        return deleted

    def bucket_exists(self, bucket: str) -> bool:
        """Whether the bucket is there and ours to see."""
        try:
            self._s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchBucket"}:
                return False
            raise
        return True
