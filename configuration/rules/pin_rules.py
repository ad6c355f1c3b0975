"""Rules for a pinned manifest: it must be of this model, judged, approved, and fit where it goes."""

from collections.abc import Iterator, Mapping
from typing import Any

from configuration.models import PromotionConfiguration
from configuration.pins import FOLDER, MANIFESTS, Pin
from configuration.rules import copy_rules
from configuration.rules.case import Case
from finetuning import catalog, customization
from finetuning.hyperparameters import InvalidHyperparametersError
from finetuning.manifest import Manifest
from finetuning.problems import Problem
from finetuning.promotion.checks import objections
from finetuning.promotion.comparison import comparable, left_out


def problems(case: Case, project: object, model: str, pin: Pin) -> Iterator[Problem]:
    """Yield why a pinned manifest cannot be promoted to where it is pinned.

    Args:
        case: the model that it is pinned for.
        project: name of the project.
        model: name of the use case.
        pin: whose digest fits its content.
    """
    promotion = case.model.promotion
    if promotion is None:
        return
    where, manifest = f"{FOLDER.name}/{MANIFESTS}/{pin.digest}.json", pin.manifest
    yield from _origin_problems(case, project, model, promotion, manifest, where)
    yield from _verdict_problems(promotion, manifest, where)
    yield from _approval_problems(case, model, promotion, pin)
    yield from _base_model_problems(case, manifest)
    if promotion.method == "copy":
        yield from copy_rules.problems(case, manifest)
    if promotion.method == "retrain":
        yield from _training_differences(case, manifest)
        yield from _comparison_problems(promotion, manifest, where)


def promote_command(source: str, target: str, model: str) -> str:
    """Return the command that pins the model that is in service in an environment."""
    return (
        f"python -m ops promote --from {source or '<source>'} --to {target} --model {model} "
        "--approved-by <who approved> --reference <URL of the pull request or ticket>"
    )


def _origin_problems(
    case: Case, project: object, model: str, promotion: PromotionConfiguration, manifest: Manifest, where: str
) -> Iterator[Problem]:
    command = promote_command(promotion.source, case.environment.name, model)
    expected = {"project": project, "model": model, "environment": promotion.source}
    for field, value in expected.items():
        if value and (found := getattr(manifest, field)) != value:
            yield Problem(where, f"is of {field} {found!r}, and {value!r} is expected here", f"run: {command}")
    if promotion.method != "swap" or not (case.environment.account and case.environment.region):
        return
    here = {"account": case.environment.account, "Region": case.environment.region}
    there = {"account": manifest.account, "Region": manifest.region}
    wrong = [kind for kind in here if here[kind] != there[kind]]
    if wrong:
        yield Problem(
            f"{case.path}.promotion.method",
            f"'swap' serves the very model, which is in {_places(there, wrong)}, and this environment is in "
            f"{_places(here, wrong)}",
            "choose method 'retrain' (another model, trained from the same data and judged anew), or 'copy' where the "
            "catalog says that AWS can",
        )


def _verdict_problems(promotion: PromotionConfiguration, manifest: Manifest, where: str) -> Iterator[Problem]:
    verdict = manifest.verdict
    if verdict is None or verdict.mode == "disabled":
        found = "has no verdict" if verdict is None else "was judged with gate.mode 'disabled'"
        yield Problem(
            where, f"its model {found}, and only a judged model is promoted", _judge_first(promotion, manifest)
        )
    for reasons in objections(manifest):
        yield Problem(
            where,
            f"its model did not pass the quality gate: {reasons}",
            "promote a model that passed, and leave this pin",
        )


def _approval_problems(case: Case, model: str, promotion: PromotionConfiguration, pin: Pin) -> Iterator[Problem]:
    missing = [field for field in ("approved_by", "reference") if not getattr(pin, field).strip()]
    if promotion.approval != "required" or not missing:
        return
    name = f"{FOLDER.name}/{case.environment.name}.{model}.json"
    yield Problem(
        name,
        f"{' and '.join(missing)} must say who approved the promotion and where: promotion.approval is 'required'",
        f"have somebody approve it, run: {promote_command(promotion.source, case.environment.name, model)}; then "
        f"commit {name} and {FOLDER.name}/{MANIFESTS}/{pin.digest}.json, and have the pull request reviewed",
    )


def _base_model_problems(case: Case, manifest: Manifest) -> Iterator[Problem]:
    given = case.model.training.base_model
    if not given or case.base_model is None:
        return  # another problem names it
    custom = catalog.custom_model_arn(given)
    is_same = custom == manifest.base_model if custom else _name_of(manifest.base_model) == _name_of(given)
    if not is_same:
        yield Problem(
            f"{case.path}.training.base_model",
            f"is {given!r}, and the manifest's model was trained from {manifest.base_model!r}",
            f"write {manifest.base_model!r}, or promote a model of {given!r}",
        )


def _training_differences(case: Case, manifest: Manifest) -> Iterator[Problem]:
    """Yield each field in which the training that is configured differs from the manifest's."""
    training, path = case.model.training, f"{case.path}.training"
    if training.customization_type and training.customization_type != manifest.customization_type:
        message = f"is {training.customization_type!r}, and the manifest's model had {manifest.customization_type!r}"
        yield Problem(f"{path}.customization_type", message, f"write {manifest.customization_type!r}")
    if case.base_model is None or not training.customization_type:
        return
    try:
        here = customization.job_hyperparameters(training.customization_type, case.base_model, training.hyperparameters)
    except InvalidHyperparametersError:
        return  # other problems name them
    yield from _differences(f"{path}.hyperparameters", here, manifest.hyperparameters)


def _differences(path: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[Problem]:
    for name in sorted({*here, *there}):
        if here.get(name) == there.get(name):
            continue
        found = f"is {here[name]!r}" if name in here else "is missing"
        wanted = f"was trained with {there[name]!r}" if name in there else "was trained with the base model's default"
        fix = f"write {there[name]!r}" if name in there else "remove it"
        yield Problem(f"{path}.{name}", f"{found}, and the manifest's model {wanted}", fix)


def _comparison_problems(promotion: PromotionConfiguration, manifest: Manifest, where: str) -> Iterator[Problem]:
    """A model that is trained again and agrees with nothing never passes: say so before it is paid for."""
    if comparable(manifest):
        return
    message, fix = "has no evaluated metrics to compare a retrained model with", _judge_first(promotion, manifest)
    if names := left_out(manifest):
        gate = f"environments.{promotion.source or manifest.environment}.models.{manifest.model}.gate"
        message = f"{message}, only {', '.join(names)}: time and dollars are not compared, nor what has no value"
        fix = f"let {gate} judge a metric of the answers too, deploy it, and promote again when its model has passed"
    yield Problem(where, message, fix)


def _judge_first(promotion: PromotionConfiguration, manifest: Manifest) -> str:
    source = promotion.source or manifest.environment
    return (
        f"give environments.{source}.models.{manifest.model} an evaluation and gate.mode 'enabled', deploy it, and "
        "promote again when its model has passed"
    )


def _name_of(identifier: str) -> str:
    try:
        return catalog.find(identifier).customization_id
    except catalog.UnknownBaseModelError:
        return identifier


def _places(place: Mapping[str, str], kinds: list[str]) -> str:
    return " and ".join(f"{kind} {place[kind]}" for kind in kinds)
