"""Rules for a model that comes from another environment: what its configuration may say."""

from collections.abc import Collection, Iterator

from configuration.models import PromotionConfiguration, TrainingConfiguration
from configuration.rules.case import Case
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

#: What a model that is not trained here may say of its training.
TAKEN_OVER = ("base_model", "keep_previous", "tags")


def problems(case: Case, environments: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with a promotion, and with a model that lacks its dataset.

    Args:
        case: whose promotion it is.
        environments: the names of all environments of the project.
    """
    promotion, training = case.model.promotion, case.model.training
    if case.lacks_dataset and (promotion is None or promotion.method == "retrain"):
        yield Problem(
            f"{case.path}.training.dataset",
            "is required",
            "add it, or take the model from another environment: promotion with method 'swap'",
        )
    if promotion is None:
        return
    yield from _source_problems(case, promotion, environments)
    if not case.trains:
        yield from _of_no_training(training, promotion, f"{case.path}.training")
        yield from _of_no_judging(case, promotion)
        if case.model.budget.max_usd_per_job is not None:
            message = f"means nothing with promotion.method {promotion.method!r}: no job is started"
            yield Problem(f"{case.path}.budget.max_usd_per_job", message, "remove it")
    if promotion.method == "retrain":
        yield from _retraining_problems(case)
    elif promotion.method and promotion.band != PromotionConfiguration.model_fields["band"].default:
        yield Problem(
            f"{case.path}.promotion.band",
            f"is only for method 'retrain', and method is {promotion.method!r}",
            "remove it",
        )


def _source_problems(case: Case, promotion: PromotionConfiguration, environments: Collection[str]) -> Iterator[Problem]:
    path, source, own = f"{case.path}.promotion.source", promotion.source, case.environment.name
    if source == own:
        yield Problem(
            path,
            f"is {source!r} itself: a model is promoted from the environment in which it was judged",
            "name another environment, or remove promotion and train here",
        )
    elif source and environments and source not in environments:
        others = [name for name in environments if name != own]
        fix = did_you_mean(source, others) or "name one of them"
        yield Problem(path, f"unknown environment {source!r}; known: {', '.join(others) or 'none'}", fix)


def _of_no_training(training: TrainingConfiguration, promotion: PromotionConfiguration, path: str) -> Iterator[Problem]:
    """Yield what is said of a training that does not happen: the model comes as it is."""
    for name, field in TrainingConfiguration.model_fields.items():
        if name in TAKEN_OVER or getattr(training, name) == field.get_default(call_default_factory=True):
            continue
        yield Problem(
            f"{path}.{name}",
            f"means nothing with promotion.method {promotion.method!r}: the model comes from "
            f"{promotion.source or 'another environment'} as it was trained; allowed: {', '.join(TAKEN_OVER)}",
            "remove it, or choose method 'retrain'",
        )


def _of_no_judging(case: Case, promotion: PromotionConfiguration) -> Iterator[Problem]:
    """Yield what is said of an evaluation that does not happen: the model's verdict is in its manifest."""
    judged = f"the model was judged in {promotion.source or 'its source'}, and its manifest has the verdict"
    if case.model.evaluation is not None:
        yield Problem(
            f"{case.path}.evaluation",
            f"means nothing with promotion.method {promotion.method!r}: {judged}",
            "remove it, or choose method 'retrain'",
        )
    if case.model.gate != type(case.model.gate)() and case.model.gate.mode:
        yield Problem(
            f"{case.path}.gate",
            f"means nothing with promotion.method {promotion.method!r}: {judged}",
            "remove it; endpoint.alarms watch the model after it went into service",
        )


def _retraining_problems(case: Case) -> Iterator[Problem]:
    """Yield why a retrained model would not be judged: it is another model, with evidence of its own."""
    if case.model.gate.mode in ("disabled", "dry_run"):
        yield Problem(
            f"{case.path}.gate.mode",
            f"must be 'enabled' with promotion.method 'retrain', got {case.model.gate.mode!r}: "
            "a retrained model is another one and has to agree with the manifest",
            "set it to 'enabled'",
        )
    if case.model.evaluation is None:
        yield Problem(
            f"{case.path}.evaluation",
            "is required with promotion.method 'retrain': the metrics are compared with the manifest's",
            "add the source environment's evaluation",
        )
