"""`retry`: try again what failed, under the next attempt number."""

from dataclasses import asdict

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import failure, is_drift
from finetuning.lifecycle.retrying import retry as next_attempt
from ops import console, project
from ops.commands.resume import is_rejected
from ops.errors import OperatorError
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.recovery.attempts import attempts, sentence
from ops.session import open_session
from ops.status.look import Lookout

#: Statuses of an execution that ended without having settled the model.
_DEAD = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})


class NothingToRetryError(OperatorError):
    """Nothing failed, or what failed cannot be tried again by itself."""


def retry(env: EnvironmentOption = None, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Start the next attempt of a failed job or endpoint, or the driver that gave up."""
    session = open_session(env)
    lookout = Lookout(session)
    registry = session.registry()
    chosen = project.choose_model(session.environment, model, lookout.models())
    before = registry.read(chosen)
    seen = lookout.observe(before)
    # A settled model has no execution to ask about.
    driver_status = None if before.settled else session.driver().status(before.in_charge)
    check(learn(before, seen), seen, driver_status)
    # What was just seen goes into the record first: the driver may have died before it could write it down.
    after = registry.update(chosen, lambda record: next_attempt(learn(record, seen), seen))
    session.drive(after)
    told = attempts(before, after, failure(before, seen) or before.problem)
    if as_json:
        console.print_json(asdict(told))
        return
    out = console.stdout()
    out.print(sentence(told), soft_wrap=True, markup=False)
    out.print("follow it with: python -m ops status --watch")


def check(record: ModelRecord, seen: Observed, driver_status: str | None) -> None:
    """Refuse to retry what did not fail, or what a new attempt cannot mend.

    Args:
        record: with what was just seen in it.
        seen: the look at it.
        driver_status: of the execution in charge.

    Raises:
        NothingToRetryError: there is nothing to retry.
    """
    why = failure(record, seen)
    if why and not attempts(record, next_attempt(record, seen), why).any:
        raise NothingToRetryError(f"{why}; a retry cannot mend that: {_fix(record, why)}")
    if not why and not record.problem and driver_status not in _DEAD:
        hint = "its bill is stopped: python -m ops resume" if record.endpoint.stopped else "see: python -m ops status"
        raise NothingToRetryError(f"nothing of model {record.model!r} failed; {hint}")


def _fix(record: ModelRecord, why: str) -> str:
    if is_rejected(record):
        return "python -m ops resume puts the model to the test again"
    return "python -m ops resume buys it again" if is_drift(why) else "mend the cause, then deploy again"
