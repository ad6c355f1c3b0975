"""The commands of `python -m ops data`. What a command needs is imported when it runs: `--help` stays quick."""

import typer

from ops.data.convert import convert
from ops.data.diff import diff
from ops.data.push import push
from ops.data.split import split
from ops.data.stats import stats
from ops.data.validate import validate

app = typer.Typer(
    name="data",
    help="Check, convert, split, compare and upload datasets.",
    epilog="Exit codes: 0 well, 1 findings, 2 wrong usage, 3 an input or AWS cannot be read, or an output not written.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (validate, convert, split, stats, diff, push):
    app.command()(command)
