"""`wait`: until a model is evaluated, serves, or has nothing left to do; for a CI that must not go on before."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console

from configuration import choice
from ops import console, errors, project
from ops.commands.status import INTERVAL, LOCAL_INTERVAL
from ops.errors import UNREACHABLE, WRONG, UsageError
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.session import open_session
from ops.status import rendering
from ops.status.judging import report
from ops.status.look import Lookout
from ops.status.milestones import Milestone, Outcome, Progress, progress
from ops.status.report import ModelReport

#: Exit code when the time is over: nothing is wrong, and waiting again goes on where it stopped.
NOT_IN_TIME = UNREACHABLE
#: A sign of life at least this often, so that a CI does not take the step for dead.
_SILENCE_SECONDS = 300.0
#: Looks in a row that may fail on the way to AWS before waiting is given up; a wait lasts for hours.
_LOST_LOOKS = 10


@dataclass(frozen=True)
class Waited:
    """One model at the last look."""

    model: str
    outcome: Outcome
    state: str
    reasons: tuple[str, ...]
    line: str


def wait(
    env: EnvironmentOption = None,
    model: ModelOption = None,
    until: Annotated[
        Milestone, typer.Option("--until", help="what to wait for; `served` includes the watch on the alarms")
    ] = Milestone.SERVED,
    minutes: Annotated[float, typer.Option("--minutes", help="how long at most; more than 0")] = 60.0,
    as_json: JsonOption = False,
) -> None:
    """Wait until a model is evaluated, serves or is settled.

    Exit code 1 if that will not happen, 3 if it has not happened in time.
    """
    if not minutes > 0:
        raise UsageError(f"--minutes: must be more than 0, got {minutes:g}")
    session = open_session(env)
    lookout = Lookout(session)
    models = [project.choose_model(session.environment, model, lookout.models())] if model else None
    names = models or sorted(session.environment.models)
    interval = LOCAL_INTERVAL if choice.is_loopback(os.environ.get("AWS_ENDPOINT_URL")) else INTERVAL
    out = console.stderr() if as_json else console.stdout()
    waiting = Waiting(lambda name: looked(lookout, name, until), out, interval)
    found = waiting.wait(names, minutes * 60)
    if as_json:
        place = {"project": session.project, "environment": session.environment.name, "until": until}
        console.print_json(place | {"models": [asdict(each) for each in found]})
    for each in found:
        _tell(out, each, until, minutes)
    raise typer.Exit(exit_code(found))


def looked(lookout: Lookout, model: str, until: Milestone) -> Waited:
    """Look at one model now."""
    look = lookout.look(model)
    now = report(look)
    return standing(now, progress(until, look, now))


def standing(now: ModelReport, how: Progress) -> Waited:
    """Say how a model stands; what is waited for may wait for somebody: an approval, an alarm that goes off."""
    waits = tuple(now.troubles[kind] for kind in ("approval", "stuck") if kind in now.troubles)
    reasons = waits if how.outcome == Outcome.WAITING else how.reasons
    return Waited(now.model, how.outcome, str(now.state), reasons, rendering.line(now))


def exit_code(found: Sequence[Waited]) -> int:
    """1 if one of them will not come, 3 if one has not come in time."""
    outcomes = {each.outcome for each in found}
    if Outcome.FAILED in outcomes:
        return WRONG
    return NOT_IN_TIME if Outcome.WAITING in outcomes else 0


class Waiting:
    """Looks again and again, and says what changes."""

    def __init__(
        self,
        look: Callable[[str], Waited],
        out: Console,
        interval: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._look, self._out, self._interval, self._clock, self._sleep = look, out, interval, clock, sleep
        self._said: dict[str, str] = {}
        self._said_at = clock()
        self._lost = 0

    def wait(self, models: Sequence[str], seconds: float) -> list[Waited]:
        """Return how each model stands when all are decided or the time is over."""
        deadline = self._clock() + seconds
        found: dict[str, Waited] = {}
        while True:
            self._look_again(models, found)
            decided = len(found) == len(models) and all(w.outcome != Outcome.WAITING for w in found.values())
            if decided or self._clock() >= deadline:
                return [found.get(name) or _unseen(name) for name in models]
            self._sleep(min(self._interval, max(0.0, deadline - self._clock())))

    def _look_again(self, models: Sequence[str], found: dict[str, Waited]) -> None:
        try:
            for name in models:
                if name not in found or found[name].outcome == Outcome.WAITING:
                    found[name] = self._look(name)
        except errors.EXPECTED as error:
            self._lost += 1
            if not errors.is_unreachable(error) or self._lost > _LOST_LOOKS:
                raise
            why = errors.why_unreachable(error, os.environ.get("AWS_ENDPOINT_URL"))
            self._out.print(f"no answer from AWS, looking again: {why}", soft_wrap=True, markup=False)
            return
        self._lost = 0
        self._say(found)

    def _say(self, found: Mapping[str, Waited]) -> None:
        silent = self._clock() - self._said_at >= _SILENCE_SECONDS
        for name, each in found.items():
            if silent or self._said.get(name) != each.line:
                self._out.print(each.line, soft_wrap=True, markup=False)
                self._said[name], self._said_at = each.line, self._clock()


def _unseen(model: str) -> Waited:
    return Waited(model, Outcome.WAITING, "unknown", ("AWS did not answer",), f"{model}: AWS did not answer")


def _tell(out: Console, each: Waited, until: Milestone, minutes: float) -> None:
    reasons = "".join(f"\n  {reason}" for reason in each.reasons)
    if each.outcome == Outcome.REACHED:
        text = f"{each.model} is {until}"
    elif each.outcome == Outcome.FAILED:
        text = f"{each.model} will not be {until}; look closer with python -m ops status and python -m ops logs"
    else:
        text = f"{each.model} is not {until} after {minutes:g} minutes; the work goes on, wait again"
    out.print(text + reasons, soft_wrap=True, markup=False)
