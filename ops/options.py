"""The options that several commands share."""

from typing import Annotated

import typer

EnvironmentOption = Annotated[
    str | None, typer.Option("--env", help="environment of cdk.json; `local` when AWS_ENDPOINT_URL is on this machine")
]
ModelOption = Annotated[str | None, typer.Option("--model", help="a use case; the only one when there is one")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON document to stdout, and nothing else")]
YesOption = Annotated[bool, typer.Option("--yes", help="do not ask")]
