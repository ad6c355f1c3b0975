"""Which base models the functions have rights to."""

from datetime import date

from finetuning import catalog


def identifiers(region: str, day: date) -> tuple[str, ...]:
    """Both identifiers of each base model of a Region: which of them Bedrock authorises is not documented.

    Those of other Regions, and of base models to which Bedrock refuses every request since their end, are rights that
    nobody needs, and with them the driver's policy exceeds IAM's 10,240 characters (IAM User Guide, 'IAM and AWS STS
    quotas', role inline policies).
    """
    models = [model for model in catalog.base_models() if model.status(day) != "ended" and _is_usable(model, region)]
    return tuple(sorted({name for model in models for name in (model.customization_id, model.inference_id)}))


def _is_usable(model: catalog.BaseModel, region: str) -> bool:
    """Whether it can be fine-tuned there, or its custom models be served there."""
    return region in model.regions or any(region in model.serving_regions(serving) for serving in model.serving)
