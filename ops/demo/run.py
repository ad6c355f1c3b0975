"""One run of the demo: its steps in order, each timed; what is said when one fails or when it is interrupted."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.text import Text

from ops import console, errors
from ops.demo import embedded, failure, steps, summary
from ops.demo.failure import StepFailedError
from ops.demo.progress import Reporter, Step, reporter
from ops.demo.summary import Summary
from ops.demo.waiting import AFRESH
from ops.demo.workplace import Workplace
from ops.project import ROOT

#: Longer lines are hard to read, and a log file would otherwise be as wide as `ops.console` makes it.
_WIDEST = 100


def run(*, as_json: bool) -> int:
    """Run the demo and return its exit code.

    Raises:
        AlreadyRunningError: another demo runs.
    """
    out = console.stderr() if as_json else console.stdout()
    place = Workplace.of(os.environ)
    seconds: dict[str, float] = {}
    with _interruptible(), place.hold():
        out.print(Text(summary.HEADER, "italic"), width=min(out.width, _WIDEST))
        try:
            done = _steps(reporter(out), place, seconds)
        except StepFailedError as error:
            return _tell_failure(error, seconds, as_json=as_json)
        except errors.EXPECTED as error:
            message, _ = errors.told(error, os.environ.get("AWS_ENDPOINT_URL"))
            unexpected = StepFailedError(_last(seconds), message.splitlines(), [AFRESH])
            return _tell_failure(unexpected, seconds, as_json=as_json)
        except KeyboardInterrupt:
            _tell_interruption(out, _last(seconds))
            return errors.INTERRUPTED
        if as_json:
            console.print_json(summary.document(done))
        else:
            width = min(out.width, _WIDEST)
            out.print(summary.render(done, width), width=width)
        return 0


def _steps(progress: Reporter, place: Workplace, seconds: dict[str, float]) -> Summary:
    @contextmanager
    def timed(name: str) -> Iterator[Step]:
        begun = time.monotonic()
        seconds[name] = 0.0
        try:
            with progress.step(name) as step:
                yield step
        finally:
            seconds[name] = time.monotonic() - begun

    with timed(steps.START) as step:
        steps.start(step, place)
        subject = steps.subject()
    with timed(steps.BOOTSTRAP) as step:
        steps.bootstrap(step, place, subject.environment)
    with timed(steps.DEPLOY) as step:
        deployment = steps.deploy(step, place)
    with timed(steps.TRAIN) as step:
        steps.train(step, subject)
    with timed(steps.SERVE) as step:
        model = steps.serve(step, subject)
    with timed(steps.ASK) as step:
        comparison = steps.ask(step, subject)
    return Summary(summary.stacks_of(subject), deployment.unchanged, model, comparison, seconds)


def _last(seconds: dict[str, float]) -> str:
    return next(reversed(seconds), steps.START)


def _tell_failure(error: StepFailedError, seconds: dict[str, float], *, as_json: bool) -> int:
    if error.step != steps.START and _state().returncode == embedded.NOT_RUNNING:
        why = ["the embedded AWS has ended; see .local/server.log", *error.why]
        error = StepFailedError(error.step, why, ["begin afresh: make demo"], error.log)
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
    out.print("go on where it stopped: make demo")


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
