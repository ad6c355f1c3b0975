"""What was read of the account. `Unreadable` stands for what could not be read, None for what is not there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from finetuning.lifecycle.record import ModelRecord
from finetuning.preflight.finding import Unreadable


@dataclass(frozen=True)
class FoundationModel:
    """What GetFoundationModel says; days as ISO dates, "" if none is announced."""

    status: str
    customizations: tuple[str, ...]
    legacy: str = ""
    end_of_life: str = ""


@dataclass(frozen=True)
class Availability:
    """What GetFoundationModelAvailability says, in its words."""

    agreement: str
    authorization: str
    entitlement: str
    region: str
    agreement_problem: str = ""


@dataclass(frozen=True)
class QuotaValue:
    """A quota as it applies, or (`applied` False) AWS's default, for want of an applied value."""

    value: float
    applied: bool = True


@dataclass(frozen=True)
class LiveEndpoint:
    """Provisioned throughput or a custom model deployment, whosever it is.

    Attributes:
        serving: "provisioned" or "on_demand".
        status: in the service's words.
        counts: its model units that count against the quota of custom models without commitment; 0 for others.
    """

    serving: str
    name: str
    arn: str
    status: str
    counts: int = 0


@dataclass(frozen=True)
class Role:
    """A role that exists: its trust policy as a document."""

    arn: str
    trust: Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """A KMS key that exists, in KMS's words."""

    arn: str
    state: str
    usage: str
    spec: str


@dataclass(frozen=True)
class Bucket:
    """A bucket that exists; `region` is "" if it was not said, `readable` whether this caller may look into it."""

    region: str
    readable: bool = True


@dataclass(frozen=True)
class AccountFacts:
    """Everything that was read for one model.

    Attributes:
        record: what the registry knows of the model.
        now: when it was read, in epoch seconds.
        awaited_units: no-commitment units that other models of ours wait to buy.
        custom_model_status: of the custom model that is trained further, or of the promoted one; None if there is none.
        quotas: by quota code; a code that was not asked for is missing, one without any value is None.
        jobs: number of customization jobs that have not ended, whosever they are.
        custom_models: number of custom models that the account owns.
        owners: tags of endpoints whose name is the wanted one's, by ARN.
        alarms: states of the alarms that are to watch the model, in CloudWatch's words; one that is missing is missing.
    """

    record: ModelRecord
    now: float = 0.0
    awaited_units: int = 0
    foundation_model: FoundationModel | Unreadable | None = None
    availability: Availability | Unreadable | None = None
    custom_model_status: str | Unreadable | None = None
    quotas: Mapping[str, QuotaValue | Unreadable | None] = field(default_factory=dict)
    endpoints: Mapping[str, tuple[LiveEndpoint, ...] | Unreadable] = field(default_factory=dict)
    jobs: int | Unreadable = 0
    custom_models: int | Unreadable = 0
    owners: Mapping[str, Mapping[str, str] | Unreadable] = field(default_factory=dict)
    role: Role | Unreadable | None = None
    key: Key | Unreadable | None = None
    buckets: Mapping[str, Bucket | Unreadable | None] = field(default_factory=dict)
    alarms: Mapping[str, str] | Unreadable = field(default_factory=dict)
