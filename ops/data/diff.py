"""`data diff`: what a new version of a dataset adds, removes and answers differently."""

from typing import Annotated

import typer

from ops import console
from ops.data.given import known_format
from ops.data.options import FormatOption
from ops.errors import WRONG
from ops.options import JsonOption


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="a file, s3://bucket/key, or -")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="a file, s3://bucket/key, or -")],
    source_format: FormatOption = None,
    most: Annotated[int, typer.Option("--lines", min=0, help="line numbers shown of each kind")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Compare two versions of a dataset by questions and answers; exit code 0 if they are the same, 1 if not.

    Neither the order of the records nor their format counts.
    """
    from ops.data import comparing

    known_format(source_format)
    found = comparing.run(old, new, source_format)
    if as_json:
        console.print_json(comparing.document(found))
    else:
        for line in comparing.lines(found, most):
            console.stdout().print(line, soft_wrap=True)
    if not found.difference.same:
        raise typer.Exit(WRONG)
