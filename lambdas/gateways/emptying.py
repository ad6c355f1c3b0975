"""S3: buckets that go, and everything in them."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


class EmptyingGateway:
    """Empties buckets that are deleted."""

    def __init__(self, s3: "S3Client | None" = None) -> None:
        self._s3: S3Client = s3 or client("s3")

    def exists(self, bucket: str) -> bool:
        """Whether the bucket is there and ours to see."""
        try:
            self._s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchBucket"}:
                return False
            raise
        return True

    def empty(self, bucket: str) -> int:
        """Delete every version and delete marker of every object; returns how many.

        Raises:
            FineTuningError: one cannot be deleted.
        """
        deleted = 0
        for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects: list[ObjectIdentifierTypeDef] = [
                {"Key": item["Key"], "VersionId": item["VersionId"]} for item in found
            ]
            if objects:
                answer = self._s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
                if answer.get("Errors"):
                    problem = answer["Errors"][0]
                    raise FineTuningError(f"cannot empty bucket {bucket}: {problem['Code']} for {problem['Key']}")
                deleted += len(objects)
        return deleted
