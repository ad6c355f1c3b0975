"""What the resource's properties ask of the account."""

from collections.abc import Mapping

from finetuning import catalog
from finetuning.lifecycle.endpoint import EndpointWanted
from finetuning.lifecycle.wanted import endpoint_wanted
from finetuning.preflight import SourceBucket, Wanted
from finetuning.properties import InvalidPropertiesError
from lambdas.responder import CustomResourceRequest
from lambdas.settings import PreflightSettings


def wanted(request: CustomResourceRequest, settings: PreflightSettings) -> Wanted:
    """Return what a request wants; account and Region are those of its stack.

    Raises:
        InvalidPropertiesError: a property is missing or not of its type.
        UnknownBaseModelError: the base model is not in the catalog.
    """
    identifier = request.text("BaseModel")
    _arn, _partition, _service, region, account, _stack = request.stack_id.split(":", 5)
    return Wanted(
        project=settings.project,
        environment=settings.environment,
        model=request.text("Model"),
        account=account,
        region=region,
        base_model=catalog.find(identifier),
        custom_model_arn=catalog.custom_model_arn(identifier) or "",
        promoted_model_arn=request.text("PromotedModelArn", ""),
        customization_type=request.text("CustomizationType"),
        serving=request.text("Serving"),
        model_units=request.number("ModelUnits"),
        commitment=request.text("Commitment"),
        service_role_arn=settings.service_role_arn,
        key_arn=settings.key_arn,
        judged_apart=request.flag("JudgedApart"),
        endpoint=_endpoint(request),
        sources=_sources(request.texts("SourceBuckets"), account),
    )


def _sources(owners: Mapping[str, str], account: str) -> tuple[SourceBucket, ...]:
    return tuple(SourceBucket(name, owner or account) for name, owner in owners.items())


def _endpoint(request: CustomResourceRequest) -> EndpointWanted | None:
    values = request.properties.get("Endpoint")
    if values is None:
        return None
    if not isinstance(values, Mapping):
        raise InvalidPropertiesError(f"property Endpoint must be a map, got {type(values).__name__}")
    return endpoint_wanted(values)
