"""The guard's deletion waits for the driver, then refuses while anything bought is alive.

It is deleted before everything else in the Control stack, so that the driver still runs when it refuses.
"""

import time
from collections.abc import Callable

from finetuning.errors import FineTuningError
from finetuning.lifecycle.outcome import bought
from lambdas import log
from lambdas.registry import Registry
from lambdas.responder import Answer, CustomResourceRequest

POLL_SECONDS = 2.0


class StillAliveError(FineTuningError):
    """Something that was bought is still there."""


class LifecycleGuard:
    """The resource behind `Custom::LifecycleGuard`."""

    def __init__(
        self,
        *,
        registry: Registry,
        wait_seconds: int,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry, self._wait_seconds, self._pause, self._clock = registry, wait_seconds, pause, clock

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Nothing to do: the guard acts when it is deleted."""
        return Answer(request.physical_id or request.allocated_id)

    def delete(self, request: CustomResourceRequest) -> None:
        """Wait until every model is settled and nothing bought is left.

        Raises:
            StillAliveError: something is left after the wait, or nobody is about to delete it; the message lists it.
        """
        deadline = self._clock() + self._wait_seconds
        while True:
            records = list(self._registry.all())
            alive = [f"{item} of model {record.model}" for record in records for item in bought(record)]
            is_settled = all(record.settled for record in records)
            if is_settled or self._clock() >= deadline:
                break
            log.info("guard waits", alive=alive)
            self._pause(POLL_SECONDS)
        if alive:
            raise StillAliveError(
                f"still there{self._since(is_settled)}: {'; '.join(alive)}; destroy the Model stacks first, wait until "
                "'python -m ops status' shows nothing, then destroy this stack again; a custom model that another "
                "environment holds goes when that one lets go of it: 'held' in the status names it"
            )

    def _since(self, is_settled: bool) -> str:
        if is_settled:
            return ", and the driver has nothing left to do"
        return f" after {self._wait_seconds} s, and the driver is still at it"
