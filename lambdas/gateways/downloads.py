"""Reading one version of an S3 object as a stream that survives broken connections, and why one cannot be read."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError

from finetuning.errors import FineTuningError
from lambdas.gateways.clients import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

#: S3 closes connections that idle, as ours does while a part is uploaded; more breaks than this are an outage.
RECONNECTIONS = 5
#: What an archived object must be restored from. Source: S3 API reference, GetObject, `InvalidObjectState`.
ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")

_ADVICE = {
    "missing": "check the bucket, the key and, if there is one, the version; it must be in this Region",
    "denied": "check that it exists, that this role may read it (s3:GetObject, s3:GetObjectVersion) and, if another "
    "account owns its bucket, that this account is named (dataset.account in a configuration)",
    "key": "its KMS key must exist, be enabled and allow kms:Decrypt to this role; for a key of yours in a "
    "configuration, name it as dataset.key_arn",
    "archived": "it is archived; restore it or copy it to a storage class that can be read at once",
    "changed": "it was changed while it was being read; start again, and name its version (?versionId=…) or a key "
    "that is never written twice",
    "region": "its bucket is in another Region; copy it to a bucket in this one",
    "version": "check its version id; a delete marker cannot be read",
}
_KINDS = {
    "404": "missing",
    "NoSuchKey": "missing",
    "NoSuchBucket": "missing",
    "NoSuchVersion": "version",
    "400": "version",
    "InvalidArgument": "version",
    "405": "version",
    "MethodNotAllowed": "version",
    "403": "denied",
    "AccessDenied": "denied",
    "InvalidObjectState": "archived",
    "412": "changed",
    "PreconditionFailed": "changed",
    "301": "region",
    "PermanentRedirect": "region",
}


class ObjectUnreadableError(FineTuningError):
    """An object is missing, may not be read or has changed; the message says which and what to do."""


class ObjectDeniedError(ObjectUnreadableError):
    """An object may not be read, or not yet: rights take a while to be in force everywhere."""


@dataclass(frozen=True)
class S3Head:
    """What HEAD says about an object; together, version and ETag pin what is read.

    Attributes:
        uri: as it was given.
        bucket: name of the bucket.
        key: of the object.
        size: in bytes.
        version: version id; "" in a bucket that keeps no versions.
        etag: with its quotes.
        metadata: the object's own, such as ``sha256``.
        owner: account that must own the bucket whenever it is read; "" for any.
    """

    uri: str
    bucket: str
    key: str
    size: int
    version: str
    etag: str
    metadata: dict[str, str]
    owner: str = ""


@dataclass(frozen=True)
class S3Source:
    """An object that is being read: `stream` is buffered and a context manager that closes the connection."""

    stream: BinaryIO
    size: int
    version: str
    etag: str


class PinnedReader(io.RawIOBase):
    """The bytes of one version of an object; goes on where a broken connection ended, or says that it cannot."""

    def __init__(self, s3: "S3Client", head: S3Head) -> None:
        """Connect.

        Raises:
            ObjectDeniedError: the role may not read it.
            ObjectUnreadableError: it is missing, archived or another one by now.
        """
        self._s3, self._head = s3, head
        self._offset = self._breaks = 0
        self._body = self._get()

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as bytes are there; 0 at the end.

        Raises:
            ObjectUnreadableError: the object changed, or the connection broke too often.
        """
        while True:
            try:
                count: int = self._body.readinto(buffer)
            except FlexibleChecksumError as error:
                raise self._unreadable(f"its checksum does not fit its content ({error})") from error
            except BotoCoreError as error:
                if self._offset >= self._head.size:
                    return 0
                self._reconnect(error)
                continue
            self._offset += count
            return count

    def close(self) -> None:
        """End the connection."""
        if not self.closed:
            self._body.close()
        super().close()

    def _reconnect(self, error: BotoCoreError) -> None:
        self._breaks += 1
        if self._breaks > RECONNECTIONS:
            reason = f"the connection broke {self._breaks} times, last after {self._offset} of {self._head.size} bytes"
            raise self._unreadable(f"{reason} ({type(error).__name__}); start again") from error
        self._body.close()
        self._body = self._get()

    def _get(self) -> Any:
        request: GetObjectRequestTypeDef = {
            "Bucket": self._head.bucket,
            "Key": self._head.key,
            "IfMatch": self._head.etag,
        }
        if self._head.owner:
            request["ExpectedBucketOwner"] = self._head.owner
        if self._head.version:
            request["VersionId"] = self._head.version
        if self._offset:
            request["Range"] = f"bytes={self._offset}-"
        try:
            return self._s3.get_object(**request)["Body"]
        except ClientError as error:
            raise unreadable(self._head.uri, error) from error

    def _unreadable(self, reason: str) -> ObjectUnreadableError:
        return ObjectUnreadableError(f"cannot read {self._head.uri}: {reason}")


def location(uri: str) -> tuple[str, str, str]:
    """Bucket, key and version ("" for the latest) of ``s3://bucket/key[?versionId=v]``.

    Raises:
        ObjectUnreadableError: it does not name an object.
    """
    parts = urlsplit(uri, allow_fragments=False)  # a key may have a # in it
    bucket, key = parts.netloc, parts.path.removeprefix("/")
    if parts.scheme != "s3" or not bucket or not key or key.endswith("/"):
        found = "a folder" if parts.scheme == "s3" and bucket else "no S3 object"
        raise ObjectUnreadableError(f"cannot read {uri}: it names {found}; give s3://bucket/key of one file")
    return bucket, key, next(iter(parse_qs(parts.query).get("versionId", [])), "")


def unreadable(uri: str, error: ClientError) -> ObjectUnreadableError:
    """What S3 refused, as one message that says what to check."""
    code, message = code_of(error), message_of(error)
    is_about_key = code.startswith("KMS.") or "kms:" in message
    kind = "key" if is_about_key else _KINDS.get(code, "missing")
    cls = ObjectDeniedError if code in {"AccessDenied", "403"} else ObjectUnreadableError
    return cls(f"cannot read {uri}: {code}: {message}; {_ADVICE[kind]}")


def require_readable(uri: str, storage_class: str, archive_status: str, restore: str) -> None:
    """Refuse an archived object before it is read.

    Raises:
        ObjectUnreadableError: it is archived and not restored. Source: S3 API reference, HeadObject, `x-amz-restore`.
    """
    if (storage_class in ARCHIVES or archive_status) and 'ongoing-request="false"' not in restore:
        waits = ", its restoration is under way" if restore else ""
        raise ObjectUnreadableError(
            f"cannot read {uri}: {storage_class or archive_status}{waits}; {_ADVICE['archived']}"
        )
