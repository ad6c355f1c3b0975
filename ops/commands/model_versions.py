"""`models history|show|diff`: the registry's model versions, the lineage of one, and what two differ in."""

from typing import Annotated

import typer

from finetuning.manifest import differences
from ops import console, project
from ops.models import lineage, versions
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.promotion import rendering
from ops.session import Session, open_session

_VERSION = "a generation, or the SHA-256 of a manifest (its first 8 digits are enough)"


def history(env: EnvironmentOption = None, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Show every version of a model: its job, verdict, manifest, approver, and which one is in service."""
    session, chosen = _session(env, model)
    found = versions.versions(session, chosen)
    if as_json:
        console.print_json({"environment": session.environment.name, "model": chosen, "versions": found})
        return
    out = console.stdout()
    if not found:
        out.print(f"{session.environment.name} remembers no version of {chosen!r}", markup=False)
        return
    out.print(versions.render(found))
    for line in versions.reasons(found):
        out.print(line, soft_wrap=True, markup=False)


def show(
    version: Annotated[str | None, typer.Argument(help=f"{_VERSION}; the one in service, if left out")] = None,
    env: EnvironmentOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the lineage of one version: base model, data, hyperparameters, job, evaluation, verdict and approver."""
    session, chosen = _session(env, model)
    found = lineage.find(session, chosen, version)
    if as_json:
        console.print_json(
            {
                "digest": found.digest,
                "promotion_approved_by": found.promotion_approved_by,
                "manifest": found.manifest.document(),
            }
        )
        return
    out = console.stdout()
    out.print(f"{chosen}: {found.manifest.environment}", markup=False)
    for line in rendering.lineage(found.manifest):
        out.print(line, soft_wrap=True, markup=False)
    out.print(f"  approved    by {found.manifest.approved_by or 'nobody yet'}", markup=False)
    if found.promotion_approved_by:
        out.print(f"  promoted    approved by {found.promotion_approved_by}", markup=False)
    out.print(f"  manifest    {found.digest or 'none was issued'}", soft_wrap=True, markup=False)


def diff(
    one: Annotated[str, typer.Argument(help=_VERSION)],
    other: Annotated[str, typer.Argument(help=_VERSION)],
    env: EnvironmentOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show field by field what two versions differ in, their metrics included."""
    session, chosen = _session(env, model)
    first, second = (lineage.find(session, chosen, version).manifest for version in (one, other))
    changes = differences(first, second)
    if as_json:
        console.print_json({"one": one, "other": other, "differences": [change._asdict() for change in changes]})
        return
    out = console.stdout()
    for line in lineage.lines(changes):
        out.print(line, soft_wrap=True, markup=False)
    if not changes:
        out.print("no difference")


def _session(env: str | None, model: str | None) -> tuple[Session, str]:
    session = open_session(env)
    known = frozenset(record.model for record in session.registry().all())
    return session, project.choose_model(session.environment, model, known)
