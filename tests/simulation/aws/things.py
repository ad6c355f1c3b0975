"""What the simulated Bedrock holds: jobs, custom models and endpoints, each as one immutable state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNFINISHED = frozenset({"InProgress", "Stopping"})
"""Statuses in which a job counts against the quota."""


@dataclass(frozen=True)
class Thing:
    """What all of them have.

    Attributes:
        created: seconds since the world's beginning.
        shown_status: a status that this project has never heard of, shown instead of the real one; "" for none.
    """

    arn: str
    name: str
    created: float
    tags: Mapping[str, str]
    status: str = ""
    failure: str = ""
    shown_status: str = ""

    @property
    def visible_status(self) -> str:
        """What reads say."""
        return self.shown_status or self.status


@dataclass(frozen=True)
class Job(Thing):
    """A customization job.

    Attributes:
        request: CreateModelCustomizationJob's.
        model_tags: of the custom model that it makes.
        model_arn: "" until it is known.
        will_fail: the message with which it will fail; None if it completes.
        ends_at: when it ends unless it is stopped.
        ended: when it ended.
    """

    request: Mapping[str, Any] = field(default_factory=dict)
    model_tags: Mapping[str, str] = field(default_factory=dict)
    model_arn: str = ""
    will_fail: str | None = None
    ends_at: float = 0.0
    ended: float | None = None

    @property
    def base_model(self) -> str:
        """Identifier of the base model."""
        return str(self.request["baseModelIdentifier"])

    @property
    def role_arn(self) -> str:
        """The service role."""
        return str(self.request["roleArn"])

    @property
    def model_name(self) -> str:
        """Name of the custom model that it makes."""
        return str(self.request["customModelName"])


@dataclass(frozen=True)
class Model(Thing):
    """A custom model.

    Attributes:
        flaw: how it fails to answer, one of `runtime.FLAWS`; "" if it answers.
        is_bad: whether its answers do not pass an evaluation.
    """

    base_model: str = ""
    flaw: str = ""
    is_bad: bool = False
    job_arn: str = ""
    job_name: str = ""


@dataclass(frozen=True)
class Endpoint(Thing):
    """Provisioned throughput or a custom model deployment.

    Attributes:
        kind: `provisioned` or `on_demand`.
        model_arn: that it serves.
        desired_arn: that it shall serve; the same unless an update is under way or has failed.
        update_status: of a deployment's last update: "", `Updating`, `UpdateCompleted` or `UpdateFailed`.
        commitment: `OneMonth`, `SixMonths` or "".
        committed_until: seconds since the world's beginning; None without commitment.
        units: model units; 0 for a deployment.
    """

    kind: str = ""
    base_model: str = ""
    model_arn: str = ""
    desired_arn: str = ""
    update_status: str = ""
    commitment: str = ""
    committed_until: float | None = None
    units: int = 0

    @property
    def is_busy(self) -> bool:
        """Whether it is being created or updated."""
        return self.status in {"Creating", "Updating"} or self.update_status == "Updating"
