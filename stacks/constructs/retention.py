"""What happens to data and logs when their stack is deleted, and how long logs are kept before that."""

from dataclasses import dataclass
from typing import Literal

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs


@dataclass(frozen=True)
class Retention:
    """The choices that follow from an environment's removal policy.

    Attributes:
        removal_policy: of data and logs.
        logs: how long log events are kept.
        protects: whether stacks and tables refuse to be deleted.
    """

    removal_policy: RemovalPolicy
    logs: logs.RetentionDays
    protects: bool

    @classmethod
    def of(cls, removal_policy: Literal["destroy", "retain"]) -> "Retention":
        """Return what a removal policy means: what is retained must not go away by a slip of the hand either."""
        if removal_policy == "retain":
            return cls(RemovalPolicy.RETAIN, logs.RetentionDays.ONE_YEAR, protects=True)
        return cls(RemovalPolicy.DESTROY, logs.RetentionDays.ONE_MONTH, protects=False)
