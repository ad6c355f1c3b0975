"""What a promotion means, in lines for a person and as a JSON document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from finetuning.manifest import Manifest
from finetuning.promotion import RETRAIN
from finetuning.promotion.comparison import left_out
from ops.project import ROOT
from ops.promotion.promoting import Promotion


def lines(promotion: Promotion) -> Iterator[str]:
    """Yield what is promoted, what it replaces, and what to do next."""
    manifest = promotion.signed.manifest
    yield f"{promotion.model}: {manifest.environment} → {promotion.environment} ({promotion.method})"
    yield from lineage(manifest)
    if promotion.method == RETRAIN and (names := left_out(manifest)):
        yield f"  compared    the retrained model must agree with these metrics but {', '.join(names)}, which depend on"
        yield "              when and where a model is asked, or have no value"
    yield f"  manifest    {promotion.signed.digest}, signed by {promotion.signed_by}"
    yield f"  approved    {_approval(promotion)}"
    if promotion.replaces and promotion.replaces != promotion.signed.digest:
        yield f"  replaces    {promotion.replaces}"
        for change in promotion.changes:
            if change.path.startswith(("evaluation.metrics", "hyperparameters", "data", "base_model")):
                yield f"                {change.path}: {_shown(change.one)} → {_shown(change.other)}"
    if not promotion.written:
        yield "nothing to do: all of it is pinned already"
        return
    yield from (f"  written     {shown_path(path)}" for path in promotion.written)
    yield from _next(promotion)


def lineage(manifest: Manifest) -> Iterator[str]:
    """Yield what a model version is, came from and was judged to be."""
    yield f"  model       {manifest.custom_model_arn}"
    yield f"  generation  {manifest.generation} of {manifest.environment}, job {manifest.job.name}"
    values = ", ".join(f"{name} {value}" for name, value in manifest.hyperparameters.items()) or "defaults"
    yield f"  trained     {manifest.base_model}, {manifest.customization_type}, {values}"
    data = {name: getattr(manifest.data, name) for name in ("training", "validation", "test")}
    yield f"  data        {', '.join(f'{name} {digest[:12]}' for name, digest in data.items() if digest)}"
    verdict = manifest.verdict
    if verdict is None:
        yield "  verdict     none: it was not judged"
    else:
        said = "passed" if verdict.passed else f"did not pass: {'; '.join(verdict.reasons)}"
        yield f"  verdict     {said} (gate {verdict.mode})"
    for name, metric in (manifest.evaluation.metrics if manifest.evaluation else {}).items():
        yield f"              {name} {_shown(metric.value)} on {metric.records} records"


def document(promotion: Promotion) -> dict[str, Any]:
    """Return a promotion as a JSON document."""
    return {
        "environment": promotion.environment,
        "model": promotion.model,
        "method": promotion.method,
        "manifest": promotion.signed.digest,
        "signed_by": promotion.signed_by,
        "approved_by": promotion.approved_by,
        "reference": promotion.reference,
        "replaces": promotion.replaces,
        "changes": [change._asdict() for change in promotion.changes],
        "written": [shown_path(path) for path in promotion.written],
        "content": promotion.signed.manifest.document(),
    }


def shown_path(path: Path) -> str:
    """Return a path as it is best read: relative to the project where possible."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _approval(promotion: Promotion) -> str:
    if not promotion.approved_by:
        return "not yet: the target refuses the pin until approved_by and reference say who did"
    return f"by {promotion.approved_by} ({promotion.reference or 'no reference'})"


def _next(promotion: Promotion) -> Iterator[str]:
    files = " ".join(shown_path(path) for path in promotion.written)
    yield "next:"
    yield f"  git add {files}"
    yield f"  git commit -m 'Promote {promotion.model} to {promotion.environment}', and open a pull request"
    if not promotion.approved_by:
        yield "  whoever approves writes approved_by and reference into the pin"
    yield f"  once it is merged: cdk deploy --all -c env={promotion.environment}"


def _shown(value: object) -> str:
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
