"""What is checked before throughput is bought or its model is swapped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.bedrock import base_models, encryption, models
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import quota_exceeded, validation
from local.bedrock.site import Site


@dataclass(frozen=True)
class Target:
    """A model to serve.

    Attributes:
        arn: ARN of the custom or foundation model.
        base_model: Customization id of its base model.
        key_arn: Key of a custom model; None means an AWS owned key.
    """

    arn: str
    base_model: str
    key_arn: str | None


def target(site: Site, model_id: str) -> Target:
    """The custom model (ARN or name) or base model that a request names.

    Raises:
        Fault: `ResourceNotFoundException`.
    """
    known = base_models.find(model_id)
    if known is not None:
        return Target(site.foundation_arn(known.customization_id), known.customization_id, None)
    model = models.require(site, model_id)
    return Target(model.arn, model.base_model, model.job.key_arn)


def authorize_models(site: Site, call: Call, model_id: str, tags: Mapping[str, str] | None = None) -> None:
    """Require the caller's permission on the model and on its foundation model.

    Both are resources of the action (Service Authorization Reference); that both are required is our choice, the
    stricter of the possibilities.

    Raises:
        Fault: `AccessDeniedException`.
    """
    known = base_models.find(model_id)
    if known is not None:
        site.authorize(call, [site.foundation_arn(model_id.rsplit("/", 1)[-1])], tags)
        return
    arn = models.arn_of(site, model_id)
    site.authorize(call, [arn], tags)
    model = site.store.models.get(arn)
    if model is not None:
        site.authorize(call, [site.foundation_arn(model.base_model)], tags)


def admit(site: Site, call: Call) -> Target:
    """Check a purchase; the first thing that is wrong is told.

    Raises:
        Fault: An error that CreateProvisionedModelThroughput declares.
    """
    parameters = call.parameters
    wanted = target(site, parameters["modelId"])
    base_model = base_models.require_known(wanted.base_model)
    base_models.require_open_to_new_work(site, base_model)
    path = base_model.serving.get("provisioned")
    if path is None or site.region not in path.regions:
        raise validation(f"Provisioned Throughput is not supported for {wanted.base_model} in {site.region}.")
    encryption.require_decryption(site, call, wanted.key_arn)
    require_free_name(site, parameters["provisionedModelName"])
    _require_quota(site, wanted, parameters)
    return wanted


def require_free_name(site: Site, name: str) -> None:
    """Refuse a name in use. The service declares no ConflictException here; the text is our choice.

    Raises:
        Fault: `ValidationException`.
    """
    if any(item.name == name for item in site.store.throughputs.values()):
        raise validation("The provided provisioned model name is currently in use.")


def _require_quota(site: Site, wanted: Target, parameters: Mapping[str, Any]) -> None:
    """Units of one throughput, then all of them; those bought with a commitment are not counted among these.

    The first text is our choice, the second a recorded response of cloud-custodian.
    """
    most = site.quotas.units_per_throughput
    if parameters["modelUnits"] > most:
        raise quota_exceeded(
            f"Your account may have {most} model units for a provisioned throughput of {wanted.base_model}."
        )
    if parameters.get("commitmentDuration") is not None:
        return
    used = sum(item.units for item in site.store.throughputs.values() if item.commitment is None)
    if used + parameters["modelUnits"] > site.quotas.model_units:
        raise quota_exceeded(
            f"Your account does not currently have any no commitment model units reserved for {wanted.base_model}."
        )
