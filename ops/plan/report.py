"""Plans as one JSON document."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from configuration import Selection
from finetuning.cost import usd_per_month
from finetuning.lifecycle.causes import Causes
from finetuning.lifecycle.forecast import Forecast
from finetuning.lifecycle.rehearsal import Step
from ops.plan import sentences
from ops.plan.planning import ModelPlan

#: Version of the document's shape; it changes when a field is renamed or removed.
DOCUMENT_VERSION = 1


def document(selection: Selection, plans: Sequence[ModelPlan], *, deployed: bool) -> dict[str, Any]:
    """Return the plans of one environment; amounts are in US dollars, and null where a price is unknown."""
    environment = selection.environment
    return {
        "version": DOCUMENT_VERSION,
        "project": selection.project,
        "environment": environment.name,
        "account": environment.account,
        "region": environment.region,
        "deployed": deployed,
        "refused": any(plan.refusals for plan in plans),
        "models": [_model(plan) for plan in plans],
    }


def _model(plan: ModelPlan) -> dict[str, Any]:
    made = plan.forecast
    return {
        "model": plan.model,
        "configured": plan.is_configured,
        "refusals": plan.refusals,
        "problem": plan.problem,
        "dataset": _dataset(plan),
        "training": _training(plan, made) if made else None,
        "endpoint": _endpoint(plan, made) if made else None,
        "steps": [_step(plan, step) for step in made.steps] if made else [],
        "under_way": [_step(plan, step) for step in made.anyway] if made else [],
        "usd": _usd(plan, made) if made else None,
    }


def _dataset(plan: ModelPlan) -> dict[str, Any] | None:
    report = plan.dataset
    if report is None:
        return None
    return {
        "errors": report.errors,
        "warnings": report.warnings,
        "findings": [asdict(finding) for finding in report.findings if finding.severity == "error"],
        "splits": {
            split.split: {"sha256": split.digest, "records": split.records, "estimated_tokens": split.estimated_tokens}
            for split in report.splits
        },
    }


def _training(plan: ModelPlan, made: Forecast) -> dict[str, Any]:
    current = made.after.training.current
    return {
        "change": made.training,
        "job_name": _name(plan, current.job_name if current else ""),
        "estimated_tokens": plan.tokens,
        "epochs": plan.epochs,
        **_causes(made.training_causes),
    }


def _endpoint(plan: ModelPlan, made: Forecast) -> dict[str, Any]:
    current = made.after.endpoint.current
    return {
        "change": made.endpoint,
        "name": current.name if current else "",
        "serving": plan.endpoint.serving if plan.endpoint else "none",
        "model_units": plan.endpoint.model_units if plan.endpoint else 0,
        "commitment": plan.endpoint.commitment if plan.endpoint else "none",
        "stopped": made.after.endpoint.stopped,
        **_causes(made.endpoint_causes),
    }


def _causes(causes: Causes) -> dict[str, Any]:
    return {"causes": [asdict(c) for c in causes.another], "in_place": [asdict(c) for c in causes.in_place]}


def _step(plan: ModelPlan, step: Step) -> dict[str, Any]:
    return {
        "symbol": sentences.symbol(step),
        "action": step.action,
        "name": _name(plan, step.name),
        "custom_model": _name(plan, step.model),
        "after_approval": step.after_approval,
    }


def _name(plan: ModelPlan, name: str) -> str | None:
    """A name; None if it is known only after the deployment."""
    return None if name and name == plan.unknown_name else name


def _usd(plan: ModelPlan, made: Forecast) -> dict[str, Any]:
    after = made.money.hourly_after
    return {
        **asdict(made.money),
        "monthly_after": None if after is None else usd_per_month(after),
        "max_usd_per_job": plan.training.max_usd if plan.training else None,
        "max_hourly_usd": plan.endpoint.max_hourly_usd if plan.endpoint else None,
        "max_usd_per_month": plan.training.max_usd_per_month if plan.training else None,
    }
