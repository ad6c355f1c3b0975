"""Where a model is promoted to: what the target's configuration says, before anything is pinned for it."""

from collections.abc import Mapping
from dataclasses import replace

from configuration import promotions
from configuration.models import PromotionConfiguration
from configuration.pins import Pin
from configuration.rules import Case, pin_problems
from finetuning.problems import Problem
from ops import project
from ops.errors import UsageError
from ops.promotion.source import NotPromotableError, Signed


def names(known: project.Project, source: str, model: str) -> list[str]:
    """The environments whose model comes from a source."""
    return [name for name, environment in known.environments.items() if _source_of(environment, model) == source]


def case_of(known: project.Project, name: str, model: str) -> Case:
    """The model in the environment that it is promoted to; what is wrong elsewhere in it is a deployment's to say.

    Raises:
        UsageError: the environment or its model is unknown.
        NotPromotableError: the model is trained there, and not promoted.
        ConfigurationError: its promotion is not as it must be.
    """
    environment = project.find(known, name)
    raw = environment.models.get(model)
    if not isinstance(raw, Mapping):
        have = ", ".join(environment.models) or "none"
        raise UsageError(f"--to: environment {name!r} has no model {model!r}; it has: {have}")
    path = f"environments.{name}.models.{model}"
    if raw.get("promotion") is None:
        raise NotPromotableError(
            f"{path} is trained there, and not configured for promotion; give it promotion "
            '{"source": "<environment in which the model is judged>"} and leave out what says how to train'
        )
    fields = {"name": name, "account": environment.account, "region": environment.region}
    return promotions.case(fields, raw, path)


def promotion_of(case: Case) -> PromotionConfiguration:
    """The promotion of a case that has one."""
    if case.model.promotion is None:
        raise AssertionError(case.path)
    return case.model.promotion


def refusals(case: Case, project_name: str, model: str, signed: Signed, pin: Pin, *, propose: bool) -> list[Problem]:
    """Why a manifest cannot be pinned there, by the rules of a deployment.

    Args:
        case: the target.
        project_name: of the project.
        model: of the use case.
        signed: what is promoted.
        pin: as it would be written.
        propose: whether the approval is left to whoever reviews the pin.
    """
    if propose:
        promotion = promotion_of(case).model_copy(update={"approval": "none"})
        case = replace(case, model=case.model.model_copy(update={"promotion": promotion}))
    return list(pin_problems(case, project_name, model, replace(pin, digest=signed.digest)))


def _source_of(environment: project.Environment, model: str) -> str:
    raw = environment.models.get(model)
    promotion = raw.get("promotion") if isinstance(raw, Mapping) else None
    return str(promotion.get("source", "")) if isinstance(promotion, Mapping) else ""
