"""What a customization job starts from: a foundation model, or a custom model that is trained further."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.base_model import BaseModel
from local.bedrock import base_models, encryption, models
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import validation
from local.bedrock.records import CustomModel, Job, customization_type
from local.bedrock.site import Site
from local.bedrock.store import find

_CUSTOM_MODEL = ":custom-model/"


@dataclass(frozen=True)
class Base:
    """What is customized.

    Attributes:
        model: The foundation model at the bottom.
        arn: ARN of what is customized: of the foundation model or of the custom model.
        custom: The custom model that is trained further; None if a foundation model is customized.
    """

    model: BaseModel
    arn: str
    custom: CustomModel | None = None


def arn_of(site: Site, identifier: str) -> str:
    """ARN of the base model with this identifier, as IAM checks it even if there is no such model."""
    custom = find(list(site.store.models.values()), identifier)
    if custom is not None or _CUSTOM_MODEL in identifier:
        return custom.arn if custom else identifier
    known = base_models.find(identifier)
    return site.foundation_arn(known.customization_id if known else identifier.rsplit("/", 1)[-1])


def require(site: Site, parameters: Mapping[str, Any]) -> Base:
    """The base of a request, if it can be customized as wanted, here and now.

    Which customization types take a custom model as base is documented for fine-tuning only (Bedrock User Guide,
    "Document history", October 2025); that the others refuse it is our choice, and so are the texts.

    Raises:
        Fault: `ValidationException` or `ResourceNotFoundException`.
    """
    identifier, wanted = parameters["baseModelIdentifier"], customization_type(parameters)
    custom = find(list(site.store.models.values()), identifier)
    if custom is None and _CUSTOM_MODEL in identifier:
        raise models.missing(identifier)
    known = base_models.require_known(custom.base_model if custom else identifier)
    base_models.require_open_to_new_work(site, known)
    if site.region not in known.customization_regions(wanted):
        raise validation(f"{wanted} of {known.customization_id} is not supported in {site.region}.")
    if custom is not None and wanted != "FINE_TUNING":
        raise validation(f"{wanted} of a custom model is not supported.")
    return Base(known, custom.arn if custom else site.foundation_arn(known.customization_id), custom)


def of(site: Site, job: Job) -> Base:
    """The base of a job that was accepted; a custom model that was deleted since is one that nothing is known of."""
    return Base(base_models.require_known(job.base_model), job.base_arn, site.store.models.get(job.base_arn))


def require_readable(site: Site, call: Call, base: Base) -> None:
    """Require that the caller may decrypt the custom model that is trained further.

    Raises:
        Fault: See `encryption.require_decryption`.
    """
    if base.custom is not None:
        encryption.require_decryption(site, call, base.custom.job.key_arn)
