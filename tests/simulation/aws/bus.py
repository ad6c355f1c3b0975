"""EventBridge's default bus as far as Bedrock's job states go: best effort, so events are hints and no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation.aws.things import Job
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World

Event = Mapping[str, Any]
DETAIL_TYPE = "Model Customization Job State Change"
PROMPT_SECONDS, LATE_SECONDS = 5.0, 4 * 3600.0


@dataclass
class BusRates:
    """How likely an event is dropped, doubled, late by hours (and so out of order), or followed by a stranger's."""

    drop: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    foreign: float = 0.0


class Bus:
    """Delivers job-state events to the rule's target.

    Attributes:
        rates: how bad it is.
        target: what the rule calls with each event; the rule's pattern is the target's to apply.
        sent: every event that was delivered, in order.
    """

    def __init__(self, world: World, variants: Variants) -> None:
        self._world, self._variants = world, variants
        self.rates = BusRates()
        self.target: Callable[[Event], None] = lambda event: None
        self.sent: list[Event] = []

    def tell(self, job: Job) -> None:
        """Emit an event about a job's state."""
        if job.status in {"InProgress", "Stopping"} and not self._variants.emits_progress:
            return
        random, rates = self._world.random, self.rates
        event = a_job_event(job.name, job.arn, job.status)
        if random.random() >= rates.drop:
            self._send(event)
            if random.random() < rates.duplicate:
                self._send(event)
        if random.random() < rates.foreign:
            self._send(a_job_event(f"somebody-{job.name}", f"{job.arn}x", job.status))

    def _send(self, event: Event) -> None:
        random = self._world.random
        most = LATE_SECONDS if random.random() < self.rates.late else PROMPT_SECONDS
        self._world.after(most * random.random(), lambda: self._deliver(event))

    def _deliver(self, event: Event) -> None:
        self.sent.append(event)
        self.target(event)


def a_job_event(job_name: str, job_arn: str, status: str) -> Event:
    """An event. Source: Bedrock User Guide, 'Monitor Amazon Bedrock job state changes': the field is `jobStatus`."""
    return {
        "source": "aws.bedrock",
        "detail-type": DETAIL_TYPE,
        "resources": [job_arn],
        "detail": {"version": "0.0", "jobName": job_name, "jobArn": job_arn, "jobStatus": status},
    }
