"""Where buckets are."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning.preflight.facts import Bucket
from finetuning.preflight.finding import Unreadable
from lambdas.gateways.clients import client, code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REGION = "x-amz-bucket-region"


class BucketsGateway:
    """Reads the Regions of buckets."""

    def __init__(self, s3: "S3Client | None" = None) -> None:
        self._s3: S3Client = s3 or client("s3")

    def bucket(self, name: str) -> Bucket | Unreadable | None:
        """The bucket, or None.

        S3 tells its Region even to those who may not look into it, with a 403, and to those who ask elsewhere, with a
        301 or 400. Source: Amazon S3 API reference, HeadBucket.
        """
        try:
            headers = self._s3.head_bucket(Bucket=name)["ResponseMetadata"].get("HTTPHeaders", {})
        except ClientError as error:
            code = code_of(error)
            if code in {"404", "NoSuchBucket"}:
                return None
            region = str(error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(_REGION, ""))
            if region:
                return Bucket(region, readable=False)
            return Unreadable("s3:ListBucket", f"{code}: {message_of(error)}", denied=code == "403")
        return Bucket(str(headers.get(_REGION, "")))
