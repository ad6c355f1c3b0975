"""`demo`: the main job on the embedded AWS."""

import typer

from ops.demo.run import run
from ops.options import JsonOption


def demo(as_json: JsonOption = False) -> None:
    """Deploy to the embedded AWS, train on the sample, serve, ask: the main job, from nothing."""
    raise typer.Exit(run(as_json=as_json))
