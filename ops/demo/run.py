"""One run of a demonstration: what is said when a step fails or when it is interrupted."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.text import Text

from ops import console, errors
from ops.demo import embedded, failure, steps
from ops.demo.browsing import browse, may_open
from ops.demo.failure import StepFailedError
from ops.demo.progress import reporter
from ops.demo.stages import Demonstration, Stages
from ops.demo.waiting import AFRESH
from ops.demo.workplace import Workplace
from ops.project import ROOT

#: Longer lines are hard to read, and a log file would otherwise be as wide as `ops.console` makes it.
_WIDEST = 100


def run(demonstration: Demonstration, *, as_json: bool) -> int:
    """Perform a demonstration and return its exit code.

    Raises:
        AlreadyRunningError: another demo runs.
    """
    out = console.stderr() if as_json else console.stdout()
    place = Workplace.of(os.environ)
    stages = Stages(reporter(out))
    with _interruptible(), place.hold():
        out.print(Text(demonstration.header, "italic"), width=min(out.width, _WIDEST))
        try:
            done = demonstration.perform(stages, place)
        except StepFailedError as error:
            return _tell_failure(error, stages.seconds, as_json=as_json)
        except errors.EXPECTED as error:
            message, _ = errors.told(error, os.environ.get("AWS_ENDPOINT_URL"))
            unexpected = StepFailedError(stages.last(steps.START), message.splitlines(), [AFRESH])
            return _tell_failure(unexpected, stages.seconds, as_json=as_json)
        except KeyboardInterrupt:
            _tell_interruption(out, stages.last(steps.START))
            return errors.INTERRUPTED
        if as_json:
            console.print_json(done.document)
        else:
            width = min(out.width, _WIDEST)
            out.print(done.render(width), width=width)
            if done.page is not None and may_open(os.environ, is_terminal=out.is_terminal):
                browse(done.page)
        return 0


def _tell_failure(error: StepFailedError, seconds: dict[str, float], *, as_json: bool) -> int:
    if error.step != steps.START and _state().returncode == embedded.NOT_RUNNING:
        why = ["the embedded AWS has ended; see .local/server.log", *error.why]
        error = StepFailedError(error.step, why, ["begin afresh: run it again"], error.log)
    console.complain(failure.message(error))
    if as_json:
        console.print_json({"seconds": dict(seconds), "failed": error.step, "why": list(error.why)})
    return errors.WRONG


def _tell_interruption(out: Console, step: str) -> None:
    out.print(f"\ninterrupted during {step}")
    state = _state()
    if state.returncode == embedded.NOT_RUNNING:
        out.print("nothing is left running")
    else:
        out.print(f"{state.stdout.strip()} Nothing else is; work that it has begun goes on inside it.", soft_wrap=True)
        out.print("stop it: make down")
    out.print("go on where it stopped: run it again")


def _state() -> subprocess.CompletedProcess[str]:
    """How the embedded AWS is, in its own words."""
    return subprocess.run(embedded.STATUS, cwd=ROOT, capture_output=True, text=True, check=False)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Make SIGINT, SIGTERM and SIGHUP end the demo in the same orderly way.

    A shell starts background jobs with SIGINT ignored, so that one is set as well.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
