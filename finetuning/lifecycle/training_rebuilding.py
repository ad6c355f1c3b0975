"""The training slot of a record that is rebuilt: every job of the model, because job names are taken for ever."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from finetuning import catalog, fingerprint, hyperparameters, names
from finetuning.errors import FineTuningError
from finetuning.lifecycle.facts import (
    JobFacts,
    ResourceFacts,
    dataset_digest,
    generation_of,
    trained_from,
    user_tags,
)
from finetuning.lifecycle.observation import JOB_AT_REST
from finetuning.lifecycle.record import TrainingGeneration, TrainingSlot


class RebuildRefusedError(FineTuningError):
    """There is a record already, or what is found does not say what is wanted."""


def training_slot(owner: str, wanted: str, resource: ResourceFacts, jobs: Sequence[JobFacts]) -> TrainingSlot:
    """The slot with these jobs; the latest attempt of the wanted fingerprint is current, as after a retry.

    Args:
        owner: id of the stack.
        wanted: generation id that the stack has.
        resource: of the stack.
        jobs: with the owner tags, oldest first.

    Raises:
        RebuildRefusedError: no job is what the stack wants.
    """
    digits, _ = names.parse_generation(wanted)
    attempts = [attempt for found, attempt in (generation_of(job.tags) for job in jobs) if found == digits]
    if not attempts:
        raise RebuildRefusedError(f"no customization job of this model carries the tag {names.GENERATION_TAG}={wanted}")
    current_id = f"{digits}-{max(attempts)}"
    known = [_generation(job, resource, current_id) for job in jobs if generation_of(job.tags)[0]]
    return TrainingSlot(
        owner=owner,
        physical_id=resource.physical_id,
        removed=False,
        current_id=current_id,
        generations=tuple({generation.id: generation for generation in known}.values()),
    )


def _generation(job: JobFacts, resource: ResourceFacts, current_id: str) -> TrainingGeneration:
    generation_id = job.tags[names.GENERATION_TAG]
    is_current = generation_id == current_id
    digits, attempt = names.parse_generation(generation_id)
    settings, whole = _settings(job, digits)
    if is_current and not whole:
        raise RebuildRefusedError(
            f"what job {job.name} was started with does not give its fingerprint {digits}…: this is not the code that "
            "started it, or the job is not what its tags say"
        )
    tags = user_tags(job.tags)
    wanted_tags = resource.properties.get("Tags", tags) if is_current else tags
    at_rest = job.status in JOB_AT_REST
    return TrainingGeneration(
        id=generation_id,
        fingerprint=whole or digits,
        attempt=attempt,
        job_name=job.name,
        physical_id=resource.physical_id if is_current else "",
        settings=settings,
        tags=wanted_tags,
        tagged=tags if tags != wanted_tags else None,
        intended=True,
        intended_at=job.created_at,
        job_arn=job.arn,
        status=job.status,
        model_arn=job.model_arn,
        # A completed job without a model: somebody deleted it, or it was superseded.
        model_seen=job.status == "Completed",
        released=not is_current,
        gone=not is_current and at_rest and job.model_status is None,
        keep_previous=int(resource.properties.get("KeepPrevious", 1)),
    )


def _settings(job: JobFacts, digits: str) -> tuple[Mapping[str, Any], str]:
    """The job's settings and whole fingerprint; "" if none begins with these digits."""
    identifier = trained_from(str(job.settings.get("baseModelIdentifier", "")))
    settings = {**job.settings, "baseModelIdentifier": identifier}
    try:
        base_model = catalog.find(identifier)
    except catalog.UnknownBaseModelError:
        return settings, ""
    for values in _spellings(base_model, job.settings.get("hyperParameters", {})):
        whole = _fingerprint(settings, base_model, values)
        if whole.startswith(digits):
            return {**settings, "hyperParameters": hyperparameters.canonical(base_model, values)}, whole
    return settings, ""


def _spellings(base_model: catalog.BaseModel, found: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """What may have been given when the job has these: Bedrock may fill in defaults, of which there are a handful."""
    defaults = {name: p.default for name, p in base_model.hyperparameters.items()}
    optional = [name for name, value in found.items() if name in defaults and _equal(value, defaults[name])]
    for dropped in (some for size in range(len(optional) + 1) for some in combinations(optional, size)):
        yield {name: value for name, value in found.items() if name not in dropped}


def _fingerprint(settings: Mapping[str, Any], base_model: catalog.BaseModel, values: Mapping[str, object]) -> str:
    validators = settings.get("validationDataConfig", {}).get("validators", [])
    try:
        return fingerprint.training_fingerprint(
            base_model=base_model,
            customization_type=str(settings.get("customizationType", "")),
            hyperparameters=values,
            training_digest=dataset_digest(settings["trainingDataConfig"]["s3Uri"]),
            validation_digest=dataset_digest(validators[0]["s3Uri"]) if validators else None,
            kms_key_arn=settings.get("customModelKmsKeyId"),
            custom_model_arn=catalog.custom_model_arn(settings["baseModelIdentifier"]),
            customization_config=settings.get("customizationConfig"),
        )
    except hyperparameters.InvalidHyperparametersError:
        return ""


def _equal(value: str, default: object) -> bool:
    try:
        return float(value) == float(str(default))
    except ValueError:
        return False
