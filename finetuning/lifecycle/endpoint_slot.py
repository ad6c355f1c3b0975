"""What the registry remembers of a model's endpoint: one generation for each endpoint that was wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

UNCERTAIN = "uncertain"
"""In place of an ARN: it is being written, or was by somebody who died over it."""

EVALUATION = "evaluation"
"""Purpose of an endpoint at which a candidate is judged, and in place of the physical id that it does not have."""


@dataclass(frozen=True)
class EndpointGeneration:
    """One wanted endpoint: provisioned throughput or an on-demand custom model deployment.

    Attributes:
        serving: "provisioned" or "on_demand".
        base_model: whose custom models it can serve; "" in records of before it was kept.
        model_units: number of model units (provisioned only).
        commitment: "none", "one_month" or "six_months" (provisioned only).
        approval: id of the approval without which no commitment is bought; "" without one (invariant I5).
        approved_until: when that approval ends, in epoch seconds.
        needs_approval: whether somebody has to approve each model before it serves.
        hourly_usd: what its model units cost an hour, in US dollars; None if the price is unknown.
        max_hourly_usd: what all provisioned throughput of the model may cost an hour; None without a cap.
        max_usd_per_month: what the model may cost in a month (see `caps`); None without a cap.
        idle_days: days without an invocation after which somebody is told; 0 for never.
        remove_idle: whether it then goes, unless it is committed.
        alarms: CloudWatch alarms that are watched after another model went into service.
        watch_seconds: how long they are.
        purpose: "serving", or "evaluation": no application calls it, and it goes with the verdict.
        judges: for an evaluation, the training generation whose model is judged.
        expires_at: for an evaluation, when it is given up, in epoch seconds.
        tagged: the user's tags that it carries; None: the same as `tags`.
        intended_at: when the purchase was last tried, in epoch seconds.
        swapped_at: when a swap was begun that no look has shown yet, in epoch seconds; 0 if there is none.
        swapping_to: the model that it was begun for, or "".
        committed_until: end of its commitment as last seen, in epoch seconds; before it cannot be deleted (fault C05).
        seen_in_service: it has been observed serving, so its absence later is drift and never a reason to buy again.
        invocations_read_at: when the metric of its invocations was last read, in epoch seconds (see `idleness`).
        idle_since: when it was first found without invocations, in epoch seconds; 0 while it is used.
    """

    id: str
    fingerprint: str
    attempt: int
    name: str
    physical_id: str
    serving: str
    model_units: int
    commitment: str
    tags: Mapping[str, str]
    base_model: str = ""
    approval: str = ""
    approved_until: float = 0.0
    needs_approval: bool = False
    hourly_usd: float | None = None
    max_hourly_usd: float | None = None
    max_usd_per_month: float | None = None
    idle_days: int = 0
    remove_idle: bool = False
    alarms: tuple[str, ...] = ()
    watch_seconds: int = 0
    purpose: str = "serving"
    judges: str = ""
    expires_at: float = 0.0
    tagged: Mapping[str, str] | None = None
    intended: bool = False
    intended_at: float = 0.0
    arn: str = ""
    status: str = ""
    model_arn: str = ""
    failure: str = ""
    swapped_at: float = 0.0
    swapping_to: str = ""
    committed_until: float = 0.0
    seen_in_service: bool = False
    invocations_read_at: float = 0.0
    idle_since: float = 0.0
    released: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Signal:
    """A CloudFormation wait condition that is told the outcome (wait mode)."""

    stack_id: str
    logical_id: str
    sent: bool = False


@dataclass(frozen=True)
class EndpointSlot:
    """What the endpoint resource owns.

    Attributes:
        stopped: an operator stopped the bill: nothing serves until an operator resumes, whatever is deployed.
        approvals: approval of a commitment → the generation that used it; each is good for one purchase.
        published_arn: what the pointer parameter says; `UNCERTAIN` while it is being written.
        published_at: when it was last begun to be written, in epoch seconds.
        published_model_arn: the model that the endpoint served when the pointer was written.
    """

    owner: str = ""
    physical_id: str = ""
    removed: bool = True
    handled: tuple[str, ...] = ()
    stopped: bool = False
    approvals: Mapping[str, str] = field(default_factory=dict)
    current_id: str = ""
    generations: tuple[EndpointGeneration, ...] = ()
    signal: Signal | None = None
    published_arn: str = ""
    published_at: float = 0.0
    published_model_arn: str = ""

    @property
    def current(self) -> EndpointGeneration | None:
        """The generation that CloudFormation wants, or None when it wants nothing."""
        return None if self.removed else self.find(self.current_id)

    @property
    def wanted(self) -> EndpointGeneration | None:
        """The generation that is to serve: the current one, unless an operator stopped the bill."""
        return None if self.stopped else self.current

    def find(self, generation_id: str) -> EndpointGeneration | None:
        """The generation with this id, or None."""
        return next((g for g in self.generations if g.id == generation_id), None)

    def unwanted(self, generation: EndpointGeneration) -> bool:
        """Whether it has to go: CloudFormation let go of it and it is not current, or an operator stopped the bill."""
        return self.stopped or (generation.released and (self.removed or generation.id != self.current_id))
