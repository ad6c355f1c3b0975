"""What must be true of a promotion before anything of it is recorded (fault E06): all that is wrong, at once.

A manifest says which model was judged. It is believed when its text has the digest that the reviewed pin names and is
signed by the key that the configuration trusts; the model is taken when it is the one that the manifest speaks of.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from finetuning import catalog, names
from finetuning.manifest import Manifest
from finetuning.problems import Problem
from finetuning.promotion import COPY, SWAP
from finetuning.promotion.pinned import Pinned

_PIN_AGAIN = "pin it again from the environment that judged it: python -m ops promote"


@dataclass(frozen=True)
class Place:
    """Where the model is to serve."""

    project: str
    environment: str
    account: str
    region: str


@dataclass(frozen=True)
class FoundModel:
    """A custom model as Bedrock shows it.

    Attributes:
        base_model: ARN of the foundation model.
        status: as in `observation`.
        held_for: value of this environment's hold tag; "" without one.
    """

    arn: str
    job_arn: str
    base_model: str
    status: str
    held_for: str = ""


def text_problems(pinned: Pinned, *, is_signed: bool) -> Iterator[Problem]:
    """Yield what is wrong with the text of the manifest and its signature.

    Args:
        pinned: what the configuration asks for.
        is_signed: whether the trusted key signed the digest of this very text.
    """
    if pinned.digest != pinned.sha256:
        yield Problem(
            "manifest",
            f"its text has SHA-256 {pinned.digest}, the pin names {pinned.sha256}: it was changed after it was issued",
            _PIN_AGAIN,
        )
    if not is_signed:
        yield Problem(
            "signature",
            f"it is not one of {pinned.trusted_key} over this text: another key signed it, or the text was changed",
            f"{_PIN_AGAIN}; the trusted key is promotion.manifest_key_arn, or else that of environment {pinned.source}",
        )


def manifest_problems(pinned: Pinned, manifest: Manifest, place: Place) -> Iterator[Problem]:
    """Yield where the manifest is about something else than what is asked for, or its model was not found good."""
    yield from _differences(pinned, manifest, place)
    yield from _verdict(manifest)
    is_here = (manifest.account, manifest.region) == (place.account, place.region)
    if pinned.method == COPY and is_here:
        yield Problem("place", "the model is in this account and Region already", "set promotion.method to swap")
    if pinned.method == SWAP and not is_here:
        yield Problem(
            "place",
            f"the model is in account {manifest.account}, {manifest.region}, and environment {place.environment} in "
            f"{place.account}, {place.region}: a custom model serves only where it was made",
            "set promotion.method to retrain, or put both environments into one account and Region",
        )


def model_problems(pinned: Pinned, manifest: Manifest, place: Place, found: FoundModel | None) -> Iterator[Problem]:
    """Yield why the custom model that is there is not the one that was judged, or cannot serve."""
    if found is None:
        yield Problem(
            "custom model",
            f"{manifest.custom_model_arn} does not exist in {place.account}, {place.region}: it was deleted since",
            "train and judge it again in the source, then promote that one",
        )
        return
    if found.status != "Active":
        yield Problem("custom model", f"{found.arn} is {found.status}, wanted is Active", "promote another one")
    if (found.arn, found.job_arn) != (manifest.custom_model_arn, manifest.job.arn):
        yield Problem(
            "custom model",
            f"Bedrock shows {found.arn} of job {found.job_arn}, judged was {manifest.custom_model_arn} of job "
            f"{manifest.job.arn}: it is not the model that was judged",
            _PIN_AGAIN,
        )
    if _base(found.base_model) != _base(manifest.base_model):
        yield Problem(
            "custom model",
            f"its base model is {found.base_model}, judged was one of {manifest.base_model}",
            _PIN_AGAIN,
        )
    wanted = names.hold_value(place.project, pinned.model)
    if found.held_for not in {"", wanted}:
        yield Problem(
            "hold",
            f"environment {place.environment} holds this model for {found.held_for} already, not for {wanted}",
            "serve it once: let that model's applications use the pointer of this one, or train another",
        )


def objections(manifest: Manifest) -> Iterator[str]:
    """Yield what the gate of the source had against the model: its losses, its answers; in dry_run it served there."""
    for judgement in (manifest.curve, manifest.verdict):
        if judgement is not None and not judgement.passed:
            yield "; ".join(judgement.reasons) or "no reason is given"


def _verdict(manifest: Manifest) -> Iterator[Problem]:
    """It fails closed: what was not judged has not passed."""
    fix = "promote a model that passed the gate of the source"
    if manifest.verdict is None:
        yield Problem("verdict", "the model was not judged on a test dataset", fix)
    elif manifest.verdict.mode == "disabled":
        yield Problem("verdict", "the model was judged with gate.mode 'disabled', which asks for nothing", fix)
    for reasons in objections(manifest):
        yield Problem("verdict", f"the quality gate did not pass: {reasons}", fix)


def _differences(pinned: Pinned, manifest: Manifest, place: Place) -> Iterator[Problem]:
    """What the manifest is about, against what was asked for: a signature says nothing of what it is used for."""
    about = (
        ("project", manifest.project, place.project),
        ("environment", manifest.environment, pinned.source),
        ("model", manifest.model, pinned.model),
        ("base model", _base(manifest.base_model), _base(pinned.base_model)),
    )
    for what, told, wanted in about:
        if told != wanted:
            yield Problem(what, f"the manifest is about {told!r}, asked for is {wanted!r}", _PIN_AGAIN)


def _base(identifier: str) -> str:
    """The catalog's name of the base model; one that it does not know is compared as it is spelt."""
    try:
        return catalog.find(identifier).customization_id
    except catalog.UnknownBaseModelError:
        return identifier
