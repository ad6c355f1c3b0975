"""What happens to data and logs when their stack is deleted, and how long logs are kept before that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aws_cdk import RemovalPolicy
from aws_cdk.aws_logs import RetentionDays

#: CDK has a word for each number of days that CloudWatch Logs takes.
PERIODS: Mapping[int, RetentionDays] = {
    1: RetentionDays.ONE_DAY,
    3: RetentionDays.THREE_DAYS,
    5: RetentionDays.FIVE_DAYS,
    7: RetentionDays.ONE_WEEK,
    14: RetentionDays.TWO_WEEKS,
    30: RetentionDays.ONE_MONTH,
    60: RetentionDays.TWO_MONTHS,
    90: RetentionDays.THREE_MONTHS,
    120: RetentionDays.FOUR_MONTHS,
    150: RetentionDays.FIVE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    400: RetentionDays.THIRTEEN_MONTHS,
    545: RetentionDays.EIGHTEEN_MONTHS,
    731: RetentionDays.TWO_YEARS,
    1096: RetentionDays.THREE_YEARS,
    1827: RetentionDays.FIVE_YEARS,
    2192: RetentionDays.SIX_YEARS,
    2557: RetentionDays.SEVEN_YEARS,
    2922: RetentionDays.EIGHT_YEARS,
    3288: RetentionDays.NINE_YEARS,
    3653: RetentionDays.TEN_YEARS,
}


@dataclass(frozen=True)
class Retention:
    """The choices that follow from an environment's removal policy.

    Attributes:
        removal_policy: of data and logs.
        logs: how long log events are kept.
        protects: whether stacks and tables refuse to be deleted.
    """

    removal_policy: RemovalPolicy
    logs: RetentionDays
    protects: bool

    @classmethod
    def of(cls, removal_policy: Literal["destroy", "retain"], log_days: int | None = None) -> "Retention":
        """Return what a removal policy means: what is retained must not go away by a slip of the hand either."""
        if removal_policy == "retain":
            return cls(RemovalPolicy.RETAIN, PERIODS[log_days or 365], protects=True)
        return cls(RemovalPolicy.DESTROY, PERIODS[log_days or 30], protects=False)
