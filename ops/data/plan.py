"""What a command works on: files, base model and settings, from the command line, then from `cdk.json`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from configuration import choice, dataset_files, messages
from configuration.models import TrainingConfiguration
from finetuning import catalog, object_keys
from finetuning.base_model import BaseModel
from finetuning.customization import is_billed_by_training_tokens
from finetuning.dataset.purpose import held_to
from ops import project
from ops.data.given import find_base_model, known_customization_type, known_format, parse_waivers
from ops.data.inputs import Input
from ops.errors import UsageError

#: The base model of the environments with a real account in the shipped `cdk.json`.
DEFAULT_BASE_MODEL = "amazon.nova-lite-v1:0:300k"


@dataclass(frozen=True)
class Asked:
    """What the command line says; None, and no waivers, where it says nothing."""

    files: Mapping[str, str | None]
    base_model: str | None = None
    customization_type: str | None = None
    source_format: str | None = None
    system_prompt: str | None = None
    epochs: int | None = None
    batch_size: int | None = None
    waivers: Sequence[str] = ()
    environment: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        base_model: whose rules apply, as they are for the customization type.
        chosen_by: who chose it, for people.
        inputs: by split, in the order training, validation, test.
        waivers: code → reason.
        environment: of `cdk.json`, if one was asked for.
        model: a use case of that environment.
    """

    base_model: BaseModel
    chosen_by: str
    inputs: Mapping[str, Input]
    source_format: str | None
    system_prompt: str | None
    epochs: int
    epochs_by: str
    batch_size: int | None
    waivers: Mapping[str, str] = field(default_factory=dict)
    environment: str | None = None
    model: str | None = None


def make(asked: Asked) -> Plan:
    """Return what is to be done: the command line wins over `cdk.json`, which wins over defaults.

    Raises:
        UsageError: with all problems; no file is given nor configured.
        UnknownBaseModelError: the catalog does not have it.
    """
    environment, model, configured = _configured(asked)
    waivers = parse_waivers(asked.waivers)
    known_format(asked.source_format)
    known_customization_type(asked.customization_type)
    base_model, chosen_by = _base_model(asked, configured, f"{environment}.{model}")
    kind = _customization_type(asked, configured)
    epochs, epochs_by = _epochs(asked, configured, base_model, kind)
    dataset = configured.dataset if configured else None
    parameters = configured.hyperparameters if configured else {}
    return Plan(
        base_model=held_to(base_model, kind),
        chosen_by=chosen_by if kind == "FINE_TUNING" else f"{chosen_by}, for {kind}",
        inputs=_inputs(asked, configured),
        source_format=asked.source_format or (dataset.format if dataset else None),
        system_prompt=asked.system_prompt or (dataset.system_prompt if dataset else None),
        epochs=epochs,
        epochs_by=epochs_by,
        batch_size=asked.batch_size or _whole(parameters.get("batchSize")),
        waivers=(dataset.waivers if dataset else {}) | waivers,
        environment=environment,
        model=model,
    )


def _configured(asked: Asked) -> tuple[str | None, str | None, TrainingConfiguration | None]:
    """The environment, the model and its training section, if `cdk.json` is asked at all."""
    if asked.environment is None and asked.model is None:
        return None, None, None
    known = project.load()
    name = asked.environment
    if name is None and choice.is_loopback(os.environ.get("AWS_ENDPOINT_URL")):
        name = choice.LOCAL
    if name is None:
        raise UsageError(f"--model {asked.model} needs --env with one of {', '.join(known.environments)}")
    environment = project.find(known, name)
    model = project.choose_model(environment, asked.model)
    return name, model, _training(environment.models[model], f"environments.{name}.models.{model}.training")


def _training(raw: Any, path: str) -> TrainingConfiguration:
    """The section by itself: the account need not be known, nor AWS be in reach, to check files."""
    section = raw.get("training") if isinstance(raw, dict) else None
    try:
        return TrainingConfiguration.model_validate(section)
    except ValidationError as error:
        problems = messages.problems(TrainingConfiguration, error, path)
        raise UsageError("\n".join(map(str, problems))) from error


def _base_model(asked: Asked, configured: TrainingConfiguration | None, path: str) -> tuple[BaseModel, str]:
    if asked.base_model:
        return find_base_model(asked.base_model), "--base-model"
    if configured:
        return catalog.find(configured.base_model), f"{path} of cdk.json"
    return catalog.find(DEFAULT_BASE_MODEL), "the default; choose another with --base-model, or with --env and --model"


def _customization_type(asked: Asked, configured: TrainingConfiguration | None) -> str:
    return asked.customization_type or (configured.customization_type if configured else "FINE_TUNING")


def _epochs(
    asked: Asked, configured: TrainingConfiguration | None, base_model: BaseModel, kind: str
) -> tuple[int, str]:
    if not is_billed_by_training_tokens(kind):
        return 1, f"{kind} is billed for more than these"
    if asked.epochs:
        return asked.epochs, "--epochs"
    given = _whole(configured.hyperparameters.get("epochCount")) if configured else None
    if given:
        return given, "cdk.json"
    parameter = base_model.hyperparameters.get("epochCount")
    return (int(parameter.default) if parameter else 1), "the base model's default"


def _whole(value: object) -> int | None:
    """A hyperparameter as a number; what is no number is judged at synth and not here."""
    try:
        return int(str(value))
    except ValueError:
        return None


def _inputs(asked: Asked, configured: TrainingConfiguration | None) -> dict[str, Input]:
    """The files by split: each from the command line, else from `cdk.json`, as `cdk deploy -c` takes them."""
    inputs = {}
    locations = configured.dataset.locations if configured else {}
    for split in object_keys.SPLITS:
        if (given := asked.files.get(split)) is not None:
            inputs[split] = Input(given, given)
        elif split in locations:
            inputs[split] = _configured_input(locations[split])
    if not inputs:
        raise UsageError("name a file, an s3:// URI or '-', or --env and --model to take the files of cdk.json")
    return inputs


def _configured_input(location: str) -> Input:
    is_uri = dataset_files.is_s3(location)
    return Input(location, location if is_uri else str(dataset_files.local_file(location)))
