"""`retry`: try again what failed, under the next attempt number."""

from dataclasses import asdict, dataclass

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.observation import learn
from finetuning.lifecycle.outcome import failure
from finetuning.lifecycle.retrying import retry as next_attempt
from ops import console, project
from ops.errors import OperatorError
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.session import open_session
from ops.status.look import Lookout

#: Statuses of an execution that ended without having settled the model.
_DEAD = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})


class NothingToRetryError(OperatorError):
    """Nothing failed, or what failed cannot be tried again by itself."""


@dataclass(frozen=True)
class Retried:
    """What will be tried: the names that changed; both empty when only the driver is started again."""

    model: str
    failure: str
    job_name: str
    endpoint_name: str
    execution: str


def retry(env: EnvironmentOption = None, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Start the next attempt of a failed job or endpoint, or the driver that gave up."""
    session = open_session(env)
    lookout = Lookout(session)
    registry, driver = session.registry(), session.driver()
    chosen = project.choose_model(session.environment, model, lookout.models())
    before = registry.read(chosen)
    seen = lookout.observe(before)
    # A settled model has no execution to ask about.
    driver_status = None if before.settled else driver.status(before.execution)
    check(learn(before, seen), seen, driver_status)
    # What was just seen goes into the record first: the driver may have died before it could write it down.
    after = registry.update(chosen, lambda record: next_attempt(learn(record, seen)))
    driver.start(chosen, after.execution)
    told = retried(before, after, failure(before, seen) or before.problem)
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
    if why and not _can_be_mended(record):
        fix = "change a hyperparameter, which makes another model, or destroy and deploy the model's stack"
        raise NothingToRetryError(f"{why}; a retry cannot mend that: {fix}")
    if not why and not record.problem and driver_status not in _DEAD:
        raise NothingToRetryError(f"nothing of model {record.model!r} failed; see: python -m ops status")


def retried(before: ModelRecord, after: ModelRecord, why: str) -> Retried:
    """What a retry changed."""
    job = after.training.current if after.training.current_id != before.training.current_id else None
    endpoint = after.endpoint.current if after.endpoint.current_id != before.endpoint.current_id else None
    return Retried(
        model=after.model,
        failure=why,
        job_name=job.job_name if job else "",
        endpoint_name=endpoint.name if endpoint else "",
        execution=after.execution,
    )


def sentence(told: Retried) -> str:
    """What will be tried, in a sentence."""
    because = f" (failed: {told.failure})" if told.failure else ""
    if told.job_name:
        return f"trying customization job {told.job_name}{because}"
    if told.endpoint_name:
        return f"trying endpoint {told.endpoint_name}{because}"
    return f"starting driver execution {told.execution} again{because}"


def _can_be_mended(record: ModelRecord) -> bool:
    training, endpoint = record.training.current, record.endpoint.current
    job_failed = training is not None and training.status in {"Failed", "Stopped"}
    return job_failed or (endpoint is not None and bool(endpoint.failure))
