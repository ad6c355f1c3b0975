"""A model copy job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Copy:
    """A model copy job, in the account and Region of the copy.

    Attributes:
        arn: ARN.
        name: Name of the copy.
        source_arn: ARN of the model that is copied.
        source_name: Its name.
        source_account: Account that it belongs to.
        target_arn: ARN of the copy, known from the beginning.
        status: `InProgress`, `Completed` or `Failed`.
        created: Moment of the request.
        tags: Tags of the copy.
        key_arn: Key of the copy; None means an AWS owned key.
        failure: `failureMessage` of a failed job.
    """

    arn: str
    name: str
    source_arn: str
    source_name: str
    source_account: str
    target_arn: str
    status: str
    created: datetime
    tags: Mapping[str, str]
    key_arn: str | None = None
    failure: str | None = None
