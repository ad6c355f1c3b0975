"""Entry point of `python -m ops <command>`."""

import os
import sys
from collections.abc import Sequence

import typer

from ops import console, errors
from ops.commands.adopt import adopt
from ops.commands.approve import approve
from ops.commands.ask import ask
from ops.commands.cost import cost
from ops.commands.demo import demo
from ops.commands.evaluate import evaluate
from ops.commands.init import init
from ops.commands.leftovers import leftovers
from ops.commands.logs import logs
from ops.commands.orphans import orphans
from ops.commands.plan import plan
from ops.commands.preflight import preflight
from ops.commands.promote import promote
from ops.commands.rebuild import rebuild
from ops.commands.report import report
from ops.commands.resume import resume
from ops.commands.retry import retry
from ops.commands.rollback import rollback
from ops.commands.status import status
from ops.commands.stop import stop
from ops.commands.targets import targets
from ops.commands.wait import wait
from ops.data.app import app as data
from ops.models.app import app as models

#: What `--help` says below the list of commands.
_EXIT_CODES = (
    "Exit codes: 0 well, 1 something is wrong with what was asked about, 2 wrong usage, "
    "3 AWS is out of reach, an input cannot be read, or an output not written."
)

app = typer.Typer(
    name="python -m ops",
    help="The operator's command line.",
    epilog=_EXIT_CODES,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    init,
    preflight,
    plan,
    status,
    wait,
    report,
    logs,
    ask,
    evaluate,
    approve,
    rollback,
    promote,
    retry,
    stop,
    resume,
    orphans,
    cost,
    adopt,
    rebuild,
    leftovers,
    targets,
    demo,
):
    app.command()(command)
app.add_typer(data)
app.add_typer(models)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; expected errors become one message on stderr."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="python -m ops")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else errors.WRONG
    except errors.EXPECTED as error:
        message, code = errors.told(error, os.environ.get("AWS_ENDPOINT_URL"))
        console.complain(message)
        return code
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # lives until the process ends
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
