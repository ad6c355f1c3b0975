"""`orphans`: what carries the owner tags and no record claims; `--remove` deletes it."""

from dataclasses import asdict
from typing import Annotated

import typer

from ops import console
from ops.confirming import confirm
from ops.errors import WRONG
from ops.options import EnvironmentOption, JsonOption, YesOption
from ops.recovery.removal import Removal, choose
from ops.session import open_session
from ops.status.attention import KINDS, day, orphan_report
from ops.status.look import Lookout


def orphans(
    env: EnvironmentOption = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="ARN to delete; may be given again")] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """List what carries the environment's owner tags and nobody claims; exit code 1 if there is anything left."""
    session = open_session(env)
    lookout = Lookout(session)
    found = lookout.orphans()
    chosen = choose(found, [thing.arn for thing in session.owned()] if remove else [], remove or [])
    if not as_json:
        out = console.stdout()
        if not found:
            claimed = "everything with its tags that is older than an hour is claimed"
            out.print(f"no orphan in environment {session.environment.name}: {claimed}", soft_wrap=True)
        for orphan in found:
            thing = orphan.thing
            head = f"{KINDS.get(thing.kind, thing.kind)} {thing.name} ({thing.status}), since {day(thing.created_at)}"
            out.print(f"{head}\n  {thing.arn}\n  {orphan.reason}", soft_wrap=True, markup=False)
    if chosen:
        confirm(f"Delete {', '.join(orphan.thing.arn for orphan in chosen)}?", yes=yes)
    removed = Removal(session.jobs(), session.endpoints(), session.holds()).remove(chosen)
    if as_json:
        console.print_json({"orphans": [asdict(orphan_report(o)) for o in found], "removed": removed})
    elif removed:
        console.stdout().print("\n".join(f"removed {arn}" for arn in removed), soft_wrap=True, markup=False)
    if len(removed) < len(found):
        raise typer.Exit(WRONG)
