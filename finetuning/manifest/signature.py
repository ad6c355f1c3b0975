"""The signature of a manifest, as it is kept beside it: which key signed its digest, and how."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from finetuning.manifest.reading import ManifestError
from finetuning.problems import Problem

#: Of a key of the kind ECC_NIST_P256. Source: AWS KMS Developer Guide, 'Asymmetric key specs'.
ALGORITHM: Final = "ECDSA_SHA_256"


class Signature(NamedTuple):
    """Whose signature it is.

    Attributes:
        key_arn: the key that signed, as it says itself; which key is trusted is the verifier's to say.
        signature: of the SHA-256 of the manifest's bytes.
    """

    key_arn: str
    algorithm: str
    signature: bytes

    def document(self) -> dict[str, str]:
        """The signature as a JSON document."""
        encoded = base64.b64encode(self.signature).decode("ascii")
        return {"key_arn": self.key_arn, "algorithm": self.algorithm, "signature": encoded}


def read_signature(document: object) -> Signature:
    """The signature that a JSON document holds.

    Raises:
        ManifestError: it holds none that this release can verify.
    """
    found = document if isinstance(document, Mapping) else {}
    problems = [
        Problem(f"signature.{name}", f"must be a string, got {found.get(name)!r}")
        for name in ("key_arn", "algorithm", "signature")
        if not isinstance(found.get(name), str)
    ]
    if not problems and found["algorithm"] != ALGORITHM:
        problems = [Problem("signature.algorithm", f"must be {ALGORITHM}, got {found['algorithm']!r}")]
    if problems:
        raise ManifestError(problems)
    return Signature(found["key_arn"], found["algorithm"], _decoded(found["signature"]))


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ManifestError([Problem("signature.signature", f"must be base64: {error}")]) from error
