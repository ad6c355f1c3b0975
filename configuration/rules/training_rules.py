"""Rules for the customization job: what the catalog knows of the base model."""

from collections.abc import Iterator
from datetime import date

from configuration.rules.case import Case
from configuration.sections.values import MAX_TAGS
from finetuning import catalog, customization, hyperparameters
from finetuning.catalog import BaseModel
from finetuning.problems import Problem

FINE_TUNING = "FINE_TUNING"


def problems(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with a customization job."""
    training, path = case.model.training, f"{case.path}.training"
    if case.base_model is not None and case.trains:
        yield from _base_model_problems(case, case.base_model, path)
    elif case.base_model is None and training.base_model:
        yield _unknown(training.base_model, f"{path}.base_model")
    if case.base_model is not None and case.trains and case.takes_customization:
        yield from _customization_problems(case, case.base_model, path)
        if customization.uses_base_model_hyperparameters(training.customization_type):
            yield from _hyperparameter_problems(case, case.base_model, path)
    if len(together := {**case.environment.tags, **training.tags}) > MAX_TAGS:
        message = f"a job may have {MAX_TAGS} tags besides the owner tags, got {len(together)} with the environment's"
        yield Problem(f"{path}.tags", message, "remove some of them")


def _unknown(identifier: str, path: str) -> Problem:
    try:
        catalog.find(identifier)
    except catalog.UnknownBaseModelError as error:
        return Problem(path, str(error))
    raise AssertionError(identifier)


def _base_model_problems(case: Case, base_model: BaseModel, path: str) -> Iterator[Problem]:
    kind: str = case.model.training.customization_type
    region = case.environment.region
    refusal = base_model.problem_with_new_jobs(case.on)
    if refusal is not None:
        choices = [f"{model.customization_id} ({' or '.join(model.regions)})" for model in catalog.living(case.on)]
        yield Problem(f"{path}.base_model", refusal, f"choose one of {', '.join(choices)}")
    if kind and kind not in base_model.customization_types:
        allowed = ", ".join(base_model.customization_types)
        yield Problem(
            f"{path}.customization_type",
            f"must be one of {allowed} for {base_model.name}, got {kind!r}",
            _elsewhere(kind, case),
        )
        kind = FINE_TUNING
    regions = base_model.customization_regions(kind) if kind else ()
    if refusal is None and region and regions and region not in regions:
        yield Problem(
            f"{path}.base_model",
            f"{base_model.name} can be {_WORDS[kind]} in {', '.join(regions)}, and the environment is in {region!r}",
            "change the environment's region or the base model",
        )


_WORDS = {
    FINE_TUNING: "fine-tuned",
    "CONTINUED_PRE_TRAINING": "pre-trained further",
    "DISTILLATION": "distilled into",
    "REINFORCEMENT_FINE_TUNING": "fine-tuned by reinforcement",
}


def _customization_problems(case: Case, base_model: BaseModel, path: str) -> Iterator[Problem]:
    """Yield what is wrong with what only one customization type has; a section with mistakes is not judged again."""
    training, environment = case.model.training, case.environment
    teacher, reward = training.teacher, training.reward
    if not (environment.region and environment.account):
        return
    found = customization.problems(
        training.customization_type,
        base_model,
        teacher=None if teacher is None else dict(teacher),
        reward=None if reward is None else dict(reward),
        hyperparameters=training.hyperparameters,
        region=environment.region,
        account=environment.account,
        on=case.on,
        accept_unknown=training.accept_unknown,
        is_custom_model=catalog.custom_model_arn(training.base_model) is not None,
        path=path,
    )
    passed_over = []
    if teacher is not None and not teacher.model:
        passed_over.append(f"{path}.teacher")
    if reward is not None and not reward.function_arn:
        passed_over.append(f"{path}.reward")
    yield from (problem for problem in found if not problem.path.startswith(tuple(passed_over)))


def _elsewhere(kind: str, case: Case) -> str:
    """Say which base models take a customization type today."""
    able = [model.customization_id for model in catalog.living(case.on) if _can_begin(model, kind, case.on)]
    return f"base models with {kind}: {', '.join(able)}" if able else f"no base model takes {kind} today"


def _can_begin(model: BaseModel, kind: str, on: date) -> bool:
    found = model.customizations.get(kind)
    return found is not None and (not found.teachers or any(teacher.is_alive(on) for teacher in found.teachers))


def _hyperparameter_problems(case: Case, base_model: BaseModel, path: str) -> Iterator[Problem]:
    training = case.model.training
    yield from hyperparameters.check(
        base_model,
        training.hyperparameters,
        has_validation=training.dataset.validation is not None,
        accept_unknown="hyperparameters" in training.accept_unknown,
        path=f"{path}.hyperparameters",
    )
