"""Base models as this Bedrock knows them: the packaged catalog, as of the configured date, in one Region."""

import re

from finetuning import catalog
from finetuning.base_model import BaseModel
from local.bedrock.protocol.faults import not_found, validation
from local.bedrock.site import Site

_PREFIX = ":foundation-model/"
#: An inference profile's identifier: that of a model after a geography. Source: Bedrock User Guide, "Supported Regions
#: and models for inference profiles".
_PROFILE = re.compile(r"(?:us|us-gov|eu|apac|jp|au|ca|global)\.(?P<model>.+)")


def find(identifier: str) -> BaseModel | None:
    """The base model with this model id (with or without context length) or foundation-model ARN; None if unknown."""
    model_id = identifier.split(_PREFIX, 1)[-1]
    return next((known for known in catalog.base_models() if model_id in ids(known)), None)


def ids(base_model: BaseModel) -> tuple[str, ...]:
    """Model ids of a base model: the one invoked on demand, the one customized, and all that are provisioned."""
    return tuple(dict.fromkeys((base_model.inference_id, base_model.customization_id, *base_model.context_variants)))


def behind_profile(identifier: str) -> str | None:
    """Id of the model behind an inference profile; None if the id or ARN names no profile."""
    profile = _PROFILE.fullmatch(identifier.rsplit("/", 1)[-1])
    return profile["model"] if profile else None


def on_demand(identifier: str) -> BaseModel | None:
    """The base model that an id, ARN or inference profile means, as far as it can be asked on demand."""
    model_id = behind_profile(identifier) or identifier.rsplit("/", 1)[-1]
    known = find(model_id)
    return known if known is not None and known.inference_id == model_id else None


def require_known(identifier: str) -> BaseModel:
    """The base model with this id or ARN.

    Raises:
        Fault: `ValidationException`, with the real service's text.
    """
    found = find(identifier)
    if found is None:
        raise validation("The provided model identifier is invalid.")
    return found


def require_alive(site: Site, base_model: BaseModel) -> None:
    """Refuse a base model at its end of life: "requests to them fail" (Bedrock User Guide, "Model lifecycle").

    Raises:
        Fault: `ResourceNotFoundException`, with the real service's text.
    """
    if base_model.status(site.today) == "ended":
        raise not_found(
            "This model version has reached the end of its life. "
            "Please refer to the AWS documentation for more details."
        )


def require_open_to_new_work(site: Site, base_model: BaseModel) -> None:
    """Refuse new customization jobs and new provisioned throughput on a Legacy base model (same page).

    Raises:
        Fault: `ValidationException` for a Legacy model, `ResourceNotFoundException` for one at its end of life.
    """
    require_alive(site, base_model)
    if base_model.status(site.today) == "legacy":
        raise validation(
            f"Access denied. The model {base_model.customization_id} is marked as Legacy: no new customization jobs "
            f"and no new Provisioned Throughput can be created for it."
        )
