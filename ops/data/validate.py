"""`data validate`: every finding at once, before anything is paid."""

from typing import Annotated

import typer

from ops import console
from ops.data.atomic import replaced, require_writable
from ops.data.options import (
    BaseModelOption,
    BatchSizeOption,
    CustomizationTypeOption,
    DataEnvironmentOption,
    EpochsOption,
    FormatOption,
    SystemPromptOption,
    TestOption,
    ValidationOption,
    WaiveOption,
)
from ops.data.plan import Asked, Plan, make
from ops.errors import WRONG
from ops.options import JsonOption, ModelOption

#: What a report keeps of each rule and file.
MOST = 20


def validate(
    training: Annotated[
        str | None, typer.Argument(metavar="FILE", help="the training dataset: a file, s3://bucket/key, or -")
    ] = None,
    validation: ValidationOption = None,
    test: TestOption = None,
    base_model: BaseModelOption = None,
    customization_type: CustomizationTypeOption = None,
    source_format: FormatOption = None,
    system_prompt: SystemPromptOption = None,
    epochs: EpochsOption = None,
    batch_size: BatchSizeOption = None,
    waive: WaiveOption = None,
    env: DataEnvironmentOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="write the report as a page too")] = None,
    github: Annotated[bool, typer.Option("--github", help="annotate a pull request; on in GitHub Actions")] = False,
    most: Annotated[
        int, typer.Option("--max-findings", min=1, max=MOST, help="shown of each rule; JSON and page keep 20")
    ] = MOST,
) -> None:
    """Check a dataset against every rule, exactly as the deployment will; exit code 1 if it would be refused."""
    asked = Asked(
        {"training": training, "validation": validation, "test": test},
        base_model=base_model,
        customization_type=customization_type,
        source_format=source_format,
        system_prompt=system_prompt,
        epochs=epochs,
        batch_size=batch_size,
        waivers=waive or (),
        environment=env,
        model=model,
    )
    if not run(make(asked), as_json=as_json, html=html, annotate=github, most=most):
        raise typer.Exit(WRONG)


def run(plan: Plan, *, as_json: bool, html: str | None, annotate: bool, most: int) -> bool:
    """Check a dataset and tell what was found; returns whether it is good."""
    from finetuning.dataset.report import document
    from ops.data import checking, github, rendering

    if html:
        require_writable([html], [*plan.inputs.values()], force=True)
    report = checking.check(plan)
    told = document(report, epochs=plan.epochs)
    if html:
        from finetuning.dataset.presentation.html import render

        with replaced(html) as file:
            file.write(render(told).encode())
    if as_json:
        console.print_json(told)
    else:
        rendering.show(console.stdout(), told, plan, most)
        if html:
            console.stdout().print(f"the report as a page: {html}", soft_wrap=True)
    if annotate or github.is_actions():
        github.announce(report, plan.epochs, keep_stdout=as_json)
    return report.errors == 0
