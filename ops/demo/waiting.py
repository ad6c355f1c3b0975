"""Watching a model until it has come as far as a step of the demo wants."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ops.demo.failure import StepFailedError
from ops.project import Environment
from ops.session import Session
from ops.status import rendering
from ops.status.judging import report
from ops.status.look import Lookout
from ops.status.report import ModelReport, State

AFRESH = "or begin afresh: make down, then run it again"
LOOK = "look closer: . .local/environment.sh, then python -m ops status and python -m ops logs"
RETRY = "try again: python -m ops retry, then make demo"

#: Training and serving take seconds on the default clock; after this long something is stuck.
_LIMIT_SECONDS = 1800.0
_INTERVAL_SECONDS = 0.5
_DEAD = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})


@dataclass(frozen=True)
class Subject:
    """What the demo is about: an environment of the project and one of its models."""

    session: Session
    environment: Environment
    model: str


def watch(
    step: str, subject: Subject, is_done: Callable[[ModelReport], bool], show: Callable[[ModelReport], None]
) -> ModelReport:
    """Look at the model until it is done, and show each look.

    Raises:
        StepFailedError: what is wanted failed, the driver gave up, or it takes too long.
    """
    lookout = Lookout(subject.session)
    deadline = time.monotonic() + _LIMIT_SECONDS
    while True:
        now = report(lookout.look(subject.model))
        if is_done(now):
            return now
        why = trouble(now)
        if not why and time.monotonic() > deadline:
            why = f"not done after {_LIMIT_SECONDS / 60:.0f} minutes: {rendering.line(now)}"
        if why:
            raise StepFailedError(step, [why], [LOOK, RETRY, AFRESH])
        show(now)
        time.sleep(_INTERVAL_SECONDS)


def trouble(now: ModelReport) -> str:
    """Why it makes no sense to wait any longer, or ""."""
    if now.state in {State.FAILED, State.DRIFTED, State.REJECTED, State.UNRECORDED}:
        return now.failure
    if now.state == State.NOTHING:
        return f"nothing is wanted of model {now.model!r} although its stack is deployed"
    if now.driver_status in _DEAD and now.problem:
        return f"the driver gave up: {now.problem}"
    return ""
