"""`data push`: checked files into the environment's data bucket, and the URIs to configure."""

from typing import Annotated

import typer

from ops import console
from ops.data.options import DataEnvironmentOption, TestOption, ValidationOption, WaiveOption
from ops.errors import WRONG
from ops.options import JsonOption, ModelOption


def push(
    training: Annotated[str | None, typer.Argument(metavar="FILE", help="the training dataset")] = None,
    validation: ValidationOption = None,
    test: TestOption = None,
    env: DataEnvironmentOption = None,
    model: ModelOption = None,
    waive: WaiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check files, upload them, and print the version-pinned URIs to configure; without files, those of cdk.json.

    What is there already with the same content is not uploaded again.
    """
    from finetuning.dataset.report import document
    from ops.data import pushing, rendering
    from ops.data.validate import MOST
    from ops.session import open_session

    session = open_session(env)
    files = {"training": training, "validation": validation, "test": test}
    wanted = pushing.prepare(session, files, model, waive or ())
    report, uploads = pushing.run(session, wanted)
    told = document(report, epochs=wanted.plan.epochs)
    screen = console.stderr() if as_json else console.stdout()
    if report.findings:
        rendering.show(screen, told, wanted.plan, MOST)
    if as_json:
        console.print_json(pushing.document(wanted, told, uploads))
    else:
        for line in pushing.lines(wanted, told, uploads):
            screen.print(line, soft_wrap=True, markup=False)
    if report.errors:
        raise typer.Exit(WRONG)
