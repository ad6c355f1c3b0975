"""Which base models the functions have rights to."""

from datetime import date

from finetuning import catalog


def identifiers(region: str, day: date, *, takes_copies: bool = False) -> tuple[str, ...]:
    """Both identifiers of each base model of a Region: which of them Bedrock authorises is not documented.

    Those of other Regions, and of base models to which Bedrock refuses every request since their end, are rights that
    nobody needs, and with them the driver's policy exceeds IAM's 10,240 characters (IAM User Guide, 'IAM and AWS STS
    quotas', role inline policies).

    Args:
        region: of the environment.
        day: on which base models are judged.
        takes_copies: whether models that were trained in other Regions are copied to this one.
    """
    living = [model for model in catalog.base_models() if model.status(day) != "ended"]
    models = [model for model in living if region in model.regions or (takes_copies and _serves(model, region))]
    return tuple(sorted({name for model in models for name in (model.customization_id, model.inference_id)}))


def _serves(model: catalog.BaseModel, region: str) -> bool:
    """Whether its custom models can be served there, wherever they were trained."""
    return any(region in path.regions for path in model.serving.values())
