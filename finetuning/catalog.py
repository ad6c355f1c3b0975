"""Which base models can be customized on Bedrock, as of the day on which ``catalog.json`` was reviewed.

The file is data with a source for each fact; the live account is asked again before money is spent.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from finetuning.base_model import BaseModel, Quota
from finetuning.catalog_file import CatalogFile, RetiredModel, Source
from finetuning.errors import FineTuningError
from finetuning.suggestions import did_you_mean

__all__ = [
    "BaseModel",
    "RetiredModel",
    "Source",
    "UnknownBaseModelError",
    "base_models",
    "custom_model_arn",
    "facts",
    "find",
    "living",
    "quotas",
    "retired",
    "reviewed",
    "sources",
]

# Compiled only when an ARN comes along: most identifiers are none, and this module is imported at every cold start.
_FOUNDATION_MODEL_ARN = r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+::foundation-model/(?P<id>.+)"
#: Bedrock API reference, CreateModelCustomizationJob, ``baseModelIdentifier``; an imported model has no base model.
_CUSTOM_MODEL_ARN = r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:custom-model/(?P<id>[a-z0-9.:-]+)/[a-z0-9]{12}"
_INFERENCE_PROFILE_ARN = r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:inference-profile/(?P<id>.+)"
#: What an inference profile's id begins with: a geography, before the id of the model. Source: Bedrock User Guide,
#: 'Supported Regions and models for inference profiles'.
_GEOGRAPHY = r"(?:us-gov|[a-z]{2,6})\.(?P<id>[a-z]+\..+)"


class UnknownBaseModelError(FineTuningError, LookupError):
    """A base model that the catalog does not have; the message lists what it has."""

    def __str__(self) -> str:
        """Return the message itself, where a LookupError would quote it."""
        return str(self.args[0])


def find(identifier: str) -> BaseModel:
    """Return the base model that an identifier means.

    It may be a customization id, an inference id, another context variant, an inference profile's id or ARN, a
    foundation-model ARN (any Region), an alias, or the ARN of a custom model, which means the base model it comes from.

    Raises:
        UnknownBaseModelError: no base model is called that.
    """
    file = _load()
    number = file.identifiers.get(identifier)
    if number is None:
        number = file.identifiers.get(_plain(identifier))
    if number is None:
        raise UnknownBaseModelError(_unknown(identifier))
    return file.base_model(number)


def custom_model_arn(identifier: str) -> str | None:
    """Return the identifier if it is the ARN of a custom model, which can be trained further; None otherwise."""
    return identifier if re.fullmatch(_CUSTOM_MODEL_ARN, identifier, re.ASCII) else None


def base_models() -> tuple[BaseModel, ...]:
    """Return all base models, in the order of the catalog."""
    return _load().base_models


def living(on: date) -> tuple[BaseModel, ...]:
    """Return the base models that take new jobs on a day and can be served afterwards."""
    return tuple(model for model in base_models() if model.serving and model.problem_with_new_jobs(on) is None)


def retired() -> tuple[RetiredModel, ...]:
    """Return the base models that can no longer be customized and are known by name only."""
    return _load().retired


def quotas() -> Mapping[str, Quota]:
    """Return the quotas that do not depend on the base model, by their name in the catalog."""
    return _load().quotas


def sources() -> Mapping[str, Source]:
    """Return the documents that the facts come from, by their key in the catalog."""
    return _load().sources


def facts(base_model: BaseModel) -> dict[str, Any]:
    """Return all that the file says of a base model, as JSON: notes and the keys of `sources` included."""
    return _load().facts(_load().identifiers[base_model.customization_id])


def reviewed() -> date:
    """Return the day on which the catalog was last compared with the documentation."""
    return _load().reviewed


def _plain(identifier: str) -> str:
    """Return the id within an ARN or an inference profile's id; anything else as it is."""
    for pattern in (_FOUNDATION_MODEL_ARN, _CUSTOM_MODEL_ARN, _INFERENCE_PROFILE_ARN):
        match = re.fullmatch(pattern, identifier, re.ASCII)
        if match:
            identifier = match["id"]
            break
    profile = re.fullmatch(_GEOGRAPHY, identifier, re.ASCII)
    return profile["id"] if profile and ":" in profile["id"] else identifier


def _unknown(identifier: str) -> str:
    gone = _retired_by_identifier().get(_plain(identifier))
    if gone is not None:
        return f"base model {identifier!r} is {gone.name} ({gone.provider}), {gone.what}; choose one of {_choices()}"
    known = ", ".join(model.customization_id for model in base_models())
    guess = did_you_mean(identifier, [*_load().identifiers, *_retired_by_identifier()])
    return f"base model {identifier!r} is not in the catalog; known: {known}" + (f"; {guess}" if guess else "")


def _choices() -> str:
    """Return the base models that live on the day of the review, with their Regions."""
    return ", ".join(f"{model.customization_id} ({' or '.join(model.regions)})" for model in living(reviewed()))


@cache
def _retired_by_identifier() -> Mapping[str, RetiredModel]:
    return {name: model for model in retired() for name in (*model.identifiers, *model.aliases)}


@cache
def _load() -> CatalogFile:
    return CatalogFile()
