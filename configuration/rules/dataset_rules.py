"""Rules for a dataset, as far as they can be judged without reading it."""

from collections.abc import Iterator

from configuration import dataset_files
from configuration.models import DatasetConfiguration
from configuration.rules.case import Case
from finetuning.catalog import BaseModel
from finetuning.dataset import purpose, waivers
from finetuning.dataset.conversion import convertible
from finetuning.problems import Problem

WITHOUT_SYSTEM_PROMPT = ("prompt-completion", "plain-text")


def problems(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with where a dataset is, how it is written, and what is waived."""
    dataset, path = case.model.training.dataset, f"{case.path}.training.dataset"
    keeps_data = case.environment.removal_policy == "retain"
    yield from dataset_files.problems(dataset, samples_only=keeps_data, path=path)
    yield from _only_in_s3(dataset, path)
    if case.base_model is not None and case.takes_customization:
        yield from _base_model_problems(case, case.base_model, path)
    for code, reason in dataset.waivers.items():
        for problem in waivers.waiver_problems(code, reason) if reason else ():
            yield Problem(f"{path}.waivers.{code}", problem.removeprefix(f"waiver {code}: "))


def _only_in_s3(dataset: DatasetConfiguration, path: str) -> Iterator[Problem]:
    """Yield what is said of buckets where all files are in the repository: those travel in the environment's own."""
    locations = [location for location in dataset.locations.values() if location]
    if not locations or any(map(dataset_files.is_s3, locations)):
        return
    for field, value in (("key_arn", dataset.key_arn), ("account", dataset.account)):
        if value:
            yield Problem(
                f"{path}.{field}",
                "is only for files in S3, and all files here are in the repository",
                "remove it, or give s3:// URIs",
            )


def _base_model_problems(case: Case, base_model: BaseModel, path: str) -> Iterator[Problem]:
    training = case.model.training
    dataset, held = training.dataset, purpose.held_to(base_model, training.customization_type)
    if dataset.format and not convertible(dataset.format, held.data_format):
        yield Problem(
            f"{path}.format",
            f"{training.customization_type} of {base_model.name} takes {held.data_format!r}, and {dataset.format!r} "
            "cannot be converted to it",
            "give other data, or another customization_type",
        )
    if dataset.validation is not None and not held.limits.takes_validation:
        yield Problem(
            f"{path}.validation",
            f"{training.customization_type} of {base_model.name} takes no validation dataset, by its documentation",
            "remove it; dataset.test keeps examples for evaluation",
        )
    yield from _content_problems(case, base_model, held, path)
    if not held.limits.known and "dataset" not in training.accept_unknown:
        yield Problem(
            path,
            f"what may be in a dataset for {base_model.name} is not documented as a whole, so not all of it is checked",
            "add 'dataset' to training.accept_unknown, or choose another base model",
        )


def _content_problems(case: Case, base_model: BaseModel, held: BaseModel, path: str) -> Iterator[Problem]:
    """Yield what examples cannot have in them, by the base model as datasets are held to it."""
    dataset = case.model.training.dataset
    if dataset.system_prompt and held.data_format in WITHOUT_SYSTEM_PROMPT:
        yield Problem(
            f"{path}.system_prompt",
            f"{base_model.name} is trained on {held.data_format!r}, which has no place for a system prompt",
            "remove it, or put it into the examples",
        )
    if dataset.media is not None and held.limits.media is None:
        yield Problem(
            f"{path}.media",
            f"{case.model.training.customization_type} of {base_model.name} takes text, without images and videos",
            "remove it",
        )
