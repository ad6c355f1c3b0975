"""The backstop: with it, everything converges within one period even if no event ever arrives (fault D01)."""

from typing import Protocol

from finetuning.errors import FineTuningError
from finetuning.lifecycle import JobObservation, ModelRecord
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.observation import JOB_AT_REST
from lambdas import log
from lambdas.registry import Registry


class SweepError(FineTuningError):
    """Some models could not be swept."""


class Jobs(Protocol):
    """Finds jobs."""

    def find(self, job_name: str) -> JobObservation | None:
        """The job of this name, or None."""


class Driver(Protocol):
    """Starts driver executions and knows how they are."""

    def start(self, model: str, execution: str) -> None:
        """Start the execution, unless one of that name runs or has run."""

    def status(self, execution: str) -> str | None:
        """The execution's status, or None when it was never started."""


class Parked(Protocol):
    """Wakes parked executions."""

    def wake(self, token: str) -> None:
        """Let the execution go on."""


class Sweep:
    """Looks at every model that is not settled."""

    def __init__(self, *, registry: Registry, jobs: Jobs, driver: Driver, parked: Parked) -> None:
        self._registry, self._jobs, self._driver, self._parked = registry, jobs, driver, parked

    def run(self) -> dict[str, str]:
        """Sweep once and return what was done, by model: `waiting`, `woken`, `started` or `restarted`.

        Raises:
            SweepError: for some models nothing could be done; the others have been swept.
        """
        done, failed = {}, []
        for record in self._registry.all():
            if record.settled:
                continue
            try:
                done[record.model] = self._settle(record)
            except Exception as error:
                log.error("not swept", model=record.model, error_type=type(error).__name__, error=str(error))
                failed.append(record.model)
        log.info("swept", **done)
        if failed:
            raise SweepError(f"could not sweep {', '.join(failed)}; the log has the reasons")
        return done

    def _settle(self, record: ModelRecord) -> str:
        status = self._driver.status(record.execution)
        if status == "RUNNING":
            return self._wake(record)
        if status is None:
            self._driver.start(record.model, record.execution)
            return "started"
        # The execution ended and left work behind, so its name is spent (fault D07).
        following = self._registry.update(record.model, lambda r: hand_over(r) if r == record else r)
        self._driver.start(following.model, following.execution)
        return "restarted"

    def _wake(self, record: ModelRecord) -> str:
        generation = record.training.current
        job = self._jobs.find(generation.job_name) if generation and record.parked_token else None
        if job is None or job.status not in JOB_AT_REST:
            return "waiting"
        self._parked.wake(record.parked_token)
        return "woken"
