"""From the properties of `Custom::BedrockPromotedModel` to what is pinned: the one place that knows both.

`configuration.promoted` writes the properties; the function reads them here.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from finetuning.promotion import COPY, RETRAIN, SWAP
from finetuning.properties import InvalidPropertiesError, Properties

_METHODS = (SWAP, COPY, RETRAIN)


@dataclass(frozen=True)
class Pinned:
    """A promotion as the reviewed configuration asks for it.

    Attributes:
        model: name of the use case.
        source: environment in which the model was judged.
        method: "swap", "copy" or "retrain".
        base_model: as configured.
        manifest: its bytes; as a property they are base64, because CloudFormation does not give back what is not ASCII
            as it got it (github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814).
        sha256: that the pin says the manifest has.
        signature: of that digest, as it came with the manifest.
        trusted_key: ARN of the key, or of its alias, that the configuration trusts; never what came with the manifest.
        approved_by: who approved the promotion; "" if nobody had to.
        reference: where the approval can be read.
        keep_previous: how many promoted models before this one are kept.
        tags: the user's, for the endpoint. A model of another environment is not tagged.
    """

    model: str
    source: str
    method: str
    base_model: str
    manifest: bytes
    sha256: str
    signature: bytes
    trusted_key: str
    approved_by: str
    reference: str
    keep_previous: int
    tags: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes that were handed over."""
        return sha256(self.manifest).hexdigest()


def read_pinned(values: Mapping[str, Any]) -> Pinned:
    """Read the properties.

    Raises:
        InvalidPropertiesError: one is missing or has the wrong form.
    """
    told = Properties(values)
    method = told.text("Method")
    if method not in _METHODS:
        raise InvalidPropertiesError(f"property Method must be one of {', '.join(_METHODS)}, got {method!r}")
    return Pinned(
        model=told.text("Model"),
        source=told.text("Source"),
        method=method,
        base_model=told.text("BaseModel"),
        manifest=_bytes(told.text("Manifest")),
        sha256=told.text("ManifestSha256"),
        signature=_bytes(told.text("Signature")),
        trusted_key=told.text("ManifestKey"),
        approved_by=told.text("ApprovedBy", ""),
        reference=told.text("Reference", ""),
        keep_previous=told.number("KeepPrevious"),
        tags=told.texts("Tags"),
    )


def _bytes(text: str) -> bytes:
    """What is no base64 is refused later as what it is: no manifest, or no signature of one."""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
