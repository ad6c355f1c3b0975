"""Manifests and their signatures in the output bucket of the environment that issued them."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning import manifest, object_keys
from finetuning.errors import FineTuningError
from finetuning.manifest import Signature
from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_JSON = "application/json"


class TamperedManifestError(FineTuningError):
    """Under a manifest's name lies something else."""


class ManifestsStore:
    """Writes each manifest once, under its digest, and reads it back only if it is what its name says."""

    def __init__(self, bucket: str, account: str, s3: "S3Client | None" = None) -> None:
        """Keep where manifests are, and the account that must own the bucket."""
        self._bucket, self._account = bucket, account
        self._s3: S3Client = s3 or client("s3")

    def keep(self, model: str, content: bytes) -> str:
        """Write a manifest unless it is there, and return its digest.

        Raises:
            TamperedManifestError: something else is there.
        """
        digest = manifest.digest(content)
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=object_keys.manifest(model, digest),
                Body=content,
                ContentType=_JSON,
                IfNoneMatch="*",
                ExpectedBucketOwner=self._account,
            )
        except ClientError as error:
            if code_of(error) not in {"PreconditionFailed", "412", "ConditionalRequestConflict"}:
                raise
            self.read(model, digest)
        return digest

    def read(self, model: str, digest: str) -> bytes | None:
        """A manifest, or None if there is none of this digest.

        Raises:
            TamperedManifestError: what is there has another digest.
        """
        key = object_keys.manifest(model, digest)
        content = self._get(key)
        if content is not None and manifest.digest(content) != digest:
            raise TamperedManifestError(
                f"s3://{self._bucket}/{key} has SHA-256 {manifest.digest(content)}, and its name is another: it was "
                "changed. Nothing is promoted from it; restore its first version, and look who wrote it (CloudTrail)"
            )
        return content

    def keep_signature(self, model: str, digest: str, signature: Signature) -> None:
        """Write a manifest's signature; each that verifies is as good as another."""
        self._s3.put_object(
            Bucket=self._bucket,
            Key=object_keys.manifest_signature(model, digest),
            Body=json.dumps(signature.document(), sort_keys=True).encode(),
            ContentType=_JSON,
            ExpectedBucketOwner=self._account,
        )

    def signature(self, model: str, digest: str) -> Signature | None:
        """A manifest's signature, or None if there is none.

        Raises:
            ManifestError: what is there is no signature.
        """
        content = self._get(object_keys.manifest_signature(model, digest))
        return None if content is None else manifest.read_signature(_parsed(content))

    def _get(self, key: str) -> bytes | None:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise
        return answer["Body"].read()


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None
