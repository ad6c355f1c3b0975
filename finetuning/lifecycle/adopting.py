"""An operator adopts a job, its custom model or an endpoint that exists already, instead of buying another.

It must carry our owner tags and be just what is wanted: a refusal lists every difference. Adopted is under the next
attempt number, so what the current generation bought is superseded as after any change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from finetuning import catalog
from finetuning.errors import FineTuningError
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.endpoint import next_endpoint_attempt
from finetuning.lifecycle.facts import (
    EndpointFacts,
    JobFacts,
    customization_id,
    dataset_digest,
    owner_differences,
    trained_from,
    user_tags,
)
from finetuning.lifecycle.observation import FAILED, IN_SERVICE, MODEL_ACTIVE
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.lifecycle.training import next_training_attempt


class AdoptionRefusedError(FineTuningError):
    """It is not ours or not what is wanted; the message has every difference."""


def adopt_job(record: ModelRecord, facts: JobFacts) -> ModelRecord:
    """The record with this job, and the model that it made or makes, as the wanted training.

    Raises:
        AdoptionRefusedError: it must not be adopted.
    """
    wanted = record.training.current
    problems = [*owner_differences((record.project, record.environment, record.model), facts.tags)]
    if wanted is None:
        problems.append(f"no training of model {record.model!r} is wanted: deploy it first")
    else:
        problems += _job_differences(wanted, facts)
    problems += [
        f"generation {g.id} of model {record.model!r} holds it already"
        for g in record.training.generations
        if not g.gone and g.job_arn == facts.arn
    ]
    if wanted is None or problems:
        raise AdoptionRefusedError(_refusal(facts.arn, problems))
    record = next_training_attempt(record)
    adopted = record.training.generations[-1]
    return hand_over(
        replace(record, problem="").with_training(
            replace(
                adopted,
                job_name=facts.name,
                job_arn=facts.arn,
                status=facts.status,
                model_arn=facts.model_arn,
                model_seen=facts.model_status is not None,
                intended=True,
                intended_at=facts.created_at,
                tagged=user_tags(facts.tags),
            )
        )
    )


def adopt_endpoint(record: ModelRecord, facts: EndpointFacts) -> ModelRecord:
    """The record with this endpoint as the wanted one; the driver swaps the wanted model in if it serves another.

    Raises:
        AdoptionRefusedError: it must not be adopted.
    """
    problems = [*owner_differences((record.project, record.environment, record.model), facts.tags)]
    problems += _endpoint_differences(record, facts)
    problems += [
        f"generation {g.id} of model {record.model!r} holds it already"
        for g in record.endpoint.generations
        if not g.gone and g.arn == facts.arn
    ]
    if problems:
        raise AdoptionRefusedError(_refusal(facts.arn, problems))
    record = next_endpoint_attempt(record)
    adopted = record.endpoint.generations[-1]
    return hand_over(
        replace(record, problem="").with_endpoint(
            replace(
                adopted,
                name=facts.name,
                arn=facts.arn,
                status=facts.status,
                model_arn=facts.model_arn,
                committed_until=facts.committed_until,
                seen_in_service=facts.status == IN_SERVICE,
                intended=True,
                intended_at=facts.created_at,
                tagged=user_tags(facts.tags),
            )
        )
    )


def _job_differences(wanted: TrainingGeneration, facts: JobFacts) -> Iterator[str]:
    mine, its = wanted.settings, facts.settings
    base_models = [trained_from(str(s.get("baseModelIdentifier", ""))) for s in (mine, its)]
    yield from _difference("base model", *base_models)
    yield from _difference("customization type", mine.get("customizationType"), its.get("customizationType"))
    yield from _hyperparameter_differences(mine, its)
    yield from _difference("training dataset", _training_digest(mine), _training_digest(its))
    yield from _difference("validation dataset", _validation_digest(mine), _validation_digest(its))
    yield from _difference("key", mine.get("customModelKmsKeyId"), its.get("customModelKmsKeyId"))
    usable = facts.status == "InProgress" or (facts.status == "Completed" and facts.model_status == MODEL_ACTIVE)
    if not usable:
        model = f", its model {facts.model_status or 'is not there'}" if facts.status == "Completed" else ""
        yield f"status: wanted InProgress, or Completed with an Active model, it is {facts.status}{model}"


def _hyperparameter_differences(mine: Mapping[str, Any], its: Mapping[str, Any]) -> Iterator[str]:
    """Compared as values; one that is not given counts as the base model's default, which Bedrock may fill in."""
    given, found = mine.get("hyperParameters", {}), its.get("hyperParameters", {})
    try:
        parameters = catalog.find(str(mine.get("baseModelIdentifier", ""))).hyperparameters
    except catalog.UnknownBaseModelError:
        parameters = {}
    defaults = {name: str(p.default) for name, p in parameters.items()}
    for name in sorted({*given, *found}):
        values = [s.get(name, defaults.get(name)) for s in (given, found)]
        if _number(values[0]) != _number(values[1]):
            yield from _difference(f"hyperparameter {name}", *values)


def _endpoint_differences(record: ModelRecord, facts: EndpointFacts) -> Iterator[str]:
    wanted, training = record.endpoint.current, record.training.current
    if wanted is None:
        yield f"no endpoint of model {record.model!r} is wanted: deploy it first"
        return
    if record.endpoint.stopped:
        yield f"the bill of model {record.model!r} is stopped: run 'python -m ops resume' first"
    yield from _difference("serving", wanted.serving, facts.kind)
    if wanted.serving == "provisioned" == facts.kind:
        yield from _difference("model units", wanted.model_units, facts.model_units)
        yield from _difference("commitment", wanted.commitment, facts.commitment)
    identifier = str(training.settings.get("baseModelIdentifier", "")) if training else ""
    yield from _difference("base model", customization_id(identifier), customization_id(facts.base_model))
    if facts.status == FAILED:
        yield "status: wanted a working endpoint, it is Failed"


def _difference(what: str, wanted: object, found: object) -> Iterator[str]:
    if (wanted or "") != (found or ""):
        yield f"{what}: wanted {wanted or 'none'}, it has {found or 'none'}"


def _number(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return value


def _training_digest(settings: Mapping[str, Any]) -> str:
    return dataset_digest(settings.get("trainingDataConfig", {}).get("s3Uri", ""))


def _validation_digest(settings: Mapping[str, Any]) -> str:
    validators = settings.get("validationDataConfig", {}).get("validators", [])
    return dataset_digest(validators[0].get("s3Uri", "")) if validators else ""


def _refusal(arn: str, problems: list[str]) -> str:
    return "\n  ".join([f"{arn} cannot be adopted, nothing was changed:", *problems])
