"""What the registry remembers of one model: two slots (training and endpoint) and the driver in charge.

A *slot* is what one custom resource owns. A *generation* is one wanted state of a slot: its fingerprint plus an
attempt number. The intent to buy is written before each purchase and its outcome after it, so a crash between the
two is found again by the name, which derives from the generation alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

SCHEMA_VERSION = 2
"""Version of the stored document; older ones are migrated, a newer one is refused (see `migrations`)."""

UNCERTAIN = "uncertain"
"""In place of an ARN: it is being written, or was by somebody who died over it."""


@dataclass(frozen=True)
class TrainingGeneration:
    """One wanted customization job and the custom model that it makes.

    Attributes:
        id: `<first 10 hex digits of the fingerprint>-<attempt>`, unique within the model for ever.
        settings: what the fingerprint stands for, in CreateModelCustomizationJob's terms (see `requests`).
        tags: the user's tags; owner tags are added when something is bought.
        physical_id: the physical resource id under which CloudFormation knows this generation.
        keep_previous: how many completed models before this one are kept for rollback while it is the current one.
        tagged: the user's tags that the job and its model carry; None: the same.
        intended: true from just before the purchase: a job of this name may exist and is ours.
        intended_at: when the purchase was last tried, in epoch seconds.
        status: the last seen job status, or "" before the first look.
        ended_at: when the job was first seen at rest, in epoch seconds; 0 before.
        model_seen: its custom model has been seen, so that its absence later means that somebody deleted it.
        released: CloudFormation has let go of it (clean-up after a replacement, or removal).
        condemned: its model is about to be deleted; from then on it cannot be wanted again.
        gone: nothing bought remains: the job is at rest and no custom model of it exists.
    """

    id: str
    fingerprint: str
    attempt: int
    job_name: str
    physical_id: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    keep_previous: int = 1
    tagged: Mapping[str, str] | None = None
    intended: bool = False
    intended_at: float = 0.0
    job_arn: str = ""
    status: str = ""
    ended_at: float = 0.0
    failure: str = ""
    model_arn: str = ""
    model_seen: bool = False
    released: bool = False
    condemned: bool = False
    gone: bool = False


@dataclass(frozen=True)
class TrainingSlot:
    """What the customization job resource owns.

    Attributes:
        owner: stack id (ARN) of the owning stack: the fence against another stack of the same name.
        removed: the tombstone. True when nothing is wanted; written before anything is deleted.
        handled: what CloudFormation asked, latest last: the physical ids allocated to its Creates and Updates, ""
            for a Delete (see `claims.is_stale`).
        generations: oldest first.
    """

    owner: str = ""
    physical_id: str = ""
    removed: bool = True
    handled: tuple[str, ...] = ()
    current_id: str = ""
    generations: tuple[TrainingGeneration, ...] = ()

    @property
    def current(self) -> TrainingGeneration | None:
        """The wanted generation, or None when nothing is wanted."""
        return None if self.removed else self.find(self.current_id)

    @property
    def keep_previous(self) -> int:
        """How many models before the current one are kept: a rollback goes back to what was asked for before, too."""
        latest = self.find(self.current_id)
        return latest.keep_previous if latest else 0

    def find(self, generation_id: str) -> TrainingGeneration | None:
        """The generation with this id, or None."""
        return next((g for g in self.generations if g.id == generation_id), None)

    def unwanted(self, generation: TrainingGeneration) -> bool:
        """Whether nothing needs this generation any more: CloudFormation let go of it and it is not the current one."""
        return generation.released and (self.removed or generation.id != self.current_id)


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
        tagged: the user's tags that it carries; None: the same as `tags`.
        intended_at: when the purchase was last tried, in epoch seconds.
        swapped_at: when a swap was begun whose outcome is not noted, in epoch seconds; 0 if there is none.
        committed_until: end of its commitment as last seen, in epoch seconds; before it cannot be deleted (fault C05).
        seen_in_service: it has been observed serving, so its absence later is drift and never a reason to buy again.
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
    tagged: Mapping[str, str] | None = None
    intended: bool = False
    intended_at: float = 0.0
    arn: str = ""
    status: str = ""
    model_arn: str = ""
    failure: str = ""
    swapped_at: float = 0.0
    committed_until: float = 0.0
    seen_in_service: bool = False
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


@dataclass(frozen=True)
class ModelRecord:
    """Everything the registry knows of one model.

    Attributes:
        version: optimistic lock; the store raises it by one with each write.
        settled: the driver has nothing left to do; False from the moment something changes.
        in_charge: name of the driver execution that may act. It holds the lease; `version` is the fence, and whether
            the holder is alive is what Step Functions says (see `claims.hand_over`).
        driver_attempt: raised whenever another execution takes charge; it is part of the execution's name.
        parked_token: task token on which an execution waits for the job's end, or "".
        problem: why the driver could not go on, or "". Kept until the next success.
        looked_at: when Bedrock was last looked at and something was learned, or an hour before, in epoch seconds.
        doing: what the driver does, as of `progress_at`: action and generation of its last decision.
        progress_at: when the driver last began to do something else, in epoch seconds.
        notified: keys of the troubles that somebody has been told of (see `troubles`).
    """

    project: str
    environment: str
    model: str
    version: int = 0
    settled: bool = True
    in_charge: str = ""
    driver_attempt: int = 0
    parked_token: str = ""
    problem: str = ""
    looked_at: float = 0.0
    doing: str = ""
    progress_at: float = 0.0
    notified: tuple[str, ...] = ()
    training: TrainingSlot = field(default_factory=TrainingSlot)
    endpoint: EndpointSlot = field(default_factory=EndpointSlot)

    def with_training(self, generation: TrainingGeneration) -> "ModelRecord":
        """The record with this training generation in place of the one of the same id."""
        generations = tuple(generation if g.id == generation.id else g for g in self.training.generations)
        return replace(self, training=replace(self.training, generations=generations))

    def with_endpoint(self, generation: EndpointGeneration) -> "ModelRecord":
        """The record with this endpoint generation in place of the one of the same id."""
        generations = tuple(generation if g.id == generation.id else g for g in self.endpoint.generations)
        return replace(self, endpoint=replace(self.endpoint, generations=generations))
