"""`demo`: the main job on the embedded AWS, or what keeps bad data out of it."""

from typing import Annotated

import typer

from ops.demo.main_job import MAIN_JOB
from ops.demo.refusal import REFUSAL
from ops.demo.run import run
from ops.options import JsonOption

PoisonedOption = Annotated[
    bool, typer.Option("--poisoned", help="deploy a sample full of mistakes, and see it refused")
]


def demo(as_json: JsonOption = False, poisoned: PoisonedOption = False) -> None:
    """Deploy to the embedded AWS, train on the sample, serve, ask: the main job, from nothing."""
    raise typer.Exit(run(REFUSAL if poisoned else MAIN_JOB, as_json=as_json))
