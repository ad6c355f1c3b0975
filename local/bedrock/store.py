"""State of the embedded Bedrock, one store per account and Region."""

import secrets
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from local.bedrock.copy_record import Copy
from local.bedrock.evaluation_record import Evaluation
from local.bedrock.records import CustomModel, Deployment, Job, Throughput

Named = TypeVar("Named", Job, CustomModel, Throughput, Deployment, Evaluation)


@dataclass(frozen=True)
class Replay:
    """What a client request token has brought about."""

    request: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """Custom models that other accounts may copy."""

    arn: str
    name: str
    models: tuple[str, ...]
    accounts: tuple[str, ...]
    created: datetime


@dataclass
class Store:
    """Everything one account has in Bedrock in one Region.

    Hold `lock` while reading and then changing; never while calling S3, which is asked over the network.

    Attributes:
        jobs: Customization jobs by ARN.
        models: Custom models by ARN.
        throughputs: Provisioned throughputs by ARN.
        deployments: Custom model deployments by ARN.
        evaluations: Evaluation jobs by ARN.
        copies: Model copy jobs by ARN.
        shares: What is shared with other accounts, by ARN.
        evaluation_names: Names of all evaluation jobs there ever were.
        answered: Moments of the latest requests of the runtime, by model id.
        job_names: Names of all jobs there ever were.
        model_names: Names of all custom models there ever were or that a job asked for.
        tags: Tags by ARN.
        replays: What each (operation, client request token) has brought about.
    """

    jobs: dict[str, Job] = field(default_factory=dict)
    models: dict[str, CustomModel] = field(default_factory=dict)
    throughputs: dict[str, Throughput] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    evaluations: dict[str, Evaluation] = field(default_factory=dict)
    copies: dict[str, Copy] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    evaluation_names: set[str] = field(default_factory=set)
    answered: dict[str, deque[datetime]] = field(default_factory=dict)
    job_names: set[str] = field(default_factory=set)
    model_names: set[str] = field(default_factory=set)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    replays: dict[tuple[str, str], Replay] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def shares_with(self, account: str, model_arn: str) -> bool:
        """Whether a custom model is shared with an account."""
        return any(model_arn in share.models and account in share.accounts for share in self.shares.values())

    def clear(self) -> None:
        """Forget everything; steps that are still to come find nothing to act on."""
        with self.lock:
            for kept in vars(self).values():
                if isinstance(kept, dict | set):
                    kept.clear()


def find(records: Iterable[Named], identifier: str) -> Named | None:
    """The record with this ARN, name or last ARN segment."""
    return next((record for record in records if identifier in (record.arn, record.name, short_id(record.arn))), None)


def short_id(arn: str) -> str:
    """Last segment of an ARN."""
    return arn.rsplit("/", 1)[-1]


def new_id() -> str:
    """A resource id as Bedrock assigns them: twelve of [a-z0-9]."""
    return secrets.token_hex(6)
