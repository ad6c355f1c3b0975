"""GetFoundationModel, ListFoundationModels and GetFoundationModelAvailability."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from finetuning import catalog
from finetuning.base_model import BaseModel
from local.bedrock import base_models
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import not_found
from local.bedrock.site import Operation, Result, Site

_MODEL_CUSTOMIZATIONS = ("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION")


def get(site: Site, call: Call) -> Result:
    """Details of one foundation model."""
    identifier = call.parameters["modelIdentifier"]
    model_id = identifier.rsplit("/", 1)[-1]
    site.authorize(call, [site.foundation_arn(model_id)])
    known = base_models.find(model_id)
    if known is None or not _offered(site, known):
        raise not_found(f"Could not resolve the foundation model from the provided model identifier: {identifier}")
    return {"modelDetails": _details(site, known, model_id)}


def list_(site: Site, call: Call) -> Result:
    """Foundation models offered here that pass the filters."""
    site.authorize(call, ["*"])
    summaries = [
        _details(site, known, model_id)
        for known in catalog.base_models()
        if _offered(site, known)
        for model_id in base_models.ids(known)
    ]
    return {"modelSummaries": [summary for summary in summaries if all(_matches(summary, call.parameters))]}


def availability(site: Site, call: Call) -> Result:
    """Whether this account can use a foundation model here.

    Access to all models is enabled by default since 2025-10-15 (Bedrock User Guide, "Document history").
    """
    model_id = call.parameters["modelId"]
    site.authorize(call, ["*"])
    known = base_models.find(model_id)
    if known is None:
        raise not_found(f"Could not resolve the foundation model from the provided model identifier: {model_id}")
    offered = "AVAILABLE" if _offered(site, known) else "NOT_AVAILABLE"
    return {
        "modelId": model_id,
        "agreementAvailability": {"status": offered},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": offered,
    }


OPERATIONS: Mapping[str, Operation] = {
    "GetFoundationModel": get,
    "ListFoundationModels": list_,
    "GetFoundationModelAvailability": availability,
}


def _offered(site: Site, known: BaseModel) -> bool:
    regions = {region for path in known.serving.values() for region in path.regions}
    regions |= {region for kind in known.customizations for region in known.customization_regions(kind)}
    return site.region in regions and known.status(site.today) != "ended"


def _details(site: Site, known: BaseModel, model_id: str) -> dict[str, Any]:
    """Streaming is not in the catalog: it is shown as of a text model, like the modality of the answer."""
    with_context = model_id != known.inference_id
    provisioned = "provisioned" in known.serving and site.region in known.serving["provisioned"].regions
    return {
        "modelArn": site.foundation_arn(model_id),
        "modelId": model_id,
        "modelName": known.name,
        "providerName": known.provider,
        "inputModalities": ["TEXT", "IMAGE"] if known.limits.media else ["TEXT"],
        "outputModalities": ["TEXT"],
        "responseStreamingSupported": True,
        "customizationsSupported": _customizations(site, known) if model_id == known.customization_id else [],
        "inferenceTypesSupported": (["PROVISIONED"] if provisioned else []) if with_context else ["ON_DEMAND"],
        "modelLifecycle": _lifecycle(site, known),
    }


def _customizations(site: Site, known: BaseModel) -> list[str]:
    """What can be started here today, as far as the API has words: REINFORCEMENT_FINE_TUNING is not among them.

    Source: Bedrock API reference, FoundationModelDetails, ``customizationsSupported``.
    """
    if known.status(site.today) != "active":
        return []
    return [kind for kind in _MODEL_CUSTOMIZATIONS if site.region in known.customization_regions(kind)]


def _lifecycle(site: Site, known: BaseModel) -> dict[str, Any]:
    dates = known.lifecycle
    return {
        "status": "ACTIVE" if known.status(site.today) == "active" else "LEGACY",
        "legacyTime": _midnight(dates.legacy),
        "publicExtendedAccessTime": _midnight(dates.extended_access),
        "endOfLifeTime": _midnight(dates.end_of_life),
    }


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _matches(summary: Mapping[str, Any], filters: Mapping[str, Any]) -> Iterator[bool]:
    yield filters.get("byProvider", summary["providerName"]).lower() == summary["providerName"].lower()
    for name, member in (
        ("byCustomizationType", "customizationsSupported"),
        ("byOutputModality", "outputModalities"),
        ("byInferenceType", "inferenceTypesSupported"),
    ):
        yield name not in filters or filters[name] in summary[member]
