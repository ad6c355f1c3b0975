"""`data stats`: what a dataset is made of, whatever is wrong with it."""

from typing import Annotated

import typer

from ops import console
from ops.data.options import BaseModelOption, EpochsOption, FormatOption, SystemPromptOption
from ops.data.plan import Asked, make
from ops.errors import WRONG
from ops.options import JsonOption


def stats(
    file: Annotated[str, typer.Argument(metavar="FILE", help="a file, s3://bucket/key, or -")],
    base_model: BaseModelOption = None,
    source_format: FormatOption = None,
    system_prompt: SystemPromptOption = None,
    epochs: EpochsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show records, tokens, turns and the estimated billed tokens; exit code 1 if bad records are left out.

    A file in which no record can be found, such as a compressed one, has no numbers: the first error says why.
    """
    from finetuning.dataset.report import document
    from ops.data import checking, records, rendering

    asked = Asked(
        {"training": file},
        base_model=base_model,
        source_format=source_format,
        system_prompt=system_prompt,
        epochs=epochs,
    )
    plan = make(asked)
    report = checking.check(plan, inspections=())
    told = document(report, epochs=plan.epochs)
    (split,) = report.splits
    bad = split.records - split.written_records
    if as_json:
        console.print_json(told["summary"])
    elif split.records or not split.errors:
        out = console.stdout()
        out.print(rendering.base_model(plan), soft_wrap=True)
        out.print()
        rendering.show_figures(out, told, plan)
    if split.errors and not split.records:
        console.complain(str(records.first_error(split)))
        raise typer.Exit(WRONG)
    if bad:
        console.stderr().print(f"{bad:,} records with errors are left out; see: python -m ops data validate {file}")
        raise typer.Exit(WRONG)
