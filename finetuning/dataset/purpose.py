"""What a dataset must be for each customization type: a base model is held to other formats and limits for each.

Sources: Bedrock User Guide, 'Prepare your training datasets for distillation' and 'Prepare data for Amazon Nova models'
(reinforcement fine-tuning); Amazon Nova User Guide, 'Preparing data for distilling understanding models'; an older
edition of 'Prepare your training datasets for fine-tuning and continued pre-training'. What they leave open (the length
of a record, say) stays as it is for fine-tuning.
"""

from dataclasses import replace

from finetuning.base_model import BaseModel, DataFormat, DatasetLimits

#: aws-samples/amazon-bedrock-samples, custom-models/model_distillation/dataset-validation/README.md: less than 1 GB.
_DISTILLATION_BYTES = 1024**3
#: 'Anthropic and Meta Llama models support only single-turn prompts'; Nova models take conversations.
_MULTI_TURN_PROVIDER = "Amazon"


def held_to(base_model: BaseModel, customization_type: str) -> BaseModel:
    """Return the base model with the data format and the limits that its datasets have for a customization type.

    Nothing else about it differs, so whoever checks a dataset needs to know of base models only.
    """
    if customization_type == "DISTILLATION":
        turns = None if base_model.provider == _MULTI_TURN_PROVIDER else 2
        limits = replace(_counted(base_model, customization_type), answers="optional", most_turns=turns, media=None)
        return _with(base_model, "bedrock-conversation-2024", replace(limits, training_bytes=_DISTILLATION_BYTES))
    if customization_type == "REINFORCEMENT_FINE_TUNING":
        # Nova 2 Lite takes no validation dataset for fine-tuning; AWS's samples give one here.
        limits = replace(_counted(base_model, customization_type), answers="refused", media=None)
        return _with(base_model, "openai-chat", replace(limits, takes_validation=True, known=True))
    if customization_type == "CONTINUED_PRE_TRAINING":
        return _with(base_model, "plain-text", replace(_counted(base_model, customization_type), media=None))
    return base_model


def _with(base_model: BaseModel, data_format: DataFormat, limits: DatasetLimits) -> BaseModel:
    return replace(base_model, data_format=data_format, limits=limits)


def _counted(base_model: BaseModel, customization_type: str) -> DatasetLimits:
    """The limits with the numbers of records that are documented for the type, as far as there are any."""
    known, limits = base_model.customizations.get(customization_type), base_model.limits
    if known is None:
        return limits
    if known.minimum_records is not None:
        limits = replace(limits, minimum_training_records=known.minimum_records, advised_training_records=None)
    if known.maximum_records is not None:
        most = known.maximum_records
        limits = replace(limits, maximum_training_records=most, maximum_total_records=most)
    return limits
