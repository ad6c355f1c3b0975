"""Writing an S3 object part by part: it does not exist before it is complete, and nothing is left when it is aborted.

Source of the limits: S3 User Guide, 'Amazon S3 multipart upload limits': 10,000 parts of 5 MiB (but the last) to 5 GiB.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from finetuning.errors import FineTuningError
from lambdas.gateways.clients import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: 10,000 parts make 83 GB, more than any base model takes.
PART_BYTES = 8 * 1024 * 1024
#: A copy of up to 5 GiB can be one request; several smaller ones each end well within the client's timeout.
COPY_PART_BYTES = 1024**3


class ObjectUnwritableError(FineTuningError):
    """An object could not be written; the message says where and why."""


class MultipartUpload:
    """One object being written, encrypted with our key, into a bucket of this account only."""

    def __init__(
        self, s3: "S3Client", bucket: str, key: str, *, key_arn: str, account: str, metadata: Mapping[str, str]
    ) -> None:
        """Begin.

        Raises:
            ObjectUnwritableError: the role may not write there, for one.
        """
        self._s3 = s3
        self._object: dict[str, Any] = {"Bucket": bucket, "Key": key, "ExpectedBucketOwner": account}
        self._parts: list[dict[str, Any]] = []
        self._buffer = bytearray()
        self._id = self._call(
            s3.create_multipart_upload,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=key_arn,
            ContentType="application/jsonl",
            ChecksumAlgorithm="SHA256",
            Metadata=dict(metadata),
        )["UploadId"]

    def write(self, content: bytes) -> None:
        """Add bytes; a part is sent when 8 MiB are there."""
        self._buffer += content
        if len(self._buffer) >= PART_BYTES:
            self._send()

    def copy_from(self, what: Mapping[str, Any], size: int) -> None:
        """Add all bytes of an object, without reading them; `what` says which, in the words of UploadPartCopy."""
        for first in range(0, size, COPY_PART_BYTES):
            number, last = len(self._parts) + 1, min(first + COPY_PART_BYTES, size) - 1
            answer = self._call(
                self._s3.upload_part_copy,
                **what,
                UploadId=self._id,
                PartNumber=number,
                CopySourceRange=f"bytes={first}-{last}",
            )["CopyPartResult"]
            self._parts.append(_part(number, answer))

    def complete(self) -> str:
        """Make the object exist; returns its version id, "" in a bucket that keeps no versions."""
        if self._buffer or not self._parts:
            self._send()
        answer = self._call(
            self._s3.complete_multipart_upload, UploadId=self._id, MultipartUpload={"Parts": self._parts}
        )
        return str(answer.get("VersionId", ""))

    def abort(self) -> None:
        """Forget what was sent; if that fails, the bucket's lifecycle rules do it."""
        self._buffer.clear()
        with suppress(ClientError, BotoCoreError):
            self._s3.abort_multipart_upload(**self._object, UploadId=self._id)

    def _send(self) -> None:
        number = len(self._parts) + 1
        answer = self._call(
            self._s3.upload_part,
            UploadId=self._id,
            PartNumber=number,
            Body=bytes(self._buffer),
            ChecksumAlgorithm="SHA256",
        )
        self._parts.append(_part(number, answer))
        self._buffer.clear()

    def _call(self, operation: Callable[..., Any], **parameters: Any) -> Any:
        try:
            return operation(**self._object, **parameters)
        except ClientError as error:
            raise unwritable(self._object["Bucket"], self._object["Key"], error) from error


def unwritable(bucket: str, key: str, error: ClientError) -> ObjectUnwritableError:
    """What S3 refused, with the object that was to be written."""
    return ObjectUnwritableError(f"cannot write s3://{bucket}/{key}: {code_of(error)}: {message_of(error)}")


def _part(number: int, answer: Mapping[str, Any]) -> dict[str, Any]:
    checksum = {"ChecksumSHA256": answer["ChecksumSHA256"]} if "ChecksumSHA256" in answer else {}
    return {"PartNumber": number, "ETag": answer["ETag"], **checksum}
