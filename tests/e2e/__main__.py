"""`python -m tests.e2e`: the first deploy on a real account, as a script; `make e2e-aws` runs it."""

import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

import boto3

from tests.e2e import clone, shareable
from tests.e2e.commands import Shell
from tests.e2e.journey import travel
from tests.e2e.settings import RefusedError, read
from tests.project_copy import ROOT


def main() -> int:
    """Run the script; 0 if everything went well and nothing is left, 2 if it does not begin."""
    try:
        settings = read(os.environ, ROOT / "e2e-report")
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    clients: Any = boto3.Session(region_name=settings.region)
    with tempfile.TemporaryDirectory(prefix="e2e-") as folder:
        place = Path(folder) / "clone"
        clone.make(place, settings)
        regions = {"AWS_REGION": settings.region, "AWS_DEFAULT_REGION": settings.region}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        shell = Shell(place, {**os.environ, **regions, "PATH": path}, _say)
        journey = travel(shell, settings, clients.client, float(os.environ.get("E2E_LOOK_SECONDS", "15")))
        written = shareable.save(settings.report, place, settings, journey, shell.done)
    print(f"report without account ids: {written}")
    for left in journey.remains:
        print(f"STILL THERE, and it may cost money: {left}", file=sys.stderr)
    if journey.failure:
        print(f"failed: {journey.failure}", file=sys.stderr)
    return 1 if journey.failure or journey.remains else 0


def _say(line: str) -> None:
    print(line, flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """As Ctrl-C: what was deployed is removed before the script ends."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
