"""`promote`: pin the model that is in service in one environment for the next, with the evidence and the approval."""

from pathlib import Path
from typing import Annotated

import typer

from ops import console, project
from ops.options import JsonOption, ModelOption
from ops.promotion import promoting, rendering, source, target
from ops.promotion.promoting import Approval, Promotion
from ops.session import Session, open_session


def promote(
    source_name: Annotated[str, typer.Option("--from", help="environment whose model in service is promoted")],
    to: Annotated[str | None, typer.Option("--to", help="environment; every one that takes it, if left out")] = None,
    model: ModelOption = None,
    approved_by: Annotated[str, typer.Option("--approved-by", help="who approved the promotion")] = "",
    reference: Annotated[str, typer.Option("--reference", help="URL of the pull request or ticket")] = "",
    propose: Annotated[
        bool, typer.Option("--propose", help="pin it without an approval, for the reviewer to add")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Verify the source's signed manifest and write it, and the target's pin, into the repository; deploys nothing."""
    session, known = open_session(source_name), project.load()
    chosen = project.choose_model(session.environment, model)
    promotions = run(session, known, to, chosen, Approval(approved_by, reference, propose))
    if as_json:
        console.print_json(
            {"from": source_name, "model": chosen, "promotions": list(map(rendering.document, promotions))}
        )
        return
    out = console.stdout()
    for promotion in promotions:
        for line in rendering.lines(promotion):
            out.print(line, soft_wrap=True, markup=False)
    if not promotions:
        out.print(f"nothing to do: no environment takes {chosen!r} from {source_name} (promotion.source)", markup=False)


def run(
    session: Session, known: project.Project, to: str | None, model: str, approval: Approval, folder: Path | None = None
) -> list[Promotion]:
    """Promote to one environment, or to each that takes the model from this one: to all of them, or to none.

    Raises:
        NotPromotableError: something is in the way.
    """
    targets = target.names(known, session.environment.name, model) if to is None else [to]
    for name in targets:
        target.case_of(known, name, model)  # a wrong target is told before AWS is asked
    if not targets:
        return []
    _, signed = source.find(session, model, folder)
    prepared = [promoting.prepare(session, known, name, model, signed, approval, folder) for name in targets]
    return [promoting.write(promotion, folder) for promotion in prepared]
