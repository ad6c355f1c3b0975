"""The options that several of the data commands share."""

from typing import Annotated

import typer

ValidationOption = Annotated[str | None, typer.Option("--validation", metavar="FILE", help="the validation dataset")]
TestOption = Annotated[str | None, typer.Option("--test", metavar="FILE", help="the test dataset")]
BaseModelOption = Annotated[
    str | None, typer.Option("--base-model", metavar="ID", help="whose rules apply: an id or alias of the catalog")
]
CustomizationTypeOption = Annotated[
    str | None,
    typer.Option("--customization-type", metavar="TYPE", help="what the dataset is for; FINE_TUNING without it"),
]
FormatOption = Annotated[
    str | None, typer.Option("--format", help="of the records; recognised from the first record without it")
]
SystemPromptOption = Annotated[
    str | None, typer.Option("--system-prompt", metavar="TEXT", help="given to every record that has none of its own")
]
EpochsOption = Annotated[int | None, typer.Option("--epochs", min=1, help="to estimate the billed tokens")]
BatchSizeOption = Annotated[
    int | None, typer.Option("--batch-size", min=1, help="of the training, which is judged beside the records")
]
DataEnvironmentOption = Annotated[
    str | None, typer.Option("--env", help="take what is not given from this environment of cdk.json")
]
WaiveOption = Annotated[
    list[str] | None,
    typer.Option("--waive", metavar='CODE="REASON"', help="let the findings of a rule pass; they are still shown"),
]
ForceOption = Annotated[bool, typer.Option("--force", help="replace files that exist")]
