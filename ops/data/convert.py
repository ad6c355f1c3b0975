"""`data convert`: the records of a file in another format, all of them or, with `--keep-going`, the good ones."""

from typing import Annotated

import typer

from ops import console
from ops.data import target
from ops.data.atomic import STDOUT, require_writable
from ops.data.given import known_format
from ops.data.inputs import Input
from ops.data.options import ForceOption, FormatOption, SystemPromptOption
from ops.errors import WRONG, UsageError


def convert(
    source: Annotated[str, typer.Argument(metavar="IN", help="a file, s3://bucket/key, or -")],
    out: Annotated[str, typer.Argument(metavar="OUT", help="a file, or - for standard output")],
    to: Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="the format to write")] = None,
    base_model: Annotated[
        str | None, typer.Option("--base-model", metavar="ID", help="write what it takes, by its own rules")
    ] = None,
    source_format: FormatOption = None,
    system_prompt: SystemPromptOption = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="write the good records, and the others to OUT.rejects.jsonl")
    ] = False,
    rejects: Annotated[str | None, typer.Option("--rejects", metavar="FILE", help="not OUT.rejects.jsonl")] = None,
    force: ForceOption = False,
) -> None:
    """Convert a dataset to another format. One bad record, and nothing is written, unless --keep-going."""
    from ops.data.converting import Conversion, run

    known_format(source_format)
    chosen = target.find(to, base_model)
    reject_location = _reject_location(out, rejects) if keep_going else None
    origin = Input(source, source)
    require_writable([out, *([reject_location] if reject_location else [])], [origin], force=force)
    done = run(Conversion(origin, out, chosen, source_format, system_prompt, reject_location))
    screen = console.stderr() if out == STDOUT else console.stdout()
    for line in done.lines():
        screen.print(line, soft_wrap=True)
    if done.report.errors:
        raise typer.Exit(WRONG)


def _reject_location(out: str, given: str | None) -> str:
    if given:
        return given
    if out == STDOUT:
        raise UsageError("--keep-going with OUT '-' needs --rejects FILE for the records that are left out")
    return f"{out}.rejects.jsonl"
