"""What each customization type asks for besides data: a teacher, a grader, hyperparameters of its own.

Source: Bedrock API reference, CreateModelCustomizationJob, ``customizationConfig``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from finetuning import hyperparameters as base_model_hyperparameters
from finetuning import rewards, teachers
from finetuning.base_model import BaseModel
from finetuning.problems import Problem

DISTILLATION, REINFORCEMENT = "DISTILLATION", "REINFORCEMENT_FINE_TUNING"


def uses_base_model_hyperparameters(customization_type: str) -> bool:
    """Return whether the hyperparameters are those that the catalog has for the base model.

    Those of a REINFORCEMENT_FINE_TUNING are its own, and none is documented for a DISTILLATION.
    """
    return customization_type not in (DISTILLATION, REINFORCEMENT)


def is_billed_by_training_tokens(customization_type: str) -> bool:
    """Return whether tokens times epochs is all that a job is billed for.

    A DISTILLATION is also billed for the teacher's answers, a REINFORCEMENT_FINE_TUNING for those that are graded.
    """
    return customization_type not in (DISTILLATION, REINFORCEMENT)


def problems(
    customization_type: str,
    base_model: BaseModel,
    *,
    teacher: Mapping[str, Any] | None,
    reward: Mapping[str, Any] | None,
    hyperparameters: Mapping[str, object],
    region: str,
    account: str,
    on: date,
    accept_unknown: Sequence[str] = (),
    is_custom_model: bool = False,
    path: str = "training",
) -> Iterator[Problem]:
    """Yield what is wrong with what only this customization type has.

    Args:
        customization_type: one that the base model takes; whether it does is not said here.
        base_model: that is customized.
        teacher: ``model`` and ``max_response_tokens`` of a DISTILLATION; None without.
        reward: ``function_arn`` of a REINFORCEMENT_FINE_TUNING; None without.
        hyperparameters: as configured; judged here only if they are not the base model's own.
        region: of the environment.
        account: of the environment.
        on: day on which the teacher's lifecycle is judged.
        accept_unknown: facts that the configuration relies on although AWS does not document them.
        is_custom_model: whether a custom model of that base model is trained further.
        path: of the section ``training`` in the configuration.
    """
    yield from _section_problems(customization_type, DISTILLATION, teacher, f"{path}.teacher")
    yield from _section_problems(customization_type, REINFORCEMENT, reward, f"{path}.reward")
    if is_custom_model and customization_type != "FINE_TUNING":
        message = f"a custom model can be trained further by FINE_TUNING, got {customization_type!r}"
        yield Problem(f"{path}.customization_type", message, "name a base model, or remove customization_type")
    if customization_type == DISTILLATION:
        if teacher is not None and DISTILLATION in base_model.customizations:
            yield from teachers.problems(base_model, teacher["model"], region, account, on, f"{path}.teacher.model")
        yield from _undocumented(hyperparameters, accept_unknown, path)
    elif customization_type == REINFORCEMENT:
        if reward is not None:
            yield from rewards.grader_problems(reward["function_arn"], region, account, f"{path}.reward.function_arn")
        yield from rewards.hyperparameter_problems(hyperparameters, f"{path}.hyperparameters")


def config(
    customization_type: str,
    *,
    teacher: Mapping[str, Any] | None,
    reward: Mapping[str, Any] | None,
    hyperparameters: Mapping[str, object],
) -> dict[str, Any] | None:
    """Return the ``customizationConfig`` of a job in which there are no ``problems``; None if its type has none."""
    if customization_type == DISTILLATION and teacher is not None:
        longest = teacher.get("max_response_tokens")
        limit = {} if longest is None else {"maxResponseLengthForInference": longest}
        return {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": teacher["model"], **limit}}}
    if customization_type == REINFORCEMENT and reward is not None:
        return {"rftConfig": rewards.config(reward["function_arn"], hyperparameters)}
    return None


def job_hyperparameters(
    customization_type: str, base_model: BaseModel, hyperparameters: Mapping[str, object]
) -> dict[str, str]:
    """Return the ``hyperParameters`` of a job in which there are no ``problems``: strings, in canonical spelling.

    Raises:
        InvalidHyperparametersError: a value is not acceptable for the base model.
    """
    if customization_type == REINFORCEMENT:
        return {}
    if customization_type == DISTILLATION:
        return base_model_hyperparameters.unchecked(hyperparameters)
    return base_model_hyperparameters.canonical(base_model, hyperparameters)


#: What a type needs a section for, with what its reader has to fill in.
_EXAMPLES = {
    DISTILLATION: '"teacher": {"model": "<the larger model that answers>"}',
    REINFORCEMENT: '"reward": {"function_arn": "<the Lambda function that grades the answers>"}',
}


def _section_problems(
    customization_type: str, owner: str, section: Mapping[str, Any] | None, path: str
) -> Iterator[Problem]:
    if customization_type == owner and section is None:
        yield Problem(path, f"is required with customization_type {owner!r}", f"add {_EXAMPLES[owner]}")
    if customization_type != owner and section is not None:
        yield Problem(path, f"is for customization_type {owner!r}, got {customization_type!r}", "remove it")


def _undocumented(values: Mapping[str, object], accept_unknown: Sequence[str], path: str) -> Iterator[Problem]:
    for name, value in values.items():
        yield from base_model_hyperparameters.unchecked_problems(name, value, f"{path}.hyperparameters.{name}")
    if values and "hyperparameters" not in accept_unknown:
        yield Problem(
            f"{path}.hyperparameters",
            f"no hyperparameter of {DISTILLATION} is documented, got {', '.join(values)}",
            'remove them, and Bedrock chooses; or add "hyperparameters" to training.accept_unknown, and they are '
            "handed on unchecked",
        )
