"""Signatures of manifests by an asymmetric KMS key: the private half never leaves KMS."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from finetuning.manifest.signature import ALGORITHM
from lambdas.gateways.clients import client, code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

#: What to do by the code that KMS answers. Source: AWS KMS API reference, Sign and Verify, 'Errors'.
_ADVICE = {
    "NotFoundException": "the key or its alias does not exist here; deploy the Foundation stack of the environment "
    "that signs, or correct promotion.manifest_key_arn",
    "DisabledException": "the key is disabled; enable it",
    "KMSInvalidStateException": "the key is not usable as it is, for instance scheduled for deletion; cancel that",
    "AccessDeniedException": "the caller needs the right in its own policy and in the key's; another account is let in "
    "by the signing environment's manifest_readers",
    "InvalidKeyUsageException": "the key is not one for signatures; name the key of the environment's manifests",
}


class SigningError(FineTuningError):
    """KMS could not sign or verify; the message says what to do."""


class SigningGateway:
    """Signs digests with one key, and verifies signatures of any key that it is told to trust."""

    def __init__(self, key_arn: str = "", kms: "KMSClient | None" = None) -> None:
        """Keep the key to sign with; who only verifies needs none. A client that is given is of the key's Region."""
        self._key_arn, self._is_given = key_arn, kms is not None
        self._kms: KMSClient = kms or client("kms")

    def _kms_in(self, region: str) -> "KMSClient":
        """KMS in the Region of a key: it knows no keys of others."""
        if self._is_given or region == self._kms.meta.region_name:
            return self._kms
        found: KMSClient = client("kms", {"region_name": region})
        return found

    def sign(self, digest: str) -> bytes:
        """The signature of a SHA-256 in hex.

        Raises:
            SigningError: KMS refuses.
        """
        try:
            answer = self._kms.sign(
                KeyId=self._key_arn, Message=bytes.fromhex(digest), MessageType="DIGEST", SigningAlgorithm=ALGORITHM
            )
        except ClientError as error:
            raise _told("sign", self._key_arn, error) from error
        return answer["Signature"]

    def verify(self, key_arn: str, digest: str, signature: bytes) -> bool:
        """Whether this key signed this SHA-256.

        Args:
            key_arn: ARN of a key or of an alias, of which the caller knows that it may be trusted.
            digest: in hex.
            signature: as KMS made it.

        Raises:
            SigningError: KMS could not say.
        """
        if not signature:
            return False
        try:
            answer = self._kms_in(key_arn.split(":")[3]).verify(
                KeyId=key_arn,
                Message=bytes.fromhex(digest),
                MessageType="DIGEST",
                Signature=signature,
                SigningAlgorithm=ALGORITHM,
            )
        except ClientError as error:
            if code_of(error) == "KMSInvalidSignatureException":
                return False
            raise _told("verify", key_arn, error) from error
        return answer["SignatureValid"]


def _told(verb: str, key_arn: str, error: ClientError) -> SigningError:
    code = code_of(error)
    advice = _ADVICE.get(code, "try again; if it stays so, see the key in the console of AWS KMS")
    return SigningError(f"cannot {verb} a manifest with {key_arn}: {code}: {message_of(error)}; {advice}")
