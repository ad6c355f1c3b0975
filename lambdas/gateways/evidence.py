"""What lies in the output bucket about a model: a job's metrics files, and evaluation documents."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning import metrics
from lambdas.gateways.clients import client, code_of
from lambdas.gateways.downloads import ObjectUnreadableError, location, unreadable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FILES = (metrics.TRAINING_FILE, metrics.VALIDATION_FILE)


class EvidenceGateway:
    """Reads; what is missing is None, so that whoever asks can say what that means."""

    def __init__(self, bucket: str, account: str, s3: "S3Client | None" = None) -> None:
        """Keep where evidence is, and the account that must own the bucket."""
        self._bucket, self._account = bucket, account
        self._s3: S3Client = s3 or client("s3")

    def metrics_files(self, model: str, generation: str) -> dict[str, tuple[str, bytes]]:
        """URI and content of a job's metrics files, by their name; those that are missing are not in it.

        Files are found by the end of their key: where Bedrock puts the validation file differs between its own
        examples.
        """
        prefix = f"outputs/{model}/{generation}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, ExpectedBucketOwner=self._account
        )
        keys = sorted(item["Key"] for page in pages for item in page.get("Contents", []))
        found = {}
        for name in _FILES:
            key = next((key for key in keys if key.endswith(f"/{name}")), None)
            uri = f"s3://{self._bucket}/{key}"
            content = None if key is None else self.read(uri)
            if content is not None:
                found[name] = (uri, content)
        return found

    def read(self, uri: str) -> bytes | None:
        """The object's content, or None if there is none.

        Raises:
            ObjectUnreadableError: it lies in another bucket, or may not be read.
        """
        bucket, key, _ = location(uri)
        if bucket != self._bucket:
            raise ObjectUnreadableError(f"cannot read {uri}: evidence lies in bucket {self._bucket} only")
        try:
            answer = self._s3.get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchKey"}:
                return None
            raise unreadable(uri, error) from error
        return answer["Body"].read()
