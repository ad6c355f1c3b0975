"""Rules for how a candidate is judged: what is asked for can be measured, and what is required can be met."""

import math
from collections.abc import Iterator

from configuration import prices
from configuration.dataset_files import PROJECT_ROOT
from configuration.models import EvaluationConfiguration, GateConfiguration, ThresholdConfiguration
from configuration.rules import range_rules, schema_rules
from configuration.rules.case import Case
from finetuning import catalog
from finetuning.evaluation import custom
from finetuning.evaluation.metrics import registry
from finetuning.evaluation.metrics.labels import PRECISION, RECALL
from finetuning.evaluation.statistics import least_provable_loss
from finetuning.problems import Problem

PRICED = "usd_per_1k_requests"
_LABELLED = ("accuracy", "macro_f1")


def problems(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with an evaluation, a quality gate, and the alarms that watch afterwards."""
    yield from _alarm_problems(case)
    if not case.trains:
        return  # a rule of promotions refuses both
    if case.model.evaluation is not None:
        yield from _evaluation_problems(case, case.model.evaluation, f"{case.path}.evaluation")
    yield from _gate_problems(case, case.model.gate, f"{case.path}.gate")


def _evaluation_problems(case: Case, evaluation: EvaluationConfiguration, path: str) -> Iterator[Problem]:
    if evaluation.preset and case.model.training.dataset.test is None:
        yield Problem(
            f"{case.path}.training.dataset.test",
            "is required with an evaluation: records that the job never sees",
            "add it; python -m ops data split makes one of the training dataset",
        )
    if case.model.endpoint.serving == "none" and case.base_model and "on_demand" not in case.base_model.serving:
        yield Problem(
            path,
            f"nothing can be asked: endpoint.serving is 'none', and custom models of {case.base_model.name} are not "
            "served on demand",
            "choose another serving path, or remove the evaluation",
        )
    judge = evaluation.judge.model if evaluation.judge else None
    for field, other in (("larger_model", evaluation.larger_model), ("judge.model", judge)):
        if other and case.base_model and _is_same(other, case):
            yield Problem(
                f"{path}.{field}",
                f"is the base model itself ({case.base_model.name}), which says nothing about the candidate",
                "name a larger model, or remove it",
            )
    names = {f"{path}.metrics": evaluation.metrics}
    yield from _metric_problems(case, evaluation, names)
    yield from schema_rules.problems(evaluation, case.model.gate, path)
    if evaluation.labels and evaluation.preset not in ("classification", ""):
        message = f"is only for preset 'classification', and preset is {evaluation.preset!r}"
        yield Problem(f"{path}.labels", message, "remove it")


def _is_same(identifier: str, case: Case) -> bool:
    try:
        return catalog.find(identifier) is case.base_model
    except catalog.UnknownBaseModelError:
        return False  # larger models and judges need not be in the catalog


def _metric_problems(
    case: Case, evaluation: EvaluationConfiguration, names: dict[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """Yield the names, by their path, that are no metrics, or none that can be had here."""
    for path, given in names.items():
        for name in given:
            if (unknown := registry.problem(name)) is not None:
                yield Problem(path, unknown)
            elif name.startswith(custom.PREFIX):
                yield from _custom_problems(name, path)
            elif name.startswith((PRECISION, RECALL, *_LABELLED)) and evaluation.preset not in ("classification", ""):
                yield Problem(path, f"{name!r} is a metric of classifications", "choose preset 'classification'")
            elif name == registry.JUDGE_METRIC and evaluation.judge is None:
                yield Problem(path, f"{name!r} needs a judge", "add evaluation.judge")
            elif name == PRICED and not _has_prices(case):
                yield Problem(
                    path,
                    f"{name!r} needs the prices of {case.model.training.base_model!r} on demand",
                    f"give {case.environment_path}.prices.<base model>.input_usd_per_1k_tokens and "
                    f"output_usd_per_1k_tokens, from {prices.PRICE_PAGE}",
                )


def _custom_problems(name: str, path: str) -> Iterator[Problem]:
    file = f"{custom.FOLDER}/{name.removeprefix(custom.PREFIX)}.py"
    if not name.removeprefix(custom.PREFIX).isidentifier():
        yield Problem(path, f"{name!r}: the name of a Python file has letters, digits and _ only", "rename it")
    elif not (PROJECT_ROOT / file).is_file():
        yield Problem(path, f"{name!r}: there is no {file}", "write it, with score(answer, reference) -> float")


def _has_prices(case: Case) -> bool:
    if case.base_model is None:
        return True  # another problem names it
    given = prices.of(case.environment, case.base_model)
    return given.input_usd_per_1k_tokens is not None and given.output_usd_per_1k_tokens is not None


def _gate_problems(case: Case, gate: GateConfiguration, path: str) -> Iterator[Problem]:
    judged = [*gate.thresholds, *gate.no_regression]
    evaluation = case.model.evaluation
    if evaluation is None:
        if judged:
            field = "thresholds" if gate.thresholds else "no_regression"
            yield Problem(
                f"{path}.{field}",
                "needs an evaluation, which measures it; without one only the training's losses are judged",
                "add evaluation with a preset, or remove it",
            )
        return
    by_path = {f"{path}.thresholds.{name}": (name,) for name in gate.thresholds}
    yield from _metric_problems(case, evaluation, {**by_path, f"{path}.no_regression": gate.no_regression})
    if gate.mode == "enabled" and not judged:
        yield Problem(
            f"{path}.thresholds",
            "is required with mode 'enabled' and an evaluation: without it every model that answers would pass",
            "say what metrics have to reach, name some in no_regression, or choose mode 'dry_run'",
        )
    if gate.mode != "disabled" and gate.min_records > evaluation.max_records:
        yield Problem(
            f"{path}.min_records",
            f"is {gate.min_records}, and at most {evaluation.max_records} records are asked (evaluation.max_records): "
            "no model could pass",
            "lower it, or raise evaluation.max_records",
        )
    for name, threshold in gate.thresholds.items():
        yield from _threshold_problems(threshold, evaluation, f"{path}.thresholds.{name}")
        yield from range_rules.problems(name, threshold, f"{path}.thresholds.{name}")
        yield from _provable(name, threshold, case, f"{path}.thresholds.{name}.max_loss_to_champion")
    if gate.no_regression and "champion" not in evaluation.baselines:
        yield _not_compared(f"{path}.no_regression", "champion")


def _threshold_problems(
    threshold: ThresholdConfiguration, evaluation: EvaluationConfiguration, path: str
) -> Iterator[Problem]:
    given = {
        name: value for name in ThresholdConfiguration.model_fields if (value := getattr(threshold, name)) is not None
    }
    if not given:
        yield Problem(path, f"requires nothing; allowed: {', '.join(ThresholdConfiguration.model_fields)}", "add one")
    low, high = given.get("min", -math.inf), given.get("max", math.inf)
    if low > high:
        yield Problem(f"{path}.min", f"is {low}, and max is {high}: no model could pass", "correct one of them")
    if "min_gain_over_base" in given and "base" not in evaluation.baselines:
        yield _not_compared(f"{path}.min_gain_over_base", "base")
    if "max_loss_to_champion" in given and "champion" not in evaluation.baselines:
        yield _not_compared(f"{path}.max_loss_to_champion", "champion")


def _provable(name: str, threshold: ThresholdConfiguration, case: Case, path: str) -> Iterator[Problem]:
    """Yield that so few records cannot exclude so small a loss, even if the candidate answers like the champion."""
    evaluation, loss = case.model.evaluation, threshold.max_loss_to_champion
    if evaluation is None or loss is None or not registry.is_share(name):
        return
    confidence = case.model.gate.confidence
    least = least_provable_loss(evaluation.max_records, confidence)
    if loss < least:
        yield Problem(
            path,
            f"is {loss}, and {evaluation.max_records} records (evaluation.max_records) can exclude a loss of "
            f"{least:.3f} at best, with confidence {confidence}: no model could pass",
            "allow more, ask more records, or name the metric in gate.no_regression, which refuses a certain loss",
        )


def _not_compared(path: str, baseline: str) -> Problem:
    message = f"compares with the {baseline}, which evaluation.baselines leaves out"
    return Problem(path, message, f"add {baseline!r} to evaluation.baselines, or remove it")


def _alarm_problems(case: Case) -> Iterator[Problem]:
    endpoint, path = case.model.endpoint, f"{case.path}.endpoint"
    if endpoint.alarms and endpoint.serving == "none":
        yield Problem(f"{path}.alarms", "means nothing with serving 'none': nothing goes into service", "remove it")
    default = type(endpoint).model_fields["watch_minutes"].default
    if not endpoint.alarms and endpoint.watch_minutes != default and not math.isnan(endpoint.watch_minutes):
        yield Problem(f"{path}.watch_minutes", "is only for endpoint.alarms, and there are none", "remove it")
