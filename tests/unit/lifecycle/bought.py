"""A model with real settings and fingerprints, and what Bedrock and CloudFormation say of what was bought for it."""

from dataclasses import replace
from typing import Any

from finetuning import catalog, fingerprint, names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.endpoint import EndpointWanted, want_endpoint
from finetuning.lifecycle.facts import EndpointFacts, JobFacts, ResourceFacts, StackFacts
from finetuning.lifecycle.training import TrainingWanted, want_training
from tests.unit.lifecycle.records import BLANK, STACK, claim, intended

HAIKU = catalog.find("claude-3-haiku")
ARN = "arn:aws:bedrock:us-west-2:111122223333"
BASE_MODEL_ARN = f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU.customization_id}"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1"
POINTER = f"{ARN}:provisioned-model/1"
TAGS = {"team": "ml"}


def training_wanted(epochs: str = "2", *, validation: bool = True) -> TrainingWanted:
    """A training as the resource's properties ask for it."""
    uris = [
        f"s3://data/datasets/faq/{digit * 64}/{split}.jsonl"
        for digit, split in (("1", "training"), ("2", "validation"))
    ]
    settings: dict[str, Any] = {
        "roleArn": "role",
        "baseModelIdentifier": HAIKU.customization_id,
        "customizationType": "FINE_TUNING",
        "customModelKmsKeyId": KEY,
        "trainingDataConfig": {"s3Uri": uris[0]},
        "hyperParameters": {"epochCount": epochs},
    }
    if validation:
        settings["validationDataConfig"] = {"validators": [{"s3Uri": uris[1]}]}
    whole = fingerprint.training_fingerprint(
        base_model=HAIKU,
        customization_type="FINE_TUNING",
        hyperparameters=settings["hyperParameters"],
        training_digest="1" * 64,
        validation_digest="2" * 64 if validation else None,
        kms_key_arn=KEY,
    )
    return TrainingWanted(fingerprint=whole, settings=settings, tags=TAGS, keep_previous=2)


def endpoint_wanted(serving: str = "provisioned", units: int = 1) -> EndpointWanted:
    """An endpoint as the resource's properties ask for it."""
    whole = fingerprint.endpoint_fingerprint(base_model=HAIKU, serving=serving, model_units=units, commitment="none")
    return EndpointWanted(fingerprint=whole, serving=serving, model_units=units, commitment="none", tags=TAGS)


def record(epochs: str = "2", *, units: int = 1, serving: str = "provisioned") -> ModelRecord:
    """What the registry has of a model that was bought."""
    known = want_training(BLANK, claim(1), training_wanted(epochs))
    known = want_endpoint(known, claim(2, resource="Endpoint"), endpoint_wanted(serving, units))
    return intended(known)


def job_facts(known: ModelRecord, **changes: Any) -> JobFacts:
    """What Bedrock says of the wanted job of a record."""
    generation = known.training.current
    assert generation is not None
    tags = TAGS | names.owner_tags(known.project, known.environment, known.model, generation.id)
    facts = JobFacts(
        arn=f"{ARN}:model-customization-job/1",
        name=generation.job_name,
        status="Completed",
        created_at=1.0,
        tags=tags,
        settings={**generation.settings, "baseModelIdentifier": BASE_MODEL_ARN},
        model_arn=f"{ARN}:custom-model/1",
        model_status="Active",
    )
    return replace(facts, **changes)


#: In epoch seconds.
ENDPOINT_CREATED_AT = 1_780_000_000.0


def endpoint_facts(known: ModelRecord, **changes: Any) -> EndpointFacts:
    """What Bedrock says of the wanted endpoint of a record."""
    generation = known.endpoint.current
    assert generation is not None
    facts = EndpointFacts(
        kind=generation.serving,
        arn=POINTER,
        name=generation.name,
        status="InService",
        tags=TAGS | names.owner_tags(known.project, known.environment, known.model, generation.id),
        model_arn=f"{ARN}:custom-model/1",
        base_model=BASE_MODEL_ARN,
        model_units=generation.model_units,
        created_at=ENDPOINT_CREATED_AT,
    )
    return replace(facts, **changes)


def stack_facts(known: ModelRecord, **properties: Any) -> StackFacts:
    """What CloudFormation says of the model's stack; these properties of its endpoint are others."""
    endpoint = known.endpoint.current
    assert endpoint is not None
    told = {
        "BaseModel": HAIKU.customization_id,
        "Serving": endpoint.serving,
        "ModelUnits": str(endpoint.model_units),
        "Commitment": endpoint.commitment,
        "Tags": TAGS,
    }
    job = {"Hyperparameters": {"epochCount": "2"}, "KeepPrevious": "2", "Tags": TAGS, "TrainingUri": {"Fn::GetAtt": []}}
    return StackFacts(
        stack_id=STACK,
        status="UPDATE_COMPLETE",
        generation=known.training.current_id,
        job=ResourceFacts("Job", "Job-1", job),
        endpoint=ResourceFacts("Endpoint", "Endpoint-2", told | properties),
    )
