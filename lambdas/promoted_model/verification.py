"""Whether a promotion may be recorded: the signature is checked by KMS, the model is looked at in Bedrock."""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from finetuning.errors import FineTuningError
from finetuning.manifest import Manifest, ManifestError, read
from finetuning.problems import Problem
from finetuning.promotion import SWAP
from finetuning.promotion.checks import FoundModel, Place, manifest_problems, model_problems, text_problems
from finetuning.promotion.pinned import Pinned
from lambdas import log
from lambdas.gateways.clients import code_of
from lambdas.gateways.signing import SigningError

#: The right to verify comes with the model's stack, seconds before it is used, and IAM is eventually consistent (IAM
#: User Guide, 'Troubleshoot IAM: changes that I make are not always immediately visible'). Bounded, because a right
#: that is really missing stays missing (fault B03); with the calls it stays below the function's timeout of 120 s.
RIGHTS_PAUSES_SECONDS = (1, 2, 4, 8, 15)


class PromotionRefusedError(FineTuningError):
    """The promotion is not what the pin, the key and the account say; nothing was recorded."""


class Signatures(Protocol):
    """Checks signatures; `lambdas.gateways.signing.SigningGateway` is the real one."""

    def verify(self, key_arn: str, digest: str, signature: bytes) -> bool:
        """Whether the key signed this SHA-256."""


class Models(Protocol):
    """Looks at custom models; `lambdas.gateways.holds.HoldsGateway` is the real one."""

    def model(self, model_arn: str, environment: str) -> FoundModel | None:
        """The custom model of this ARN with this environment's hold, or None."""


class Verification:
    """Verifies what is pinned against the key that the configuration trusts and the account."""

    def __init__(self, *, signatures: Signatures, models: Models, pause: Callable[[float], None] = time.sleep) -> None:
        """Keep what it is verified with."""
        self._signatures, self._models, self._pause = signatures, models, pause

    def verified(self, pinned: Pinned, place: Place) -> Manifest:
        """The manifest, if everything about it is true.

        Raises:
            PromotionRefusedError: with all that is wrong.
        """
        problems = list(self._about_the_text(pinned))
        manifest = _read(pinned, problems)
        if manifest is not None:
            problems += manifest_problems(pinned, manifest, place)
            problems += self._about_the_model(pinned, manifest, place)
        if problems or manifest is None:
            raise PromotionRefusedError(_refusal(pinned, place, problems))
        return manifest

    def _about_the_model(self, pinned: Pinned, manifest: Manifest, place: Place) -> Iterator[Problem]:
        """Of a model that is made anew, or is elsewhere, there is nothing to look at here."""
        if pinned.method == SWAP and (manifest.account, manifest.region) == (place.account, place.region):
            found = self._models.model(manifest.custom_model_arn, place.environment)
            yield from model_problems(pinned, manifest, place, found)

    def _about_the_text(self, pinned: Pinned) -> Iterator[Problem]:
        try:
            yield from text_problems(pinned, is_signed=self._is_signed(pinned))
        except SigningError as error:
            yield from text_problems(pinned, is_signed=True)
            yield Problem("signature", str(error))

    def _is_signed(self, pinned: Pinned) -> bool:
        for pause in RIGHTS_PAUSES_SECONDS:
            try:
                return self._signatures.verify(pinned.trusted_key, pinned.digest, pinned.signature)
            except SigningError as error:
                if not _is_denied(error):
                    raise
                log.info("not allowed to verify yet", model=pinned.model, error=str(error))
                self._pause(pause)
        return self._signatures.verify(pinned.trusted_key, pinned.digest, pinned.signature)


def _is_denied(error: SigningError) -> bool:
    cause = error.__cause__
    return isinstance(cause, Exception) and code_of(cause) == "AccessDeniedException"


def _read(pinned: Pinned, problems: list[Problem]) -> Manifest | None:
    """What the text says; of one that was tampered with, too: all that is wrong is told at once."""
    try:
        return read(pinned.manifest)
    except ManifestError as error:
        problems.append(Problem("manifest", str(error), "pin it again: python -m ops promote"))
        return None


def _refusal(pinned: Pinned, place: Place, problems: list[Problem]) -> str:
    """Where all is said first: the answer holds 4,096 bytes, and CloudFormation shows fewer."""
    said = " ".join(f"({number}) {problem}" for number, problem in enumerate(problems, 1))
    return (
        f"model {pinned.model} is not promoted to {place.environment}: nothing was changed, and what served goes on "
        f"serving; wrong is: {said}"
    )
